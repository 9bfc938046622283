;; A constant divisor is an immediate if it fits; other constants take a slot.
(module
  (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const -1)))
  (func (param i64) (result i64) (i64.rem_u (local.get 0) (i64.const 0x1_0000_0000)))
  (func (param i32) (result i32) (i32.rem_s (i32.const 100) (local.get 0)))
  (func (param i32 i32) (result i32)
    (i32.div_u (i32.add (local.get 0) (i32.const 1)) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.div_u (local.get 0) (i32.add (local.get 1) (i32.const 1))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = DivRem I32DivS s0 -1
;;    56: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u64 0x100000000
;;    64: acc = DivRem I64RemU s0 s4
;;    80: ReturnOne u64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 100
;;    56: acc = DivRem I32RemS s3 s0
;;    72: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 1
;;    56: acc = DivRem I32DivU acc s1
;;    72: ReturnOne u64 acc header=2
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s1 1
;;    56: acc = DivRem I32DivU s0 acc
;;    72: ReturnOne u64 acc header=2
