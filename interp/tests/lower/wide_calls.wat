;; Arguments and results beyond slot 65535 are those of any call: their distance has 32 bits.
(module
  (table 1 funcref)
  (type $binary (func (param i32 f64) (result i32)))
  (func $callee (type $binary) (local.get 0))
  (func (param i32) (result i32)
    (@repeat 65600 (i32.const 0))
    (i32.add
      (call $callee (local.get 0) (f64.const 1))
      (call_indirect (type $binary) (local.get 0) (f64.const 1) (i32.const 0)))
    (local.set 0)
    (@repeat 65600 (drop))
    (local.get 0))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=5 zero=2 p0=s0 p1=s0
;;    40: ReturnOne u64 s0 header=2
;; func 1
;;     0: EnterOther
;;    16: EnterWide header=9 slots=65615 zero=9
;;    40: s2 = Move u64 0x3ff0000000000000
;;    64: MoveWide to=65612 from=2
;;    80: MoveWide to=65611 from=0
;;    96: Call func=0 frame=524888
;;   120: s3 = Move u32 0
;;   136: MoveWide to=65614 from=3
;;   152: s4 = Move u64 0x3ff0000000000000
;;   176: MoveWide to=65613 from=4
;;   192: MoveWide to=65612 from=0
;;   208: MoveWide to=5 from=65614
;;   224: CallIndirect s5 Own table=72 type=0 frame=524896
;;   256: MoveWide to=6 from=65611
;;   272: acc = Bin I32Add acc s6
;;   288: s7 = Move u64 acc
;;   304: MoveWide to=65611 from=7
;;   320: s0 = Move u64 acc
;;   336: ReturnOne u64 s0 header=9
