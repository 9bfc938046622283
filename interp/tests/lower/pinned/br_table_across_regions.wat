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
;;    40: s0, p0 = Bin I32Mul p0 p1
;;    56: s1, p1 = Bin I32Mul p0 p1
;;    72: Pin true true p0=s2 p1=s3
;;    88: s2, p0 = Bin I32Mul p0 p1
;;   104: s3, p1 = Bin I32Mul p0 p1
;;   120: BrTable p0 0 Back count=3 152 88 216 216
;;   152: BrCmp I32Ne p1 0 Back -> 88
;;   168: Pin true true p0=s0 p1=s1
;;   184: acc = Bin I32Mul p0 p1
;;   200: ReturnOne u64 acc header=4
;;   216: Pin true true p0=s0 p1=s1
;;   232: Br Forward -> 184
