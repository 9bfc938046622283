;; A constant added to the index of a branch table is part of the branch.
(module
  (func $less (param i32) (result i32)
    (block $b
      (block $a
        (br_table $a $b (i32.sub (local.get 0) (i32.const 97))))
      (return (i32.const 10)))
    (i32.const 20))
  (func $more (param i32)
    (loop $l
      (block $b
        (br_table $l $b (i32.add (i32.mul (local.get 0) (local.get 0)) (i32.const 5))))))
  (func $too_far (param i32)
    (block (br_table 0 0 (i32.sub (local.get 0) (i32.const 40000)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: BrTable s0 -97 Forward count=1 64 88
;;    64: ReturnOne u64 0xa header=1
;;    88: ReturnOne u64 0x14 header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Mul s0 s0
;;    56: BrTable acc 5 Back count=1 40 80
;;    80: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32Sub s0 40000
;;    56: BrTable acc 0 Forward count=1 80 80
;;    80: Return header=1
