;; Several results are consecutive slots.
(module
  (func $swap (param i32 f64) (result f64 i32)
    (local.get 1) (local.get 0))
  (func $computed (param i32) (result i32 i32)
    (i32.add (local.get 0) (i32.const 1))
    (i32.sub (local.get 0) (i32.const 1)))
  (func $forward (result f64 i32)
    (call $swap (i32.const 1) (f64.const 2)))
  (func $use (result f64)
    (call $swap (i32.const 1) (f64.const 2))
    (f64.convert_i32_s)
    (f64.add))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s5 = Move u64 s0
;;    56: s4 = Move f64 s1
;;    72: ReturnMany f64 header=2 from=4 count=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Bin I32Add s0 1
;;    56: s4, acc = Bin I32Sub s0 1
;;    72: ReturnMany u64 header=1 from=3 count=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: s3 = Move u64 0x4000000000000000
;;    64: s2 = Move u32 1
;;    80: Call func=0 frame=16
;;   104: ReturnMany f64 header=0 from=2 count=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: s3 = Move u64 0x4000000000000000
;;    64: s2 = Move u32 1
;;    80: Call func=0 frame=16
;;   104: acc = Un F64ConvertI32S s3
;;   120: acc = FBin F64Add s2 acc
;;   136: ReturnOne f64 acc header=0
