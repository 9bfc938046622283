;; Wide arithmetic works on consecutive slots.
(module
  (func (param i64 i64) (result i64 i64)
    (i64.add128 (local.get 0) (local.get 1) (i64.const 1) (i64.const 0)))
  (func (param i64 i64) (result i64)
    (i64.mul_wide_u (i64.add (local.get 0) (i64.const 1)) (local.get 1))
    (i64.xor))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: s7 = Move u32 0
;;    56: s6 = Move u32 1
;;    72: s5 = Move u64 s1
;;    88: s4 = Move u64 s0
;;   104: Wide Add128 at=4
;;   120: ReturnMany u64 header=2 from=4 count=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I64Add s0 1
;;    56: s5 = Move u64 s1
;;    72: Wide MulWideU at=4
;;    88: acc = Bin I64Xor s4 s5
;;   104: ReturnOne u64 acc header=2
