;; A branch from an inner loop back to an outer one with other pins goes by way of loads at the
;; function's end, one for all branches that have the same.
(module
  (func (param $c i32) (param $d i32) (param $e i32) (param $f i32)
    (loop $outer
      (local.set $c (i32.mul (local.get $c) (local.get $d)))
      (local.set $d (i32.mul (local.get $c) (local.get $d)))
      (loop $inner
        (local.set $e (i32.mul (local.get $e) (local.get $f)))
        (local.set $f (i32.mul (local.get $e) (local.get $f)))
        (br_if $outer (i32.eq (local.get $e) (i32.const 7)))
        (br_if $outer (i32.eq (local.get $f) (i32.const 9)))
        (br_if $inner (local.get $f)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=8 zero=4 p0=s0 p1=s0
;;    40: Pin true true p0=s0 p1=s1
;;    56: acc = Bin I32Mul p0 p1
;;    72: s0, p0 = Move u64 acc
;;    88: acc = Bin I32Mul p0 p1
;;   104: s1, p1 = Move u64 acc
;;   120: Pin true true p0=s3 p1=s2
;;   136: acc = Bin I32Mul p0 p1
;;   152: s2, p1 = Move u64 acc
;;   168: acc = Bin I32Mul p0 p1
;;   184: s3, p0 = Move u64 acc
;;   200: BrCmp I32Eq p1 7 Back -> 280
;;   216: BrCmp I32Eq p0 9 Back -> 280
;;   232: BrCmp I32Ne p0 0 Back -> 136
;;   248: Pin true true p0=s0 p1=s1
;;   264: Return header=4
;;   280: Pin true true p0=s0 p1=s1
;;   296: Br Forward -> 56
