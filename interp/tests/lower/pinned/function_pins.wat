;; The two integer and three float locals with the most uses are in registers throughout a function
;; without loops; the function's entry loads them.
(module
  (func (param $a i32) (param $b i32) (param $rare i32) (result i32)
    (i32.mul
      (i32.add (i32.mul (local.get $a) (local.get $b)) (local.get $a))
      (i32.sub (i32.mul (local.get $b) (local.get $a)) (local.get $rare))))
  (func (param $x f64) (param $y f64) (param $z f64) (result f64)
    (f64.add
      (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.mul (local.get $y) (local.get $y)))
      (f64.mul (local.get $z) (local.get $z))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=8 zero=3 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s5, acc = Bin I32Add acc p0
;;    72: acc = Bin I32Mul p0 p1
;;    88: acc = Bin I32Sub acc s2
;;   104: acc = Bin I32Mul acc s5
;;   120: ReturnOne u64 acc header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=8 zero=3 p0=s0 p1=s0
;;    40: FPin p0=s0 p1=s1 p2=s2
;;    56: s5, acc = FBin F64Mul p0 p0
;;    72: acc = FBin F64Mul p1 p1
;;    88: s5, acc = FBin F64Add s5 acc
;;   104: acc = FBin F64Mul p2 p2
;;   120: acc = FBin F64Add s5 acc
;;   136: ReturnOne f64 acc header=3
