;; The entries of a branch table go to the label itself if its pins are those here, else by way
;; of loads.
(module
  (func (param $a i32) (param $b i32) (param $c i32) (param $d i32) (result i32)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (block $out
      (loop $next
        (block $in
          (local.set $c (i32.mul (local.get $c) (local.get $d)))
          (local.set $d (i32.mul (local.get $c) (local.get $d)))
          (br_table $in $next $out $out (local.get $c)))
        (br_if $next (local.get $d))))
    (i32.mul (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=8 zero=4 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s0, p0 = Move u64 acc
;;    72: acc = Bin I32Mul p0 p1
;;    88: s1, p1 = Move u64 acc
;;   104: Pin true true p0=s2 p1=s3
;;   120: acc = Bin I32Mul p0 p1
;;   136: s2, p0 = Move u64 acc
;;   152: acc = Bin I32Mul p0 p1
;;   168: s3, p1 = Move u64 acc
;;   184: BrTable p0 0 Back count=3 216 120 280 280
;;   216: BrCmp I32Ne p1 0 Back -> 120
;;   232: Pin true true p0=s0 p1=s1
;;   248: acc = Bin I32Mul p0 p1
;;   264: ReturnOne u64 acc header=4
;;   280: Pin true true p0=s0 p1=s1
;;   296: Br Forward -> 248
