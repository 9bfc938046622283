;; `i32.eqz` of a condition turns the condition of the branch around; of another
;; value it is a comparison with zero.
(module
  (func (param i32 i32 f64)
    (block
      (br_if 0 (i32.eqz (i32.lt_s (local.get 0) (local.get 1))))
      (br_if 0 (i32.eqz (local.get 0)))
      (br_if 0 (i32.eqz (i32.eqz (local.get 0))))
      (br_if 0 (i32.eqz (f64.lt (local.get 2) (f64.abs (local.get 2)))))
      (br_if 0 (i64.eqz (i64.extend_i32_u (local.get 0))))
      (br_if 0 (i32.ne (i32.gt_u (local.get 0) (local.get 1)) (i32.const 0)))
    ))
  (func $as_a_value (param i32 i32) (result i32)
    (i32.eqz (i32.lt_s (local.get 0) (local.get 1))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: BrCmp I32GeS s0 s1 Forward -> 168
;;    56: BrCmp I32Eq s0 0 Forward -> 168
;;    72: BrCmp I32Ne s0 0 Forward -> 168
;;    88: acc = Un F64Abs s2
;;   104: BrFCmp F64Lt s2 acc Forward false -> 168
;;   120: acc = Un I64ExtendI32U s0
;;   136: BrCmp I64Eq acc 0 Forward -> 168
;;   152: BrCmp I32LtU s1 s0 Forward -> 168
;;   168: Return header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Cmp I32GeS s0 s1
;;    56: ReturnOne u64 acc header=2
