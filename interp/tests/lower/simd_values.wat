;; Vectors are in pairs of slots. A result goes to its home, or to the local that it is assigned to at once.
(module
  (global $imported (import "" "") (mut v128))
  (global $own (mut v128) (v128.const i64x2 0 0))
  (func $locals (param $a v128) (param $b v128) (result v128)
    (local $i i32) (local $c v128) (local $d v128)
    (local.set $c (i32x4.add (local.get $a) (local.get $b)))
    (local.set $d (local.tee $c (i32x4.sub (local.get $c) (local.get $b))))
    ;; What stands for a local is saved before the local changes.
    (local.get $c)
    (local.set $c (i32x4.neg (local.get $c)))
    (local.set $b (v128.const i64x2 1 2))
    (local.set $a (local.get $b))
    (i32x4.add (local.get $c))
    (drop (v128.const i64x2 0 0))
    (return (local.get $d)))
  (func $globals
    (global.set $own (global.get $imported))
    (global.set $imported (v128.not (global.get $own))))
  (func $select (param $a v128) (param $b v128) (param $i i32) (result v128)
    (select (local.get $a) (v128.const i64x2 3 4) (i32.eqz (local.get $i)))
    (select (result v128) (local.get $b) (local.get $i)))
  (func $many (param v128 i32 v128) (result i32 v128)
    (call $many (v128.const i64x2 5 6) (local.get 1) (local.get 2))
    (drop) (drop)
    (local.get 1) (local.get 0))
  (func $tail (param v128 v128 i32) (result v128)
    (return_call $select (local.get 1) (v128.not (local.get 0)) (local.get 2)))
  (func $constant (result v128) (v128.const i32x4 1 2 3 4)))
;; func 0
;;     0: EnterOther
;;    16: Enter 3 header=9 slots=15 zero=4 p0=s0 p1=s0
;;    40: v5 = VBin I32x4Add v0 v2
;;    56: v5 = VBin I32x4Sub v5 v2
;;    72: v7 = VMove v5
;;    88: v13 = VUn I32x4Neg v5
;;   104: v11 = VMove v5
;;   120: v5 = VMove v13
;;   136: v2 = VMove 0x2:0x1
;;   168: v0 = VMove v2
;;   184: v11 = VBin I32x4Add v11 v5
;;   200: VReturn v7 header=9
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: v2 = VGlobalGet Imported at=64
;;    56: VGlobalSet Own v2 at=80
;;    72: v2 = VGlobalGet Own at=80
;;    88: v2 = VUn V128Not v2
;;   104: VGlobalSet Imported v2 at=64
;;   120: Return header=0
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=5 slots=13 zero=5 p0=s0 p1=s0
;;    40: acc = Cmp I32Eq s4 0
;;    56: v9 = VMove 0x4:0x3
;;    88: v7 = VSelect acc v0 v9
;;   104: v7 = VSelect s4 v7 v2
;;   120: VReturn v7 header=5
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=5 slots=13 zero=5 p0=s0 p1=s0
;;    40: v10 = VMove v3
;;    56: s9 = Move u64 s2
;;    72: v7 = VMove 0x6:0x5
;;   104: Call func=3 frame=56
;;   128: v8 = VMove v0
;;   144: s7 = Move u64 s2
;;   160: ReturnMany u64 header=5 from=7 count=3
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=5 slots=13 zero=5 p0=s0 p1=s0
;;    40: v9 = VUn V128Not v0
;;    56: s11 = Move u64 s4
;;    72: v7 = VMove v2
;;    88: ReturnCall header=5 args=7 count=5
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: v2 = VMove 0x400000003:0x200000001
;;    72: VReturn v2 header=0
