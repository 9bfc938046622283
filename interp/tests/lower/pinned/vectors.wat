;; Scalars that operators on vectors take come from pinned locals, and results go there; vectors are never pinned.
(module
  (memory 1)
  (func (param $i i32) (param $n i32) (param $a v128) (result i32)
    (local $x f32)
    (loop $l
      (local.set $a (i32x4.add (local.get $a) (v128.load (local.get $i))))
      (local.set $a (i32x4.shl (local.get $a) (local.get $n)))
      (local.set $a (v128.xor (local.get $a) (i32x4.splat (local.get $n))))
      (local.set $a (i32x4.replace_lane 1 (local.get $a) (local.get $i)))
      (local.set $a (v128.load16_lane 2 (local.get $i) (local.get $a)))
      (v128.store (i32.add (local.get $i) (local.get $n)) (local.get $a))
      (v128.store8_lane 3 (local.get $i) (local.get $a))
      (local.set $n (i32x4.extract_lane 2 (local.get $a)))
      (local.set $n (i8x16.bitmask (local.get $a)))
      (local.set $x (f32x4.extract_lane 1 (local.get $a)))
      (local.set $a (f32x4.mul (local.get $a) (f32x4.splat (local.get $x))))
      (local.set $a (f32x4.replace_lane 0 (local.get $a) (f32.neg (local.get $x))))
      (local.set $a (select (local.get $a) (v128.not (local.get $a)) (local.get $n)))
      (br_if $l (local.get $n)))
    (local.get $i)))
;; func 0
;;     0: EnterOther
;;    16: Enter 1 header=5 slots=13 zero=4 p0=s0 p1=s0
;;    40: Pin true true p0=s1 p1=s0
;;    56: FPin p0=s4 p1=s0 p2=s0
;;    72: v2 = VLoadBin V128Load I32x4Add At p1 offset=0 v2
;;    96: v2 = VShift I32x4Shl v2 s1
;;   112: v9 = VSplat I32x4Splat s1
;;   128: v2 = VBin V128Xor v2 v9
;;   144: v2 = VReplace I32x4ReplaceLane 1 v2 s0
;;   160: v2 = VLoadLane V128Load16Lane 2 At s0 offset=0 v2
;;   184: VStore v2 AtSum s1 s0 offset=0
;;   200: VStoreLane V128Store8Lane 3 v2 At s0 offset=0
;;   216: s1, p0 = VExtract I32x4ExtractLane 2 v2
;;   232: s1, p0 = VTest I8x16Bitmask v2
;;   248: s4, p0 = VExtract F32x4ExtractLane 1 v2
;;   264: v9 = VSplat F32x4Splat s4
;;   280: v2 = VBin F32x4Mul v2 v9
;;   296: acc = Un F32Neg p0
;;   312: v2 = VReplace F32x4ReplaceLane 0 v2 acc
;;   328: v9 = VUn V128Not v2
;;   344: v2 = VSelect p0 v2 v9
;;   360: BrCmp I32Ne p0 0 Back -> 72
;;   376: ReturnOne u64 s0 header=5
