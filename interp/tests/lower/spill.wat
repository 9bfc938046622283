;; A result that waits while another is computed goes straight to its home slot,
;; and the accumulator is left to the other one.
(module
  (func (param i32 i32) (result i32)
    (i32.mul
      (i32.add (local.get 0) (i32.const 1))
      (i32.sub (local.get 1) (i32.const 1))))
  (func $deep (param f32) (result f32)
    (f32.add (f32.neg (local.get 0))
      (f32.mul (f32.abs (local.get 0))
        (f32.sub (f32.ceil (local.get 0)) (f32.floor (local.get 0))))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I32Add s0 1
;;    56: acc = Bin I32Sub s1 1
;;    72: acc = Bin I32Mul acc s4
;;    88: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=7 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Un F32Neg s0
;;    56: s4, acc = Un F32Abs s0
;;    72: s5, acc = Un F32Ceil s0
;;    88: acc = Un F32Floor s0
;;   104: acc = FBin F32Sub s5 acc
;;   120: acc = FPair F32Mul F32Add s4 acc s3
;;   136: ReturnOne f64 acc header=1
