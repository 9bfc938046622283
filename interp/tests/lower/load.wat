;; Where the address of a load comes from: a slot, the accumulator, a constant, or a
;; sum of two slots or of the accumulator and a slot, whose addition is taken back.
(module (memory 1)
  (func (param i32) (result i32) (i32.load offset=16 (local.get 0)))
  (func (param i32) (result i64) (i64.load8_s (i32.shl (local.get 0) (i32.const 3))))
  (func (result f64) (f64.load offset=8 (i32.const 64)))
  (func (param i32 i32) (result i32) (i32.load8_u offset=4 (i32.add (local.get 0) (local.get 1))))
  (func (param i32 i32) (result f32)
    (f32.load (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2)))))
  (func $not_a_sum_of_slots (param i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.const 4))))
  (func $offset_too_large (param i32 i32) (result i32)
    (i32.load offset=65536 (i32.add (local.get 0) (local.get 1))))
  (func $beyond_32_bits (result i32)
    (i32.load offset=0xffffffff (i32.const 1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Load I32Load s0 offset=16
;;    56: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Shl s0 3
;;    56: acc = Load I64Load8S acc offset=0
;;    72: ReturnOne u64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: acc = Load F64Load 0 offset=72
;;    56: ReturnOne f64 acc header=0
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = LoadSum I32Load8U s0 s1 offset=4
;;    56: ReturnOne u64 acc header=2
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Bin2 I32Shl I32Add s1 2 s0 false
;;    64: acc = Load F32Load acc offset=0
;;    80: ReturnOne f64 acc header=2
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = LoadSum I32Load s0 4 offset=0
;;    64: ReturnOne u64 acc header=1
;; func 6
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 s1
;;    56: acc = Load I32Load acc offset=65536
;;    72: ReturnOne u64 acc header=2
;; func 7
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: s2 = Move u32 1
;;    56: acc = Load I32Load s2 offset=4294967295
;;    72: ReturnOne u64 acc header=0
