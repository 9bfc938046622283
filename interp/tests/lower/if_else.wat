;; Both arms of an `if` leave their results in the same home slots.
(module
  (func (param i32 i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (local.get 1))
      (then (local.get 0))
      (else (i32.add (local.get 1) (i32.const 1)))))
  (func $two (param i32) (result i32 i64)
    (if (result i32 i64) (local.get 0)
      (then (i32.const 1) (i64.const 2))
      (else (i32.const 3) (i64.const 4))))
  (func $without_else (param i32)
    (if (i32.eqz (local.get 0))
      (then (local.set 0 (i32.const 1)))))
  (func $then_leaves (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 1))))
    (i32.const 0))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: BrCmp I32GeS s0 s1 Forward -> 88
;;    56: s4 = Move u64 s0
;;    72: Br Forward -> 104
;;    88: s4, acc = Bin I32Add s1 1
;;   104: ReturnOne u64 s4 header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Eq s0 0 Forward -> 104
;;    56: s4 = Move u32 2
;;    72: s3 = Move u32 1
;;    88: Br Forward -> 136
;;   104: s4 = Move u32 4
;;   120: s3 = Move u32 3
;;   136: ReturnMany u64 header=1 from=3 count=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Ne s0 0 Forward -> 72
;;    56: s0 = Move u32 1
;;    72: Return header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Eq s0 0 Forward -> 80
;;    56: ReturnOne u64 0x1 header=1
;;    80: ReturnOne u64 0x0 header=1
