;; Arguments go to their home slots, which are the callee's parameters. The first
;; result is in the accumulator too.
(module
  (import "m" "host" (func $host (param i32) (result f64)))
  (func $own (param i32 i32) (result i32)
    (i32.add
      (call $own (i32.sub (local.get 0) (i32.const 1)) (local.get 1))
      (i32.const 1)))
  (func (param i32) (result f64)
    (f64.neg (call $host (local.get 0))))
  (func $nested (param i32) (result i32)
    (call $own (call $own (local.get 0) (i32.const 1)) (call $own (i32.const 2) (local.get 0))))
  (func $operand_below (param i32) (result i32)
    (i32.sub (local.get 0) (call $own (local.get 0) (local.get 0))))
  (func $accumulator_below (param i32) (result i32)
    (i32.sub (i32.clz (local.get 0)) (call $own (local.get 0) (local.get 0))))
  (func $no_results (call $nothing) (call $nothing))
  (func $nothing)
)
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I32Sub s0 1
;;    56: s5 = Move u64 s1
;;    72: Call func=1 frame=32
;;    96: acc = Bin I32Add acc 1
;;   112: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u64 s0
;;    56: CallImport func=0 frame=24
;;    80: acc = Un F64Neg acc
;;    96: ReturnOne f64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u32 1
;;    56: s3 = Move u64 s0
;;    72: Call func=1 frame=24
;;    96: s5 = Move u64 s0
;;   112: s4 = Move u32 2
;;   128: Call func=1 frame=32
;;   152: Call func=1 frame=24
;;   176: ReturnOne u64 acc header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5 = Move u64 s0
;;    56: s4 = Move u64 s0
;;    72: Call func=1 frame=32
;;    96: acc = Bin I32Sub s0 acc
;;   112: ReturnOne u64 acc header=1
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Un I32Clz s0
;;    56: s5 = Move u64 s0
;;    72: s4 = Move u64 s0
;;    88: Call func=1 frame=32
;;   112: acc = Bin I32Sub s3 acc
;;   128: ReturnOne u64 acc header=1
;; func 6
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    40: Call func=7 frame=16
;;    64: Call func=7 frame=16
;;    88: Return header=0
;; func 7
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    40: Return header=0
