;; Memories other than the first, and memories with 64-bit addresses, have general
;; loads and stores, which find the memory by its place in the context.
(module
  (memory 1) (memory $second 1) (memory $big i64 1)
  (func (param i32) (result i32) (i32.load $second offset=3 (local.get 0)))
  (func (param i32) (i32.store $second (local.get 0) (i32.const 7)))
  (func (param i64) (result i64) (i64.load $big offset=0x1_0000_0000 (local.get 0)))
  (func (param i64 f32)
    (f32.store $big (i64.add (local.get 0) (i64.const 1)) (f32.neg (local.get 1))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = LoadAny I32Load s0 memory=72 0x3
;;    64: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u32 7
;;    56: StoreAny I32Store s4 s0 memory=72 0x0
;;    80: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = LoadAny I64Load s0 memory=80 0x100000000
;;    64: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I64Add s0 1
;;    56: s5, acc = Un F32Neg s1
;;    72: StoreAny F32Store s5 s4 memory=80 0x0
;;    96: Return header=2
