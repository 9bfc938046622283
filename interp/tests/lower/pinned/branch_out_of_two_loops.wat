;; A branch out of two loops goes by way of loads for the code behind them.
(module
  (func (param $a i32) (param $b i32) (param $c i32) (param $d i32) (param $e i32) (param $f i32)
    (result i32)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (block $out
      (loop $outer
        (local.set $c (i32.mul (local.get $c) (local.get $d)))
        (local.set $d (i32.mul (local.get $c) (local.get $d)))
        (loop $inner
          (local.set $e (i32.mul (local.get $e) (local.get $f)))
          (local.set $f (i32.mul (local.get $e) (local.get $f)))
          (br_if $out (i32.eq (local.get $e) (i32.const 7)))
          (br_if $inner (local.get $f)))
        (br_if $outer (i32.lt_s (local.get $c) (local.get $d)))))
    (i32.mul (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=6 slots=10 zero=6 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s0, p0 = Move u64 acc
;;    72: acc = Bin I32Mul p0 p1
;;    88: s1, p1 = Move u64 acc
;;   104: Pin true true p0=s2 p1=s3
;;   120: acc = Bin I32Mul p0 p1
;;   136: s2, p0 = Move u64 acc
;;   152: acc = Bin I32Mul p0 p1
;;   168: s3, p1 = Move u64 acc
;;   184: Pin true true p0=s4 p1=s5
;;   200: acc = Bin I32Mul p0 p1
;;   216: s4, p0 = Move u64 acc
;;   232: acc = Bin I32Mul p0 p1
;;   248: s5, p1 = Move u64 acc
;;   264: BrCmp I32Eq p0 7 Forward -> 376
;;   280: BrCmp I32Ne p1 0 Back -> 200
;;   296: Pin true true p0=s2 p1=s3
;;   312: BrCmp I32LtS p0 p1 Back -> 120
;;   328: Pin true true p0=s0 p1=s1
;;   344: acc = Bin I32Mul p0 p1
;;   360: ReturnOne u64 acc header=6
;;   376: Pin true true p0=s0 p1=s1
;;   392: Br Forward -> 344
