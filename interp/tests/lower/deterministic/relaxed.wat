;; Relaxed operators are those that they stand for in the deterministic profile.
(module
  (func (param $a v128) (param $b v128) (param $c v128) (result v128)
    (i8x16.relaxed_swizzle (local.get $a) (local.get $b))
    (i16x8.relaxed_q15mulr_s (local.get $b))
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $b))
    (i16x8.relaxed_laneselect (local.get $b) (local.get $c))
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get $b) (local.get $c))
    (i32x4.relaxed_trunc_f32x4_s))
  (func (param $a v128) (param $b v128) (param $c v128) (result v128)
    (f32x4.relaxed_min (local.get $a) (local.get $b))
    (f32x4.relaxed_madd (local.get $b) (local.get $c))
    (f32x4.relaxed_nmadd (local.get $b) (local.get $c))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=6 slots=14 zero=6 p0=s0 p1=s0
;;    40: v8 = VBin I8x16Swizzle v0 v2
;;    56: v8 = VBin I16x8Q15MulrSatS v8 v2
;;    72: v8 = VBin I16x8DotI8x16S v8 v2
;;    88: v8 = VTer V128Bitselect v8 v2 v4
;;   104: v8 = VTer I32x4DotI8x16AddS v8 v2 v4
;;   120: v8 = VUn I32x4TruncSatF32x4S v8
;;   136: VReturn v8 header=6
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=6 slots=14 zero=6 p0=s0 p1=s0
;;    40: v8 = VBin F32x4Min v0 v2
;;    56: v8 = VCanonical f32 v8
;;    72: v8 = VTer F32x4MulAdd v8 v2 v4
;;    88: v8 = VCanonical f32 v8
;;   104: v8 = VTer F32x4NegMulAdd v8 v2 v4
;;   120: v8 = VCanonical f32 v8
;;   136: VReturn v8 header=6
