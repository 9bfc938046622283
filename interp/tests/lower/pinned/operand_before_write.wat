;; An operand that is a pinned local is saved before the local changes.
(module
  (func (param $a i32) (param $b i32) (result i32)
    (local.get $a)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (i32.sub (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s1
;;    40: acc = Bin I32Mul p0 p1
;;    56: s4 = Move u64 p0
;;    72: s0, p0 = Move u64 acc
;;    88: acc = Bin I32Mul p0 p1
;;   104: s1, p1 = Move u64 acc
;;   120: acc = Bin I32Sub s4 p1
;;   136: ReturnOne u64 acc header=2
