;; Where the value and the address of a store come from.
(module (memory 1)
  (func (param i32 i32) (i32.store offset=16 (local.get 0) (local.get 1)))
  (func (param i32 i32) (i32.store16 (local.get 0) (i32.add (local.get 1) (i32.const 1))))
  (func (param i32 i64) (i64.store32 (i32.shl (local.get 0) (i32.const 2)) (local.get 1)))
  (func (param i32 f64)
    (f64.store (i32.shl (local.get 0) (i32.const 3)) (f64.neg (local.get 1))))
  (func (param i32) (i32.store (local.get 0) (i32.const -1)))
  (func (param i32) (f64.store (i32.clz (local.get 0)) (f64.const 1)))
  (func (i64.store offset=8 (i32.const 8) (i64.const 3)))
  (func (param i32 i32 i32)
    (i32.store8 (i32.add (local.get 0) (local.get 1)) (local.get 2)))
  (func (param i32 i32 i32)
    (i32.store8
      (i32.add (i32.shl (local.get 0) (i32.const 2)) (local.get 1)) (local.get 2)))
  (func $both_computed (param i32 i32)
    (i32.store
      (i32.shl (local.get 0) (i32.const 2)) (i32.shl (local.get 1) (i32.const 2))))
  (func $same (param i32)
    (local.set 0 (i32.clz (local.get 0)))
    (i32.store (local.get 0) (local.get 0)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: Store I32Store s1 s0 offset=16
;;    56: Return header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s1 1
;;    56: Store I32Store16 acc s0 offset=0
;;    72: Return header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Shl s0 2
;;    56: Store I64Store32 s1 acc offset=0
;;    72: Return header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Shl s0 3
;;    56: acc = Un F64Neg s1
;;    72: Store F64Store acc acc offset=0
;;    88: Return header=2
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: Store I32Store 0xffffffff s0 offset=0
;;    64: Return header=1
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Un I32Clz s0
;;    56: Store F64Store 0x3ff0000000000000 acc offset=0
;;    80: Return header=1
;; func 6
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: Store I64Store 0x3 0 offset=16
;;    64: Return header=0
;; func 7
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: StoreSum I32Store8 s2 s0 s1 offset=0
;;    56: Return header=3
;; func 8
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: acc = Bin2 I32Shl I32Add s0 2 s1 false
;;    64: Store I32Store8 s2 acc offset=0
;;    80: Return header=3
;; func 9
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I32Shl s0 2
;;    56: acc = Bin I32Shl s1 2
;;    72: Store I32Store acc s4 offset=0
;;    88: Return header=2
;; func 10
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s0, acc = Un I32Clz s0
;;    56: Store I32Store acc s0 offset=0
;;    72: Return header=1
