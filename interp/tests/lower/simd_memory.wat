;; Loads and stores of vectors have the addresses of those of scalars.
(module
  (memory 1)
  (memory $other 1)
  (memory $wide i64 1)
  (func $load (param $i i32) (param $j i32) (result v128)
    (v128.load offset=16 (local.get $i))
    (v128.load8x8_s (i32.add (local.get $i) (local.get $j)))
    (v128.load32_splat (i32.add (local.get $i) (i32.const 8)))
    (v128.load64_zero (i32.const 24))
    (v128.load offset=0x12345 (i32.shl (local.get $i) (i32.const 2)))
    (drop) (drop) (drop) (drop))
  (func $store (param $i i32) (param $a v128)
    (v128.store (local.get $i) (v128.not (local.get $a)))
    (v128.store offset=4 (i32.add (local.get $i) (i32.const 8)) (local.get $a))
    (v128.store (i32.const 32) (local.get $a))
    (v128.store (i32.add (local.get $i) (i32.const 8)) (v128.const i64x2 0 0)))
  (func $lanes (param $i i32) (param $a v128) (result v128)
    (v128.store16_lane offset=2 7 (local.get $i) (local.get $a))
    (v128.store64_lane 0 (i32.const 8) (local.get $a))
    (v128.load8_lane offset=1 15 (i32.add (local.get $i) (local.get $i)) (local.get $a))
    (local.set $a)
    (v128.load32_lane 3 (local.get $i) (local.get $a)))
  (func $others (param $i i32) (param $j i64) (param $a v128) (result v128)
    (v128.store $other (local.get $i) (local.get $a))
    (v128.store8_lane $wide 3 (local.get $j) (local.get $a))
    (v128.load16_lane $other offset=3 2 (local.get $i) (local.get $a))
    (local.set $a)
    (v128.load8x8_u $wide offset=0x100000000 (local.get $j))))
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=16 zero=2 p0=s0 p1=s0
;;    40: v4 = VLoad V128Load At s0 offset=16
;;    56: v6 = VLoad V128Load8x8S AtSum s0 s1 offset=0
;;    72: v8 = VLoad V128Load32Splat AtSum s0 8 offset=0
;;    96: v10 = VLoad V128Load64Zero At 0 offset=24
;;   112: acc = Bin I32Shl s0 2
;;   128: v12 = VLoad V128Load At acc offset=74565
;;   144: VReturn v4 header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=9 zero=3 p0=s0 p1=s0
;;    40: v6 = VUn V128Not v1
;;    56: VStore v6 At s0 offset=0
;;    72: VStore v1 AtSum s0 8 offset=4
;;    96: VStore v1 At 0 offset=32
;;   112: acc = Bin I32Add s0 8
;;   128: v6 = VMove 0x0:0x0
;;   160: VStore v6 At acc offset=0
;;   176: Return header=3
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=9 zero=3 p0=s0 p1=s0
;;    40: VStoreLane V128Store16Lane 7 v1 At s0 offset=2
;;    56: VStoreLane V128Store64Lane 0 v1 At 0 offset=8
;;    72: acc = Bin I32Add s0 s0
;;    88: v1 = VLoadLane V128Load8Lane 15 At acc offset=1 v1
;;   112: v5 = VLoadLane V128Load32Lane 3 At s0 offset=0 v1
;;   136: VReturn v5 header=3
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=4 slots=10 zero=4 p0=s0 p1=s0
;;    40: VStore v2 Anywhere s0 memory=72 0x0
;;    64: VStoreLane V128Store8Lane 3 v2 Anywhere s1 memory=80 0x0
;;    88: v2 = VLoadLane V128Load16Lane 2 Anywhere s0 memory=72 0x3 v2
;;   120: v6 = VLoad V128Load8x8U Anywhere s1 memory=80 0x100000000
;;   144: VReturn v6 header=4
