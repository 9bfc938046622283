;; What looks like a counted loop and is not: the branch goes forward, the limit is
;; too large an immediate, the increment is of another local, or the old value is still needed.
(module
  (func $forward (param i32)
    (block
      (br_if 0
        (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 9)))))
  (func $large (param i64)
    (loop
      (br_if 0
        (i64.lt_u (local.tee 0 (i64.add (local.get 0) (i64.const 1))) (i64.const 5000000000)))))
  (func $other (param i32 i32)
    (loop
      (br_if 0
        (i32.lt_u (local.tee 0 (i32.add (local.get 1) (i32.const 1))) (i32.const 9)))))
  (func $old (param i32) (result i32)
    (loop (result i32)
      (local.get 0)
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get 0) (i32.const 9)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s0, acc = Bin I32Add s0 1
;;    56: BrCmp I32LtU acc 9 Forward -> 72
;;    72: Return header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s0, acc = Bin I64Add s0 1
;;    56: s4 = Move u64 0x12a05f200
;;    80: BrCmp I64LtU acc s4 Back -> 40
;;    96: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s0, acc = Bin I32Add s1 1
;;    56: BrCmp I32LtU acc 9 Back -> 40
;;    72: Return header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 1
;;    56: s3 = Move u64 s0
;;    72: s0 = Move u64 acc
;;    88: BrCmp I32LtU acc 9 Back -> 40
;;   104: ReturnOne u64 s3 header=1
