;; Passes of a header are counted however it is reached, and with operands at home.
(module
  (func $infinite
    (loop $a (br $a)))
  (func $counter (param $n i32)
    (loop $next
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $operands (param $n i32) (param $x i64) (result i64)
    (local.get $x)
    (i64.add (local.get $x) (i64.const 1))
    (loop $next (param i64 i64) (result i64)
      (i64.mul)
      (local.get $x)
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (local.get $n))
      (drop)))
  (func $nested (param $n i32)
    (loop $outer
      (loop $inner
        (br_table $inner $outer (local.get $n)))))
  (func $dead
    (unreachable)
    (loop $a (br $a))))
;; func 0
;;     0: EnterOther
;;    16: CallHeat func=0
;;    40: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    64: LoopHeat func=0 offset=43 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   104: Br Back -> 64
;; func 1
;;     0: EnterOther
;;    16: CallHeat func=1
;;    40: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    64: LoopHeat func=1 offset=51 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   104: AddBr I32Ne s0 -1 0 s0 -> 64
;;   128: Return header=1
;; func 2
;;     0: EnterOther
;;    16: CallHeat func=2
;;    40: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    64: s5, acc = Bin I64Add s1 1
;;    80: s4 = Move u64 s1
;;    96: LoopHeat func=2 offset=73 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   136: s4, acc = Bin I64Mul s4 s5
;;   152: s0, acc = Bin I32Sub s0 1
;;   168: s5 = Move u64 s1
;;   184: BrCmp I32Ne acc 0 Back -> 96
;;   200: ReturnOne u64 s4 header=2
;; func 3
;;     0: EnterOther
;;    16: CallHeat func=3
;;    40: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    64: LoopHeat func=3 offset=94 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   104: LoopHeat func=3 offset=96 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   144: BrTable s0 0 Back count=1 104 64
;; func 4
;;     0: EnterOther
;;    16: CallHeat func=4
;;    40: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    64: Unreachable
