;; The first memory has fast accesses only with 32-bit addresses.
(module (memory i64 1)
  (func (param i64) (result i32) (i32.load (local.get 0)))
  (func (param i64 i64) (result i64) (i64.load (i64.add (local.get 0) (local.get 1))))
  (func (param i64) (result i64) (memory.grow (local.get 0)))
  (func (result i64) (memory.size))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = LoadAny I32Load s0 memory=64 0x0
;;    64: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I64Add s0 s1
;;    56: acc = LoadAny I64Load s4 memory=64 0x0
;;    80: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = MemoryGrow u64 s0 memory=0
;;    56: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: acc = MemorySize log2=16 at=64
;;    56: ReturnOne u64 acc header=0
