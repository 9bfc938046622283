;; Labels at the height of the operands are branched to directly, others through
;; a stub that moves the operands, one per label.
(module
  (func (param i32) (result i32)
    (block $far (result i32)
      (i32.const 5)
      (block $near (result i32)
        (i32.clz (local.get 0))
        (br_table $near $far $near $far (local.get 0)))
      (i32.add)))
  (func $loop (param i32) (result i32)
    (i32.const 1)
    (loop $next (param i32) (result i32)
      (drop)
      (i32.const 4)
      (local.get 0)
      (local.get 0)
      (br_table $next 1)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 5
;;    56: s4, acc = Un I32Clz s0
;;    72: BrTable s0 0 Forward count=3 136 104 136 104
;;   104: s3 = Move u64 s4
;;   120: Br Forward -> 152
;;   136: s3, acc = Bin I32Add s3 s4
;;   152: ReturnOne u64 s3 header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 1
;;    56: s4 = Move u64 s0
;;    72: BrTable s0 0 Back count=1 96 128
;;    96: s3 = Move u64 s4
;;   112: Br Back -> 56
;;   128: s3 = Move u64 s4
;;   144: ReturnOne u64 s3 header=1
