;; Operands of a conditional branch that are at the label's height need no copies;
;; those that are not in their slots yet are brought there for both paths.
(module
  (func (param i32 i32) (result i32)
    (block (result i32)
      (call 0 (local.get 0) (local.get 1))
      (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))
      (drop)
      (i32.const 3)))
  (func $not_home (param i32 i32) (result i32)
    (block (result i32)
      (local.get 0)
      (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))
      (drop)
      (i32.const 3)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5 = Move u64 s1
;;    56: s4 = Move u64 s0
;;    72: Call func=0 frame=32
;;    96: BrCmp I32LtS s0 s1 Forward -> 128
;;   112: s4 = Move u32 3
;;   128: ReturnOne u64 s4 header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: BrCmp I32LtS s0 s1 Forward -> 88
;;    72: s4 = Move u32 3
;;    88: ReturnOne u64 s4 header=2
