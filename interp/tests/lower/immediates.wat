;; Constants are operands: 32-bit ones in the instruction, on either side. The
;; constant of an operator that commutes goes to the right.
(module
  (func (param i32 i64) (result i32)
    (i32.sub (local.get 0) (i32.const 7)))
  (func (param i32 i64) (result i32)
    (i32.sub (i32.const 7) (local.get 0)))
  (func (param i32 i64) (result i32)
    (i32.mul (i32.const 0xffffffff) (local.get 0)))
  (func (param i32 i64) (result i64)
    (i64.sub (local.get 1) (i64.const -1)))
  (func (param i32 i64) (result i64)
    (i64.shl (i64.const -1) (local.get 1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Sub s0 7
;;    56: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Sub 7 s0
;;    56: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Mul s0 -1
;;    56: ReturnOne u64 acc header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I64Sub s1 -1
;;    56: ReturnOne u64 acc header=2
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4 = Move u64 0xffffffffffffffff
;;    64: acc = Bin I64Shl s4 s1
;;    80: ReturnOne u64 acc header=2
