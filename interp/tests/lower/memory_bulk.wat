;; Operators on whole memories take three slots.
(module
  (memory 1) (memory $other 1)
  (data "passive")
  (func (param i32 i32) (result i32)
    (drop (memory.grow (local.get 0)))
    (drop (memory.grow $other (i32.const 1)))
    (memory.size $other))
  (func (param i32) (memory.fill (local.get 0) (i32.const 0) (i32.clz (local.get 0))))
  (func (param i32) (memory.copy $other 0 (i32.const 1) (local.get 0) (i32.const 3)))
  (func (param i32)
    (memory.init 0 (local.get 0) (i32.const 0) (i32.const 7))
    (data.drop 0))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=5 zero=2 p0=s0 p1=s0
;;    40: acc = MemoryGrow u32 s0 memory=0
;;    56: s4 = Move u32 1
;;    72: acc = MemoryGrow u32 s4 memory=1
;;    88: acc = MemorySize log2=16 at=72
;;   104: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5, acc = Un I32Clz s0
;;    56: s4 = Move u32 0
;;    72: MemoryFill s0 s4 s5 a=0 b=0
;;    96: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5 = Move u32 3
;;    56: s3 = Move u32 1
;;    72: MemoryCopy s3 s0 s5 a=1 b=0
;;    96: Return header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5 = Move u32 7
;;    56: s4 = Move u32 0
;;    72: MemoryInit s0 s4 s5 a=0 b=0
;;    96: DataDrop data=0
;;   112: Return header=1
