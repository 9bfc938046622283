;; A comparison that only feeds a branch becomes part of it. The constant goes to
;; the right, or into a word of its own if 16 bits cannot hold it.
(module
  (func (param i32 i32 i64)
    (block
      (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))
      (br_if 0 (i32.lt_u (i32.const 5) (local.get 0)))
      (br_if 0 (i32.ge_s (local.get 0) (i32.const 100000)))
      (br_if 0 (i64.eq (local.get 2) (i64.const 0x1_0000_0000)))
      (br_if 0 (i32.gt_u (local.get 0) (i32.popcnt (local.get 1))))
      (br_if 0 (i64.le_u (i64.clz (local.get 2)) (i64.const -3)))
      (br_if 0 (local.get 0))
    ))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: BrCmp I32LtS s0 s1 Forward -> 216
;;    56: BrCmp I32GeU s0 6 Forward -> 216
;;    72: BrCmp I32GeS s0 100000 Forward -> 216
;;    96: s6 = Move u64 0x100000000
;;   120: BrCmp I64Eq s2 s6 Forward -> 216
;;   136: acc = Un I32Popcnt s1
;;   152: BrCmp I32LtU acc s0 Forward -> 216
;;   168: acc = Un I64Clz s2
;;   184: BrCmp I64LtU acc -2 Forward -> 216
;;   200: BrCmp I32Ne s0 0 Forward -> 216
;;   216: Return header=3
