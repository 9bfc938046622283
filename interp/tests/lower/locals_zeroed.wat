;; The entry zeroes the locals that are declared, not the parameters.
(module
  (func (param i32 i64))
  (func (param i32) (local i32 f64) (local externref))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=4 zero=2 p0=s0 p1=s0
;;    40: Return header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 2 header=4 slots=6 zero=1 p0=s0 p1=s0
;;    40: Return header=4
