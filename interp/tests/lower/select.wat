;; `select` takes its values from slots and its condition from the accumulator, if it is there.
(module
  (func (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.lt_s (local.get 0) (local.get 1))))
  (func (param f64 i32) (result f64)
    (select (f64.neg (local.get 0)) (f64.const 1) (local.get 1)))
  (func (param i64 i32) (result i64)
    (select (i64.const 1) (i64.clz (local.get 0)) (local.get 1)))
  (func (param funcref i32) (result funcref)
    (select (result funcref) (local.get 0) (ref.null func) (local.get 1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: acc = Cmp I32LtS s0 s1
;;    56: acc = Select u32 s0 s1 acc
;;    72: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Un F64Neg s0
;;    56: s5 = Move u64 0x3ff0000000000000
;;    80: acc = FSelect acc s5 s1
;;    96: ReturnOne f64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5, acc = Un I64Clz s0
;;    56: acc = Select u64 1 s5 s1
;;    80: ReturnOne u64 acc header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Select u64 s0 0 s1
;;    64: ReturnOne u64 acc header=2
