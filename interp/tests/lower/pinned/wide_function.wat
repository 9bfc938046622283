;; A function with more slots than 16 bits can number has no local in a register.
(module
  (func (param $a i32) (param $b i32) (result i32)
    (local.set $a (i32.mul (local.get $a) (local.get $b)))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (@repeat 65600 (i32.const 0))
    (@repeat 65600 (drop))
    (i32.mul (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: EnterWide header=10 slots=65612 zero=10
;;    40: s0, acc = Bin I32Mul s0 s1
;;    56: s1, acc = Bin I32Mul acc s1
;;    72: acc = Bin I32Mul acc s0
;;    88: ReturnOne u64 acc header=10
