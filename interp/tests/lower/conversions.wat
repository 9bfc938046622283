;; Conversions between classes move from one accumulator to the other; those that
;; can trap have instructions of their own.
(module
  (func (param f64) (result i32) (i32.trunc_f64_s (f64.neg (local.get 0))))
  (func (param f64) (result i32) (i32.trunc_sat_f64_s (local.get 0)))
  (func (param i64) (result i32) (i32.wrap_i64 (local.get 0)))
  (func (param i32) (result i64) (i64.extend_i32_u (i32.extend8_s (local.get 0))))
  (func (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un F64Neg s0
;;    56: acc = TryUn I32TruncF64S acc
;;    72: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un I32TruncSatF64S s0
;;    56: ReturnOne u64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un I32WrapI64 s0
;;    56: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un I32Extend8S s0
;;    56: acc = Un I64ExtendI32U acc
;;    72: ReturnOne u64 acc header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un F32ReinterpretI32 s0
;;    56: ReturnOne f64 acc header=1
