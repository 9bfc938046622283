;; Nothing is emitted for what cannot be reached, however it is nested.
(module
  (func $after_unreachable (param i32) (result i32)
    (unreachable)
    (i32.add)
    (block (result i32) (loop (br 0)) (i32.const 1))
    (if (then (nop)) (else (unreachable)))
    (local.set 0))
  (func $after_br (param i32) (result i32)
    (block (result i32)
      (i32.const 4)
      (br 0)
      (i32.const 5)
      (drop)
      (br_table 0 0 (i32.const 1))))
  (func $dead_then (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (unreachable))
      (else (i32.const 2))))
  (func $dead_both (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (return (i32.const 1)))
      (else (return (i32.const 2))))
    (i32.add (i32.const 1)))
  (func $endless (result i32)
    (loop (br 0))
    (i32.const 1))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: Unreachable
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 4
;;    56: ReturnOne u64 s3 header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Eq s0 0 Forward -> 64
;;    56: Unreachable
;;    64: ReturnOne u64 0x2 header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: BrCmp I32Eq s0 0 Forward -> 80
;;    56: ReturnOne u64 0x1 header=1
;;    80: ReturnOne u64 0x2 header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: Br Back -> 40
