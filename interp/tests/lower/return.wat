;; One result is returned from where it is.
(module
  (func (param i32) (result i32) (local.get 0))
  (func (result f64) (f64.const 1.5))
  (func (param f32) (result f32) (return (f32.neg (local.get 0))))
  (func (param i32)
    (br_if 0 (local.get 0))
    (return))
  (func $operands_below (param i32) (result i32)
    (i64.const 1)
    (return (local.get 0)))
  (func $joined (param i32) (result i32)
    (br_if 0 (i32.const 1) (local.get 0)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: ReturnOne u64 s0 header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: ReturnOne f64 0x3ff8000000000000 header=0
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Un F32Neg s0
;;    56: ReturnOne f64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Ne s0 0 Forward -> 72
;;    56: Return header=1
;;    72: Return header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: ReturnOne u64 s0 header=1
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 1
;;    56: BrCmp I32Ne s0 0 Forward -> 72
;;    72: ReturnOne u64 s3 header=1
