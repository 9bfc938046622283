;; What the instruction before has made, and nothing else needs, does not go through slots.
(module
  (memory 1)
  (func $pairs (param $a v128) (param $b v128) (param $c v128) (result v128)
    (f32x4.add (f32x4.mul (local.get $a) (local.get $b)) (local.get $c))
    (local.set $a)
    (f32x4.sub (local.get $c) (f32x4.mul (local.get $a) (local.get $b)))
    (local.set $a)
    (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $a) (local.get $b)))
    (local.set $a)
    (v128.or (v128.and (local.get $a) (v128.const i64x2 1 2)) (local.get $b))
    (local.set $a)
    (v128.and (i8x16.swizzle (v128.const i64x2 1 2) (local.get $a)) (local.get $b))
    (local.set $a)
    (v128.xor (local.get $a) (local.get $b))
    (v128.const i64x2 0 0)
    (i8x16.shuffle 1 2 3 0 5 6 7 4 9 10 11 8 13 14 15 12))
  (func $not_needed_elsewhere (param $a v128) (param $b v128) (result v128)
    (f32x4.add (local.tee $a (f32x4.mul (local.get $a) (local.get $b))) (local.get $b)))
  (func $shifts (param $a v128) (param $b v128) (result v128)
    (v128.and (i32x4.shr_u (local.get $a) (i32.const 6)) (v128.const i64x2 1 2))
    (local.set $b)
    (i8x16.swizzle (v128.const i64x2 1 2) (i8x16.shr_u (local.get $a) (i32.const 4)))
    (local.set $b)
    (v128.or (i32x4.shl (local.get $a) (i32.const 20)) (i32x4.shr_u (local.get $a) (i32.const 12)))
    (local.set $b)
    (v128.or (i64x2.shr_u (local.get $a) (i32.const 1)) (i64x2.shl (local.get $a) (i32.const 63)))
    (local.set $b)
    ;; These are no rotations.
    (v128.or (i32x4.shl (local.get $a) (i32.const 20)) (i32x4.shr_u (local.get $a) (i32.const 11)))
    (local.set $b)
    (v128.or (i32x4.shl (local.get $a) (i32.const 20)) (i32x4.shr_u (local.get $b) (i32.const 12))))
  (func $tests (param $a v128) (param $b v128) (result i32)
    (if (v128.any_true (v128.xor (local.get $a) (local.get $b)))
      (then (return (i32.const 1))))
    (i8x16.bitmask (i8x16.eq (local.get $a) (v128.const i64x2 1 2))))
  (func $loads (param $i i32) (param $j i32) (param $a v128) (result v128)
    (f32x4.mul (local.get $a) (v128.load32_splat (local.get $i)))
    (local.set $a)
    (f32x4.add (v128.load offset=16 (i32.add (local.get $i) (local.get $j))) (local.get $a))
    (local.set $a)
    (v128.xor (v128.load offset=8 (i32.add (local.get $i) (i32.const 4))) (local.get $a))
    (i32x4.add (v128.load (i32.const 64)))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=6 slots=14 zero=6 p0=s0 p1=s0
;;    40: v0 = VPair F32x4Mul F32x4Add v0 v2 v4
;;    56: v0 = VPairRight F32x4Mul F32x4Sub v0 v2 v4
;;    72: v0 = VPair I32x4DotI16x8S I32x4Add v0 v2 v4
;;    88: v0 = VPair V128And V128Or v0 0x2:0x1 v2
;;   120: v0 = VPair I8x16Swizzle V128And 0x2:0x1 v0 v2
;;   152: v8 = VPair V128Xor I8x16RelaxedSwizzle v0 v2 0xc0f0e0d080b0a09:0x407060500030201
;;   184: VReturn v8 header=6
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: v0 = VBin F32x4Mul v0 v2
;;    56: v6 = VBin F32x4Add v0 v2
;;    72: VReturn v6 header=4
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=12 zero=4 p0=s0 p1=s0
;;    40: v2 = VShiftPair I32x4ShrU V128And v0 count=6 0x1 0x2
;;    72: v2 = VShiftPairRight I8x16ShrU I8x16Swizzle v0 count=4 0x1 0x2
;;   104: v2 = VRotate I32x4Shl I32x4ShrU v0 32 count=20
;;   120: v2 = VRotate I64x2Shl I64x2ShrU v0 64 count=63
;;   136: v6 = VShift I32x4Shl v0 20
;;   152: v8 = VShift I32x4ShrU v0 11
;;   168: v2 = VBin V128Or v6 v8
;;   184: v6 = VShift I32x4Shl v0 20
;;   200: v8 = VShift I32x4ShrU v2 12
;;   216: v6 = VBin V128Or v6 v8
;;   232: VReturn v6 header=4
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: acc = VTestPair V128Xor V128AnyTrue v0 v2
;;    56: BrCmp I32Eq acc 0 Forward -> 96
;;    72: ReturnOne u64 0x1 header=4
;;    96: acc = VTestPair I8x16Eq I8x16Bitmask v0 0x2:0x1
;;   128: ReturnOne u64 acc header=4
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: v2 = VLoadBin V128Load32Splat F32x4Mul At s0 offset=0 v2
;;    64: v2 = VLoadBinLeft V128Load F32x4Add AtSum s0 s1 offset=16 v2
;;    88: v6 = VLoadBin V128Load V128Xor AtSum s0 4 offset=8 v2
;;   112: v6 = VLoadBin V128Load I32x4Add At 0 offset=64 v6
;;   136: VReturn v6 header=4
