;; The parameters of a loop are in their home slots whenever its header is reached.
(module
  (func (param i32) (result i32)
    (i32.const 1)
    (local.get 0)
    (loop $next (param i32 i32) (result i32)
      (local.set 0)
      (i32.mul (local.get 0))
      (i32.sub (local.get 0) (i32.const 1))
      (br_if $next (i32.gt_s (local.get 0) (i32.const 1)))
      (drop)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=7 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: s3 = Move u32 1
;;    72: s0 = Move u64 s4
;;    88: s3, acc = Bin I32Mul s3 s0
;;   104: s4, acc = Bin I32Sub s0 1
;;   120: BrCmp I32GeS s0 2 Back -> 72
;;   136: ReturnOne u64 s3 header=1
