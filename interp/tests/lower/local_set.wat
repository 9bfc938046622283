;; The instruction before a `local.set` writes the local itself, and the
;; accumulator keeps the value for a reader that follows.
(module
  (func (param i32 i32) (result i32)
    (local.set 0 (i32.add (local.get 0) (local.get 1)))
    (i32.mul (local.get 0) (local.get 1)))
  (func $float (param f64) (result f64) (local f64)
    (local.set 1 (f64.sqrt (local.get 0)))
    (f64.add (local.get 0) (local.get 1)))
  (func $constant (param i32) (result i32)
    (local.set 0 (i32.const 9))
    (local.get 0))
  (func $copy (param i32 i32)
    (local.set 0 (local.get 1))
    (local.set 1 (local.get 1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s0, acc = Bin I32Add s0 s1
;;    56: acc = Bin I32Mul acc s1
;;    72: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 1 header=2 slots=6 zero=1 p0=s0 p1=s0
;;    40: s1, acc = Un F64Sqrt s0
;;    56: acc = FBin F64Add s0 acc
;;    72: ReturnOne f64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: s0 = Move u32 9
;;    56: ReturnOne u64 s0 header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=5 zero=2 p0=s0 p1=s0
;;    40: s0 = Move u64 s1
;;    56: Return header=2
