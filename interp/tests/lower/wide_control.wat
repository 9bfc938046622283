;; Branches, tables and selects of a wide function.
(module
  (func (param i32)
    (@repeat 65600 (i32.const 0))
    (br_if 0 (i32.lt_s (i32.clz (local.get 0)) (i32.ctz (local.get 0))))
    (br_if 0 (i32.and (i32.clz (local.get 0)) (i32.ctz (local.get 0))))
    (br_if 0 (i32.popcnt (local.get 0)))
    (select (local.get 0) (i32.clz (local.get 0)) (i32.const 1))
    (br_table 0 0 (i32.popcnt (local.get 0))))
)
;; func 0
;;     0: EnterOther
;;    16: EnterWide header=9 slots=65614 zero=9
;;    40: acc = Un I32Clz s0
;;    56: s2 = Move u64 acc
;;    72: MoveWide to=65611 from=2
;;    88: acc = Un I32Ctz s0
;;   104: s3 = Move u64 acc
;;   120: MoveWide to=65612 from=3
;;   136: MoveWide to=4 from=65611
;;   152: acc = Cmp I32LtS s4 acc
;;   168: s5 = Move u64 acc
;;   184: MoveWide to=65611 from=5
;;   200: BrCmp I32Ne acc 0 Forward -> 688
;;   216: acc = Un I32Clz s0
;;   232: s6 = Move u64 acc
;;   248: MoveWide to=65611 from=6
;;   264: acc = Un I32Ctz s0
;;   280: s7 = Move u64 acc
;;   296: MoveWide to=65612 from=7
;;   312: MoveWide to=8 from=65611
;;   328: acc = Bin I32And acc s8
;;   344: s1 = Move u64 acc
;;   360: MoveWide to=65611 from=1
;;   376: BrCmp I32Ne acc 0 Forward -> 688
;;   392: acc = Un I32Popcnt s0
;;   408: s2 = Move u64 acc
;;   424: MoveWide to=65611 from=2
;;   440: BrCmp I32Ne acc 0 Forward -> 688
;;   456: acc = Un I32Clz s0
;;   472: s3 = Move u64 acc
;;   488: MoveWide to=65612 from=3
;;   504: MoveWide to=4 from=65612
;;   520: s5 = Move u32 1
;;   536: MoveWide to=65613 from=5
;;   552: MoveWide to=6 from=65613
;;   568: acc = Select u32 s0 s4 s6
;;   584: s7 = Move u64 acc
;;   600: MoveWide to=65611 from=7
;;   616: acc = Un I32Popcnt s0
;;   632: s8 = Move u64 acc
;;   648: MoveWide to=65612 from=8
;;   664: BrTable acc 0 Forward count=1 688 688
;;   688: Return header=9
