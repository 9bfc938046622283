;; Slots that a field cannot name are reached through pairs of scratch slots.
(module
  (memory 1)
  (func $wide (param $a v128) (param $i i32) (result v128)
    (local $b v128)
    (@repeat 33000 (local v128))
    (local $far v128)
    (local.set $far (i32x4.add (local.get $a) (local.get $far)))
    (local.set $b (local.get $far))
    (local.set $far (v128.const i64x2 1 2))
    (v128.bitselect (local.get $far) (local.get $a) (local.get $far))
    (i32x4.replace_lane 1 (local.get $i))
    (select (local.get $far) (local.get $i))
    (local.set $far)
    (v128.store (local.get $i) (local.get $far))
    (local.get $far)))
;; func 0
;;     0: EnterOther
;;    16: EnterWide header=66015 slots=66023 zero=11
;;    40: VMoveWide to=5 from=66013
;;    56: v7 = VBin I32x4Add v0 v5
;;    72: VMoveWide to=66017 from=7
;;    88: VMoveWide to=66013 from=66017
;;   104: VMoveWide to=11 from=66013
;;   120: v9 = VMove 0x2:0x1
;;   152: VMoveWide to=66013 from=9
;;   168: VMoveWide to=3 from=66013
;;   184: VMoveWide to=5 from=66013
;;   200: v7 = VTer V128Bitselect v5 v0 v3
;;   216: VMoveWide to=66017 from=7
;;   232: VMoveWide to=9 from=66017
;;   248: v3 = VReplace I32x4ReplaceLane 1 v9 s2
;;   264: VMoveWide to=66017 from=3
;;   280: VMoveWide to=5 from=66013
;;   296: VMoveWide to=7 from=66017
;;   312: v9 = VSelect s2 v7 v5
;;   328: VMoveWide to=66017 from=9
;;   344: VMoveWide to=66013 from=66017
;;   360: VMoveWide to=3 from=66013
;;   376: VStore v3 At s2 offset=0
;;   392: VMoveWide to=5 from=66013
;;   408: VReturn v5 header=66015
