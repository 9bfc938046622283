;; A comparison whose value is wanted as a value is computed as such.
(module
  (func (param i32 i32) (result i32)
    (i32.add
      (i32.lt_s (local.get 0) (local.get 1))
      (i32.eqz (local.get 1))))
  (func $tee (param i32) (result i32)
    (block
      (br_if 0 (local.tee 0 (i32.lt_s (local.get 0) (i32.const 3)))))
    (local.get 0))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Cmp I32LtS s0 s1
;;    56: acc = Cmp I32Eq s1 0
;;    72: acc = Bin I32Add acc s4
;;    88: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s0, acc = Cmp I32LtS s0 3
;;    56: BrCmp I32Ne acc 0 Forward -> 72
;;    72: ReturnOne u64 s0 header=1
