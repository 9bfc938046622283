;; What is written to a pinned local goes to its slot and its register at once.
(module
  (memory 1)
  (func (param $a i32) (param $b i32) (param $x f64) (result i32)
    (local.set $a (i32.load offset=8 (local.get $b)))
    (local.set $b (i32.xor (local.get $a) (i32.const 5)))
    (local.set $a (local.get $b))
    (local.set $b (i32.const 70000))
    (local.set $x (f64.add (local.get $x) (f64.load (local.get $b))))
    (local.set $x (f64.sqrt (local.get $x)))
    (local.set $a (i32.add (local.tee $b (i32.mul (local.get $a) (local.get $b))) (local.get $a)))
    (i32.store (local.get $b) (local.get $a))
    (f64.store (local.get $a) (local.get $x))
    (i32.lt_s (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s1
;;    40: FPin p0=s2 p1=s0 p2=s0
;;    56: s0, p0 = Load I32Load p1 offset=8
;;    72: s1, p1 = Bin I32Xor p0 5
;;    88: s0, p0 = Move u64 p1
;;   104: s1, p1 = Move u32 70000
;;   120: s2, p0 = FBinLoad F64Add s2 At p1 offset=0
;;   136: acc = Un F64Sqrt p0
;;   152: s2, p0 = Move f64 acc
;;   168: acc = Bin I32Mul p0 p1
;;   184: s1, p1 = Move u64 acc
;;   200: s0, p0 = Bin I32Add p0 p1
;;   216: Store I32Store p0 p1 offset=0
;;   232: Store F64Store p0 p0 offset=0
;;   248: acc = Cmp I32LtS p0 s1
;;   264: ReturnOne u64 acc header=3
