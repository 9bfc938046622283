;; Float locals are in registers in the loop without calls, not in the loop with one, and are
;; loaded again behind that.
(module
  (func $callee)
  (func (param $n i32) (param $x f64) (param $y f64) (result f64)
    (loop $outer
      (local.set $x (f64.mul (local.get $x) (local.get $y)))
      (local.set $y (f64.mul (local.get $x) (local.get $y)))
      (loop $calls
        (call $callee)
        (local.set $x (f64.add (local.get $x) (local.get $y)))
        (br_if $calls (f64.lt (local.get $x) (local.get $y))))
      (local.set $y (f64.add (local.get $x) (local.get $y)))
      (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $y))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    40: Return header=0
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: FPin p0=s2 p1=s1 p2=s0
;;    56: acc = FBin F64Mul p1 p0
;;    72: s1, p1 = Move f64 acc
;;    88: acc = FBin F64Mul p1 p0
;;   104: s2, p0 = Move f64 acc
;;   120: Call func=0 frame=40
;;   144: s1, acc = FBin F64Add s1 s2
;;   160: BrFCmp F64Lt acc s2 Back true -> 120
;;   176: FPin p0=s2 p1=s1 p2=s0
;;   192: acc = FBin F64Add p1 p0
;;   208: s2, p0 = Move f64 acc
;;   224: AddBr I32Ne s0 -1 0 s0 -> 56
;;   248: ReturnOne f64 acc header=3
