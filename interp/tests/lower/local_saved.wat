;; An operand that stands for a local is saved before the local changes; one
;; that stands for another local is not.
(module
  (func $old_times_other_minus_new (param i32 i32) (result i32)
    (local.get 0)
    (local.get 1)
    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
    (i32.mul)
    (i32.sub (local.get 0)))
  (func $twice (param i32) (result i32 i32 i32)
    (local.get 0)
    (local.get 0)
    (local.set 0 (i32.const 3))
    (local.get 0))
  (func $swap (param i32 i32) (result i32 i32)
    (local.get 0)
    (local.get 1)
    (local.set 0)
    (local.set 1)
    (local.get 0)
    (local.get 1))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 1
;;    56: s4 = Move u64 s0
;;    72: s0 = Move u64 acc
;;    88: acc = Bin I32Mul s4 s1
;;   104: acc = Bin I32Sub acc s0
;;   120: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: s3 = Move u64 s0
;;    72: s0 = Move u32 3
;;    88: s5 = Move u64 s0
;;   104: ReturnMany u64 header=1 from=3 count=3
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: s0 = Move u64 s1
;;    72: s1 = Move u64 s4
;;    88: s5 = Move u64 s1
;;   104: s4 = Move u64 s0
;;   120: ReturnMany u64 header=2 from=4 count=2
