;; Operands of a conditional branch that have to move do so only if it is taken: the
;; condition is turned around to skip the copies.
(module
  (func (param i32 i32) (result i32)
    (block (result i32)
      (i32.const 8)
      (i32.clz (local.get 0))
      (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))
      (i32.add)))
  (func $to_the_function (param f64 i32) (result f64)
    (f64.const 1)
    (f64.neg (local.get 0))
    (br_if 0 (local.get 1))
    (f64.add))
  (func $loop (param i32) (result i32)
    (i32.const 1)
    (loop $next (param i32) (result i32)
      (i32.const 2)
      (local.get 0)
      (br_if $next (i32.eqz (local.get 0)))
      (i32.add)
      (i32.add)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: s5, acc = Un I32Clz s0
;;    56: BrCmp I32GeS s0 s1 Forward -> 104
;;    72: s4 = Move u64 s5
;;    88: Br Forward -> 120
;;   104: s4, acc = Bin I32Add s5 8
;;   120: ReturnOne u64 s4 header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5, acc = Un F64Neg s0
;;    56: BrCmp I32Eq s1 0 Forward -> 104
;;    72: s4 = Move f64 s5
;;    88: Br Forward -> 128
;;   104: s4, acc = FBin F64Add 0x3ff0000000000000 acc
;;   128: ReturnOne f64 s4 header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=7 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 1
;;    56: BrCmp I32Ne s0 0 Forward -> 104
;;    72: s3 = Move u64 s0
;;    88: Br Back -> 56
;;   104: acc = Bin2 I32Add I32Add s0 2 s3 false
;;   128: ReturnOne u64 acc header=1
