;; A loop that uses little keeps the locals that are in registers where it begins: nothing is loaded.
(module
  (func (param $a i32) (param $b i32) (result i32)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (loop $next
      (br_if $next (i32.lt_u (local.get $a) (local.get $b))))
    (i32.mul (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s0, p0 = Move u64 acc
;;    72: acc = Bin I32Mul p0 p1
;;    88: s1, p1 = Move u64 acc
;;   104: BrCmp I32LtU p0 p1 Back -> 104
;;   120: acc = Bin I32Mul p0 p1
;;   136: ReturnOne u64 acc header=2
