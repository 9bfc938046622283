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
;;    40: s0, p0 = Bin I32Mul p0 p1
;;    56: s1, p1 = Bin I32Mul p0 p1
;;    72: Pin true true p0=s2 p1=s3
;;    88: acc = Bin I32Mul p0 s2
;;   104: s3, p1 = Bin I32Add acc p1
;;   120: s3, p1 = Bin I32Xor p0 p1
;;   136: AddBr I32Ne p0 -1 0 s2 -> 88
;;   160: Pin true true p0=s0 p1=s1
;;   176: s0, p0 = Bin I32Mul p0 p1
;;   192: acc = Bin I32Mul p0 p1
;;   208: acc = Bin I32Add acc s3
;;   224: ReturnOne u64 acc header=4
