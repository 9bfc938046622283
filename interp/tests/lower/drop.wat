;; `drop` emits nothing; what was computed, and might trap, stays.
(module (memory 1)
  (func (param i32)
    (drop (local.get 0))
    (drop (i32.const 1))
    (drop (i32.load (local.get 0)))
    (drop (i32.div_u (i32.const 1) (local.get 0))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Load I32Load s0 offset=0
;;    56: s3 = Move u32 1
;;    72: acc = DivRem I32DivU s3 s0
;;    88: Return header=1
