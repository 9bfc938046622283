;; A loop that begins with a branch out of it counts behind that branch, where branches back go.
(module
  (func $while (param $n i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next))))
  (func $from_the_top (param $n i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (br_if $next (i32.load8_u (local.get $n)))
        (br $next))))
  (func $to_an_outer_loop (param $n i32)
    (loop $outer
      (loop $next
        (br_if $outer (i32.eqz (local.get $n)))
        (br $next))))
  (memory 1))
;; func 0
;;     0: EnterOther
;;    16: CallHeat func=0
;;    40: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    64: BrCmp I32Eq s0 0 Forward -> 144
;;    80: LoopHeat func=0 offset=33 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   120: AddBr I32Ne s0 -1 0 s0 -> 80
;;   144: Return header=1
;; func 1
;;     0: EnterOther
;;    16: CallHeat func=1
;;    40: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    64: BrCmp I32Eq s0 0 Forward -> 160
;;    80: LoopHeat func=1 offset=56 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   120: LoadBr I32Ne I32Load8U s0 0 Back offset=0 plus=0 -> 64
;;   144: BrCmp I32Ne s0 0 Back -> 80
;;   160: Return header=1
;; func 2
;;     0: EnterOther
;;    16: CallHeat func=2
;;    40: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    64: LoopHeat func=2 offset=77 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   104: LoopHeat func=2 offset=79 p0=s0 p1=s0 p0=s0 p1=s0 p2=s0
;;   144: BrCmp I32Eq s0 0 Back -> 64
;;   160: Br Back -> 104
