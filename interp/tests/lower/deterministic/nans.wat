;; What may make a NaN is followed by what makes that canonical, unless nothing is made.
(module
  (func (param $x f32) (param $y f32) (result f32)
    (f32.copysign (f32.add (f32.mul (local.get $x) (local.get $y)) (f32.sqrt (local.get $x)))
      (f32.neg (local.get $y))))
  (func (param $x f64) (result f64)
    (local.set $x (f64.max (local.get $x) (f64.promote_f32 (f32.demote_f64 (local.get $x)))))
    (f64.div (local.get $x) (f64.sqrt (f64.const -1))))
  (func (param $a v128) (param $b v128) (result v128)
    (local.set $a (f64x2.add (f64x2.mul (local.get $a) (local.get $b)) (local.get $b)))
    (f64x2.pmin (f64x2.sqrt (local.get $a)) (f64x2.abs (local.get $a)))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = FBin F32Mul s0 s1
;;    56: s4, acc = Canonical f32 acc
;;    72: acc = Un F32Sqrt s0
;;    88: acc = Canonical f32 acc
;;   104: acc = FBin F32Add s4 acc
;;   120: s4, acc = Canonical f32 acc
;;   136: acc = Un F32Neg s1
;;   152: acc = FBin F32Copysign s4 acc
;;   168: ReturnOne f64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Un F32DemoteF64 s0
;;    56: acc = Canonical f32 acc
;;    72: acc = Un F64PromoteF32 acc
;;    88: acc = Canonical f64 acc
;;   104: acc = FBin F64Max s0 acc
;;   120: s0, acc = Canonical f64 acc
;;   136: s4 = Move u64 0xfff8000000000000
;;   160: acc = Canonical f64 s4
;;   176: acc = FBin F64Div s0 acc
;;   192: acc = Canonical f64 acc
;;   208: ReturnOne f64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: v6 = VBin F64x2Mul v0 v2
;;    56: v6 = VCanonical f64 v6
;;    72: v6 = VBin F64x2Add v6 v2
;;    88: v0 = VCanonical f64 v6
;;   104: v6 = VUn F64x2Sqrt v0
;;   120: v6 = VCanonical f64 v6
;;   136: v8 = VUn F64x2Abs v0
;;   152: v6 = VBin F64x2PMin v6 v8
;;   168: VReturn v6 header=4
