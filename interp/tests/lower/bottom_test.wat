;; A loop that begins with a branch out of it repeats that test in branches back.
(module
  (memory 1)
  (func $copy (param $to i32) (param $from i32) (param $end i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $from) (local.get $end)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next))))
  (func $bits (param $x i32) (result i32) (local $n i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.and (local.get $x) (i32.const 255))))
        (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))
        (br $next)))
    (local.get $x))
  (func $test_reads_memory (param $p i32)
    (block $done
      (loop $next
        (br_if $done (i32.load (local.get $p)))
        (br $next))))
  (func $exit_with_value (param $x i32) (result i32)
    (block $done (result i32)
      (loop $next
        (drop (br_if $done (i32.const 7) (local.get $x)))
        (br $next))
      (unreachable)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: BrCmp I32Eq s1 s2 Forward -> 120
;;    56: Copy u8 s1 s0 from=0 to=0
;;    80: s0, acc = Bin I32Add s0 1
;;    96: AddBr I32Ne s1 1 s2 s1 -> 56
;;   120: Return header=3
;; func 1
;;     0: EnterOther
;;    16: Enter 1 header=2 slots=6 zero=1 p0=s0 p1=s0
;;    40: BrTest I32Eq s0 255 Forward -> 88
;;    56: s0, acc = Bin I32ShrU s0 1
;;    72: BrTest I32Ne s0 255 Back -> 56
;;    88: ReturnOne u64 s0 header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: LoadBr I32Ne I32Load s0 0 Forward offset=0 plus=0 -> 80
;;    64: Br Back -> 40
;;    80: Return header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s3 = Move u32 7
;;    56: BrCmp I32Ne s0 0 Forward -> 88
;;    72: Br Back -> 40
;;    88: ReturnOne u64 s3 header=1
