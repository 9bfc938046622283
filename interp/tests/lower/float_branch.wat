;; A float comparison that feeds a branch: with NaN in mind, its negation is not
;; another comparison but a branch on the opposite outcome.
(module
  (func (param f64 f64 f32)
    (block
      (br_if 0 (f64.lt (local.get 0) (local.get 1)))
      (br_if 0 (i32.eqz (f64.lt (local.get 0) (local.get 1))))
      (br_if 0 (f32.ge (f32.sqrt (local.get 2)) (local.get 2)))
      (br_if 0 (f32.ge (local.get 2) (f32.sqrt (local.get 2)))))
    (loop
      (br_if 0 (f64.eq (local.get 0) (local.get 1)))))
  (func $constant (param f64)
    (loop
      (br_if 0 (f64.lt (local.get 0) (f64.const 100)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: BrFCmp F64Lt s0 s1 Forward true -> 136
;;    56: BrFCmp F64Lt s0 s1 Forward false -> 136
;;    72: acc = Un F32Sqrt s2
;;    88: BrFCmp F32Le s2 acc Forward true -> 136
;;   104: acc = Un F32Sqrt s2
;;   120: BrFCmp F32Le acc s2 Forward true -> 136
;;   136: BrFCmp F64Eq s0 s1 Back true -> 136
;;   152: Return header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: BrFCmp F64Lt s0 0x4059000000000000 Back true -> 40
;;    64: Return header=1
