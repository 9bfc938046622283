;; A loop has the locals in registers that it uses most itself. They are loaded before the
;; loop's header, where the code before it had others, and those are loaded again behind it.
(module
  (func (param $a i32) (param $b i32) (param $i i32) (param $sum i32) (result i32)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $i) (local.get $i))))
      (local.set $sum (i32.xor (local.get $sum) (local.get $i)))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (i32.add (i32.mul (local.get $a) (local.get $b)) (local.get $sum)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=9 zero=4 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s0, p0 = Move u64 acc
;;    72: acc = Bin I32Mul p0 p1
;;    88: s1, p1 = Move u64 acc
;;   104: Pin true true p0=s2 p1=s3
;;   120: acc = Bin I32Mul p0 s2
;;   136: s3, p1 = Bin I32Add acc p1
;;   152: acc = Bin I32Xor p0 p1
;;   168: s3, p1 = Move u64 acc
;;   184: AddBr I32Ne p0 -1 0 s2 -> 120
;;   208: Pin true true p0=s0 p1=s1
;;   224: acc = Bin I32Mul p0 p1
;;   240: s0, p0 = Move u64 acc
;;   256: acc = Bin I32Mul p0 p1
;;   272: acc = Bin I32Add acc s3
;;   288: ReturnOne u64 acc header=4
