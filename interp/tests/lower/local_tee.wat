;; `local.tee` writes the local and leaves it as an operand.
(module
  (func (param i32 i32) (result i32)
    (i32.add (local.tee 0 (i32.shl (local.get 1) (i32.const 2))) (local.get 0)))
  (func $constant (param i64) (result i64)
    (i64.add (local.tee 0 (i64.const 5)) (local.get 0)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s0, acc = Bin I32Shl s1 2
;;    56: acc = Bin I32Add acc s0
;;    72: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s0 = Move u32 5
;;    56: acc = Bin I64Add s0 s0
;;    72: ReturnOne u64 acc header=1
