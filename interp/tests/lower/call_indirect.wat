;; The index of an indirect call comes from a slot or from the accumulator.
(module
  (table $t 1 funcref) (table $big i64 1 funcref)
  (type $binary (func (param i32 i32) (result i32)))
  (func (param i32 i32) (result i32)
    (call_indirect $t (type $binary) (local.get 0) (i32.const 5) (local.get 1)))
  (func (param i32 i32) (result i32)
    (call_indirect $t (type $binary)
      (local.get 0) (i32.const 5) (i32.and (local.get 1) (i32.const 3))))
  (func (param i64) (result i32)
    (call_indirect $big (type $binary) (i32.const 1) (i32.const 2) (i64.const 0)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5 = Move u32 5
;;    56: s4 = Move u64 s0
;;    72: CallIndirect s1 Own table=80 type=0 frame=32
;;   104: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32And s1 3
;;    56: s5 = Move u32 5
;;    72: s4 = Move u64 s0
;;    88: CallIndirect acc Own table=80 type=0 frame=32
;;   120: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5 = Move u32 0
;;    56: s4 = Move u32 2
;;    72: s3 = Move u32 1
;;    88: CallIndirect s5 Own table=96 type=0 frame=24
;;   120: ReturnOne u64 acc header=1
