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
  (func $operand_between (param i32) (result i32)
    (block $label (result i32)
      (i32.mul (local.get 0) (i32.const 3))
      (block $inner
        (br_if $inner (local.get 0))
        (br $label (i32.add (local.get 0) (i32.const 7))))
      (i32.add
        (i32.mul (local.get 0) (i32.const 5))
        (i32.mul (local.get 0) (i32.const 9)))
      (i32.sub)))
  (func $nothing_branches_here (param i32) (result i32)
    (i32.add (block (result i32) (local.get 0)) (i32.const 3)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I32Add s0 s1
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
;;    16: Enter 0 header=1 slots=7 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Bin I32Mul s0 3
;;    56: BrCmp I32Ne s0 0 Forward -> 104
;;    72: s3, acc = Bin I32Add s0 7
;;    88: Br Forward -> 160
;;   104: s4, acc = Bin I32Mul s0 5
;;   120: acc = Bin2 I32Mul I32Add s0 9 s4 false
;;   144: s3, acc = Bin I32Sub s3 acc
;;   160: ReturnOne u64 s3 header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 3
;;    56: ReturnOne u64 acc header=1
