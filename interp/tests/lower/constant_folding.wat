;; Operators that cannot trap are computed at once if their operands are constants.
(module
  (func (result i32)
    (i32.add (i32.const 2) (i32.mul (i32.const 3) (i32.const -4))))
  (func (result i64)
    (i64.extend_i32_s (i32.const -1)))
  (func (result i32)
    (i32.shl (i32.const 1) (i32.const 33)))
  (func (result i32)
    (i32.div_s (i32.const 1) (i32.const 0)))
  (func (result f32)
    (f32.convert_i32_u (i32.const -1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=5 zero=0 p0=s0 p1=s0
;;    40: ReturnOne u64 0xfffffff6 header=0
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: ReturnOne u64 0xffffffffffffffff header=0
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: ReturnOne u64 0x2 header=0
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: s2 = Move u32 1
;;    56: acc = DivRem I32DivS s2 0
;;    72: ReturnOne u64 acc header=0
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: ReturnOne f64 0x4f800000 header=0
