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
;;    56: s0, p0 = Bin I32Mul p0 p1
;;    72: s1, p1 = Bin I32Mul p0 p1
;;    88: Pin true true p0=s3 p1=s2
;;   104: s2, p1 = Bin I32Mul p0 p1
;;   120: s3, p0 = Bin I32Mul p0 p1
;;   136: BrCmp I32Eq p1 7 Back -> 216
;;   152: BrCmp I32Eq p0 9 Back -> 216
;;   168: BrCmp I32Ne p0 0 Back -> 104
;;   184: Pin true true p0=s0 p1=s1
;;   200: Return header=4
;;   216: Pin true true p0=s0 p1=s1
;;   232: Br Forward -> 56
