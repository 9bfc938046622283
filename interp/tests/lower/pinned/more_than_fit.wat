;; Of more locals than there are registers, those with the most uses are in them; the others
;; are used from their slots.
(module
  (func (param $a i32) (param $b i32) (param $c i32) (param $d i32)
    (loop $next
      (local.set $a (i32.mul (local.get $b) (local.get $c)))
      (local.set $b (i32.mul (local.get $c) (local.get $d)))
      (local.set $c (i32.mul (local.get $d) (local.get $c)))
      (local.set $d (i32.mul (local.get $d) (local.get $c)))
      (br_if $next (i32.lt_u (local.get $d) (local.get $c)))))
  (func (param $w f32) (param $x f32) (param $y f32) (param $z f32) (param $n i32)
    (loop $next
      (local.set $w (f32.mul (local.get $x) (local.get $y)))
      (local.set $x (f32.mul (local.get $y) (local.get $z)))
      (local.set $y (f32.mul (local.get $z) (local.get $x)))
      (local.set $z (f32.mul (local.get $w) (local.get $y)))
      (br_if $next (f32.lt (local.get $z) (local.get $y)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=8 zero=4 p0=s0 p1=s0
;;    40: Pin true true p0=s2 p1=s3
;;    56: s0, acc = Bin I32Mul p0 s1
;;    72: s1, acc = Bin I32Mul p0 p1
;;    88: acc = Bin I32Mul p0 p1
;;   104: s2, p0 = Move u64 acc
;;   120: acc = Bin I32Mul p0 p1
;;   136: s3, p1 = Move u64 acc
;;   152: BrCmp I32LtU p1 p0 Back -> 56
;;   168: Return header=4
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=5 slots=9 zero=5 p0=s0 p1=s0
;;    40: FPin p0=s2 p1=s3 p2=s1
;;    56: s0, acc = FBin F32Mul s1 s2
;;    72: acc = FBin F32Mul s2 s3
;;    88: s1, p2 = Move f64 acc
;;   104: acc = FBin F32Mul s3 s1
;;   120: s2, p0 = Move f64 acc
;;   136: acc = FBin F32Mul s0 s2
;;   152: s3, p1 = Move f64 acc
;;   168: BrFCmp F32Lt s3 s2 Back true -> 56
;;   184: Return header=5
