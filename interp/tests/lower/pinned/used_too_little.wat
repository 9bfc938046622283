;; Locals with few uses are not worth a load.
(module
  (func (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 s1
;;    56: ReturnOne u64 acc header=2
