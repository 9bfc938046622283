;; A constant that 32 sign-extended bits cannot hold takes a word of its own.
(module
  (func (param i64) (result i64)
    (i64.sub (local.get 0) (i64.const 0x80000000)))
  (func (param i64) (result i64)
    (i64.sub (i64.const 0x123456789abcdef) (local.get 0)))
  (func (param i64) (result i32)
    (i64.lt_u (local.get 0) (i64.const -0x80000001)))
  (func (param f64) (result f64)
    (f64.sub (f64.const 1) (f64.mul (local.get 0) (f64.const 2))))
  (func (param f32) (result i32)
    (f32.lt (local.get 0) (f32.const 0.5)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I64Sub s0 0x80000000
;;    64: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u64 0x123456789abcdef
;;    64: acc = Bin I64Sub s3 s0
;;    80: ReturnOne u64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Cmp I64LtU s0 0xffffffff7fffffff
;;    64: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: acc = FBin F64Mul s0 0x4000000000000000
;;    64: acc = FBin F64Sub 0x3ff0000000000000 acc
;;    88: ReturnOne f64 acc header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = FCmp F32Lt s0 0x3f000000
;;    64: ReturnOne u64 acc header=1
