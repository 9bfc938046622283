;; Scalars are taken from the accumulators and slots, and left in the accumulators.
(module
  (func $splat (param $a v128) (param $i i32) (param $x f32) (result v128)
    (i32x4.splat (i32.mul (local.get $i) (local.get $i)))
    (f32x4.splat (f32.add (local.get $x) (local.get $x)))
    (v128.xor)
    (i8x16.splat (i32.const 0x0f))
    (v128.and)
    (i16x8.splat (local.get $i))
    (v128.or))
  (func $extract (param $a v128) (result i32)
    (local $x f64)
    (local.set $x (f64x2.extract_lane 1 (local.get $a)))
    (i32.add
      (i8x16.extract_lane_s 15 (local.get $a))
      (i16x8.extract_lane_u 3 (v128.not (local.get $a)))))
  (func $replace (param $a v128) (param $i i32) (result v128)
    (i8x16.replace_lane 7 (local.get $a) (i32.add (local.get $i) (i32.const 1)))
    (i64x2.replace_lane 1 (i64.const 5))
    (f32x4.replace_lane 2 (f32.const 1)))
  ;; Bytes of one vector are picked by one instruction.
  (func $shuffle (param $a v128) (param $b v128) (result v128)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $b))
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $a))
    (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (v128.const i64x2 0 0))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=12 zero=4 p0=s0 p1=s0
;;    40: acc = Bin I32Mul s2 s2
;;    56: v6 = VSplat I32x4Splat acc
;;    72: acc = FBin F32Add s3 s3
;;    88: v8 = VSplat F32x4Splat acc
;;   104: v6 = VBin V128Xor v6 v8
;;   120: v6 = VBin V128And v6 0xf0f0f0f0f0f0f0f:0xf0f0f0f0f0f0f0f
;;   152: v8 = VSplat I16x8Splat s2
;;   168: v6 = VBin V128Or v6 v8
;;   184: VReturn v6 header=4
;; func 1
;;     0: EnterOther
;;    16: Enter 1 header=3 slots=9 zero=2 p0=s0 p1=s0
;;    40: s2, acc = VExtract F64x2ExtractLane 1 v0
;;    56: s5, acc = VExtract I8x16ExtractLaneS 15 v0
;;    72: v6 = VUn V128Not v0
;;    88: acc = VExtract I16x8ExtractLaneU 3 v6
;;   104: acc = Bin I32Add acc s5
;;   120: ReturnOne u64 acc header=3
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=11 zero=3 p0=s0 p1=s0
;;    40: acc = Bin I32Add s2 1
;;    56: v5 = VReplace I8x16ReplaceLane 7 v0 acc
;;    72: s7 = Move u32 5
;;    88: v5 = VReplace I64x2ReplaceLane 1 v5 s7
;;   104: s7 = Move u32 1065353216
;;   120: v5 = VReplace F32x4ReplaceLane 2 v5 s7
;;   136: VReturn v5 header=3
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=12 zero=4 p0=s0 p1=s0
;;    40: v6 = VShuffle v0 v2 0x8003800280018000 0x8007800680058004 0x380028001800080 0x780068005800480
;;    88: v8 = VBin I8x16RelaxedSwizzle v0 0x707060605050404:0x303020201010000
;;   120: v6 = VBin I8x16RelaxedSwizzle v6 0x1020304050607:0x8090a0b0c0d0e0f
;;   152: v6 = VBin I8x16RelaxedSwizzle v6 0x8007800680058004:0x8003800280018000
;;   184: VReturn v6 header=4
