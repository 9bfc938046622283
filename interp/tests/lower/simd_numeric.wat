;; Operators of vectors take slots; one of two operands, or the last of three, may be constant.
(module
  (func $binary (param $a v128) (param $b v128) (result v128)
    (i8x16.add (local.get $a) (local.get $b))
    (i16x8.sub (v128.const i64x2 1 2))
    (v128.const i64x2 3 4)
    (local.set $a)
    (local.set $b)
    (i32x4.sub (v128.const i64x2 3 4) (local.get $b))
    (f32x4.min (local.get $a)))
  (func $ternary (param $a v128) (param $b v128) (result v128)
    (v128.bitselect (local.get $a) (local.get $b)
      (v128.bitselect (local.get $b) (local.get $a) (v128.const i64x2 1 2))))
  (func $shift (param $a v128) (param $i i32) (result v128)
    (i8x16.shl (local.get $a) (i32.const 35))
    (i16x8.shr_s (local.get $i))
    (i64x2.shr_u (i32.add (local.get $i) (local.get $i))))
  (func $test (param $a v128) (result i32)
    (local $i i32)
    (block
      (br_if 0 (i32.eqz (v128.any_true (local.get $a))))
      (br_if 0 (i32.ne (i8x16.bitmask (local.get $a)) (i32.const 0xffff)))
      (local.set $i (i32x4.all_true (local.get $a))))
    (local.get $i))
  ;; Numbers beyond the last byte, and constants, are known.
  (func $swizzle (param $a v128) (result v128)
    (i8x16.swizzle (local.get $a) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 15 16 17 100 200 255))
    (i8x16.swizzle (v128.const i64x2 1 2))
    (i8x16.swizzle (local.get $a))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: v6 = VBin I8x16Add v0 v2
;;    56: v6 = VBin I16x8Sub v6 0x2:0x1
;;    88: v0 = VMove 0x4:0x3
;;   120: v2 = VMove v6
;;   136: v6 = VMove 0x4:0x3
;;   168: v6 = VBin I32x4Sub v6 v2
;;   184: v6 = VBin F32x4Min v6 v0
;;   200: VReturn v6 header=4
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=16 zero=4 p0=s0 p1=s0
;;    40: v10 = VTer V128Bitselect v2 v0 0x2:0x1
;;    72: v6 = VTer V128Bitselect v0 v2 v10
;;    88: VReturn v6 header=4
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=11 zero=3 p0=s0 p1=s0
;;    40: v5 = VShift I8x16Shl v0 35
;;    56: v5 = VShift I16x8ShrS v5 s2
;;    72: acc = Bin I32Add s2 s2
;;    88: v5 = VShift I64x2ShrU v5 acc
;;   104: VReturn v5 header=3
;; func 3
;;     0: EnterOther
;;    16: Enter 1 header=3 slots=9 zero=2 p0=s0 p1=s0
;;    40: acc = VTest V128AnyTrue v0
;;    56: BrCmp I32Eq acc 0 Forward -> 128
;;    72: acc = VTest I8x16Bitmask v0
;;    88: BrCmp I32Ne acc 65535 Forward -> 128
;;   112: s2, acc = VTest I32x4AllTrue v0
;;   128: ReturnOne u64 s2 header=3
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=8 zero=2 p0=s0 p1=s0
;;    40: v4 = VBin I8x16RelaxedSwizzle v0 0x80808080800f0908:0x706050403020100
;;    72: v4 = VBin I8x16RelaxedSwizzle v4 0x2:0x1
;;   104: v4 = VBin I8x16Swizzle v4 v0
;;   120: VReturn v4 header=2
