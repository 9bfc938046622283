;; A result that a branch carries to a lower slot is written there at once.
(module
  (func $sent (param i32 i32) (result i32)
    (i32.mul
      (block (result i32)
        (local.get 0) (local.get 1)
        (br 0 (i32.add (local.get 0) (local.get 1))))
      (i32.const 3)))
  (func $not_the_last_instruction (param i32 i32) (result i32)
    (i32.mul
      (block (result i32)
        (local.get 0)
        (i32.add (local.get 0) (local.get 1))
        (local.set 1 (i32.const 5))
        (br 0))
      (i32.const 3)))
  (func $nothing_branches_here (param i32) (result i32)
    (i32.add (block (result i32) (local.get 0)) (i32.const 3)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: s4 = Bin I32Add s0 s1
;;    56: acc = Bin I32Mul s4 3
;;    72: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5, acc = Bin I32Add s0 s1
;;    56: s1 = Move u32 5
;;    72: s4 = Move u64 s5
;;    88: acc = Bin I32Mul s4 3
;;   104: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 3
;;    56: ReturnOne u64 acc header=1
