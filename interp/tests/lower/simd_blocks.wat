;; Branches carry vectors in the label's slots. A result is not retargeted across a label.
(module
  (func $block (param $a v128) (param $i i32) (result v128)
    (local $b v128)
    (block $l (result v128)
      (br_if $l (local.get $a) (local.get $i))
      (i8x16.neg))
    (local.set $b)
    (i32.const 7)
    (block $m (result v128)
      (i32.const 8)
      (br $m (i8x16.abs (local.get $b))))
    (v128.not)
    (local.set $b)
    (drop)
    (local.get $b))
  (func $loop (param $a v128) (param $i i32) (result v128)
    (local.get $a)
    (loop $l (param v128) (result v128)
      (i32x4.add (local.get $a))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br_if $l (local.get $i))))
  (func $if (param $a v128) (param $i i32) (result v128)
    (if (result v128) (v128.any_true (local.get $a))
      (then (v128.const i64x2 1 2))
      (else (i64x2.neg (local.get $a)))))
  (func $table (param $a v128) (param $i i32) (result v128)
    (block $x (result v128)
      (block $y (result v128)
        (i32.const 5)
        (local.get $a)
        (br_table $x $y (local.get $i)))
      (v128.not))))
;; func 0
;;     0: EnterOther
;;    16: Enter 1 header=5 slots=13 zero=3 p0=s0 p1=s0
;;    40: v7 = VMove v0
;;    56: BrCmp I32Ne s2 0 Forward -> 88
;;    72: v7 = VUn I8x16Neg v7
;;    88: v3 = VMove v7
;;   104: s7 = Move u32 7
;;   120: v8 = VUn I8x16Abs v3
;;   136: v3 = VUn V128Not v8
;;   152: VReturn v3 header=5
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=11 zero=3 p0=s0 p1=s0
;;    40: v5 = VMove v0
;;    56: v5 = VBin I32x4Add v5 v0
;;    72: AddBr I32Ne s2 -1 0 s2 -> 56
;;    96: VReturn v5 header=3
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=7 zero=3 p0=s0 p1=s0
;;    40: acc = VTest V128AnyTrue v0
;;    56: BrCmp I32Eq acc 0 Forward -> 120
;;    72: v5 = VMove 0x2:0x1
;;   104: Br Forward -> 136
;;   120: v5 = VUn I64x2Neg v0
;;   136: VReturn v5 header=3
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=11 zero=3 p0=s0 p1=s0
;;    40: v6 = VMove v0
;;    56: BrTable s2 0 Forward count=1 80 112
;;    80: v5 = VMove v6
;;    96: Br Forward -> 144
;;   112: v5 = VMove v6
;;   128: v5 = VUn V128Not v5
;;   144: VReturn v5 header=3
