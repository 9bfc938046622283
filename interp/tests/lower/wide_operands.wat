;; Operands beyond slot 65535 pass through scratch slots, a copy before and after.
(module (memory 1) (global $g (mut i64) (i64.const 0))
  (func (param i32)
    (@repeat 65600 (i32.const 0))
    (i32.add (i32.clz (local.get 0)) (i32.mul (local.get 0) (local.get 0)))
    (i32.store (i32.add (local.get 0) (i32.ctz (local.get 0))) (i32.const 5))
    (i32.store (local.get 0) (i32.load8_u (i32.const 4)))
    (i64.add (global.get $g) (i64.const 0x1_0000_0000))
    (global.set $g)
    (local.set 0)
    (@repeat 65600 (drop)))
  (func (param f64) (result f64)
    (@repeat 65600 (i32.const 0))
    (f64.add (f64.neg (local.get 0)) (f64.mul (local.get 0) (local.get 0)))
    (local.set 0)
    (@repeat 65600 (drop))
    (local.get 0))
)
;; func 0
;;     0: EnterOther
;;    16: EnterWide header=9 slots=65614 zero=9
;;    40: acc = Un I32Clz s0
;;    56: s2 = Move u64 acc
;;    72: MoveWide to=65611 from=2
;;    88: acc = Bin I32Mul s0 s0
;;   104: s3 = Move u64 acc
;;   120: MoveWide to=65612 from=3
;;   136: MoveWide to=4 from=65611
;;   152: acc = Bin I32Add acc s4
;;   168: s5 = Move u64 acc
;;   184: MoveWide to=65611 from=5
;;   200: acc = Un I32Ctz s0
;;   216: s6 = Move u64 acc
;;   232: MoveWide to=65613 from=6
;;   248: acc = Bin I32Add acc s0
;;   264: s7 = Move u64 acc
;;   280: MoveWide to=65612 from=7
;;   296: Store I32Store 0x5 acc offset=0
;;   320: acc = Load I32Load8U 0 offset=4
;;   336: s8 = Move u64 acc
;;   352: MoveWide to=65613 from=8
;;   368: Store I32Store acc s0 offset=0
;;   384: acc = GlobalGet u64 Own at=80
;;   400: s1 = Move u64 acc
;;   416: MoveWide to=65612 from=1
;;   432: acc = Bin I64Add acc 0x100000000
;;   456: s2 = Move u64 acc
;;   472: MoveWide to=65612 from=2
;;   488: GlobalSet u64 Own acc at=80
;;   504: MoveWide to=0 from=65611
;;   520: Return header=9
;; func 1
;;     0: EnterOther
;;    16: EnterWide header=9 slots=65614 zero=9
;;    40: acc = Un F64Neg s0
;;    56: s2 = Move f64 acc
;;    72: MoveWide to=65611 from=2
;;    88: acc = FBin F64Mul s0 s0
;;   104: s3 = Move f64 acc
;;   120: MoveWide to=65612 from=3
;;   136: MoveWide to=4 from=65611
;;   152: acc = FBin F64Add s4 acc
;;   168: s5 = Move f64 acc
;;   184: MoveWide to=65611 from=5
;;   200: s0 = Move f64 acc
;;   216: ReturnOne f64 s0 header=9
