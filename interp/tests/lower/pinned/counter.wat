;; A counter in a register is counted, compared and branched on by one instruction.
(module
  (func (param $n i32) (param $i i32) (param $sum i32) (result i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get $i)))
      (local.set $sum (i32.xor (local.get $sum) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum))
  (func (param $i i64) (param $x i64)
    (loop $next
      (local.set $x (i64.mul (local.get $x) (local.get $i)))
      (local.set $i (i64.sub (local.get $i) (i64.const 3)))
      (br_if $next (i64.gt_s (local.get $i) (i64.const 70000)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: Pin true true p0=s1 p1=s2
;;    56: s2, p1 = Bin I32Add p0 p1
;;    72: acc = Bin I32Xor p0 p1
;;    88: s2, p1 = Move u64 acc
;;   104: AddBr I32LtU p0 1 s0 s1 -> 56
;;   128: ReturnOne u64 s2 header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: Pin true true p0=s0 p1=s1
;;    56: acc = Bin I64Mul p0 s1
;;    72: s1, p1 = Move u64 acc
;;    88: AddBr I64GeS p0 -3 70001 s0 -> 56
;;   112: Return header=2
