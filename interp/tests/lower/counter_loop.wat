;; Counting a local, comparing it and branching back is one instruction.
(module
  (func $up (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum))
  (func $down (param $n i64)
    (loop $next
      (br_if $next
        (i64.ne (local.tee $n (i64.add (local.get $n) (i64.const -1))) (i64.const 0)))))
  (func $limit_first (param $n i32) (local $i i32)
    (loop $next
      (br_if $next
        (i32.gt_s (local.get $n) (local.tee $i (i32.add (local.get $i) (i32.const 4)))))))
  (func $until (param $n i32) (local $i i32)
    (loop $next
      (local.set $i (i32.add (i32.const 1) (local.get $i)))
      (br_if $next (i32.eqz (i32.eq (local.get $i) (local.get $n))))))
  (func $to_nonzero (param $n i32)
    (loop $next
      (br_if $next (local.tee $n (i32.add (local.get $n) (i32.const -1))))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 1 header=3 slots=7 zero=1 p0=s0 p1=s0
;;    40: s2, acc = Bin I32Add s2 s1
;;    56: AddBr I32LtU s1 1 s0 s1 -> 40
;;    80: ReturnOne u64 s2 header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: AddBr I64Ne s0 -1 0 s0 -> 40
;;    64: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 1 header=2 slots=7 zero=1 p0=s0 p1=s0
;;    40: AddBr I32LtS s1 4 s0 s1 -> 40
;;    64: Return header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 1 header=2 slots=6 zero=1 p0=s0 p1=s0
;;    40: AddBr I32Ne s1 1 s0 s1 -> 40
;;    64: Return header=2
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: AddBr I32Ne s0 -1 0 s0 -> 40
;;    64: Return header=1
