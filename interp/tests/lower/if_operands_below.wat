;; Operands below an `if` go home before the branch, once for both arms.
(module
  (func (param i32 i32) (result i32)
    (local.get 0)
    (i32.lt_s (local.get 0) (local.get 1))
    (if (result i32) (then (i32.const 1)) (else (i32.const 2)))
    (i32.add))
  (func $pending (param f64 i32) (result f64)
    (f64.neg (local.get 0))
    (local.get 1)
    (if (result f64) (then (f64.const 1)) (else (f64.const 2)))
    (f64.add))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: BrCmp I32GeS s0 s1 Forward -> 104
;;    72: s5 = Move u32 1
;;    88: Br Forward -> 120
;;   104: s5 = Move u32 2
;;   120: acc = Bin I32Add s4 s5
;;   136: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Un F64Neg s0
;;    56: BrCmp I32Eq s1 0 Forward -> 112
;;    72: s5 = Move u64 0x3ff0000000000000
;;    96: Br Forward -> 136
;;   112: s5 = Move u64 0x4000000000000000
;;   136: acc = FBin F64Add s4 s5
;;   152: ReturnOne f64 acc header=2
