;; A branch to an outer label moves its operands down to the label's height, the
;; lowest first.
(module
  (func (param i32 i64) (result i32 i64)
    (block $out (result i32 i64)
      (i32.const 1)
      (i32.clz (local.get 0))
      (local.get 1)
      (br $out)))
  (func $at_height (param i32) (result i32)
    (block $out (result i32)
      (i32.clz (local.get 0))
      (br $out)))
  (func $overlap (param i32 i32) (result i32)
    (block $out (result i32 i32)
      (i32.clz (local.get 0))
      (i32.ctz (local.get 1))
      (i32.popcnt (local.get 1))
      (br $out))
    (i32.sub))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s5, acc = Un I32Clz s0
;;    56: s4 = Move u64 s5
;;    72: s5 = Move u64 s1
;;    88: ReturnMany u64 header=2 from=4 count=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Un I32Clz s0
;;    56: ReturnOne u64 s3 header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Un I32Clz s0
;;    56: s5, acc = Un I32Ctz s1
;;    72: s6, acc = Un I32Popcnt s1
;;    88: s4 = Move u64 s5
;;   104: s5 = Move u64 s6
;;   120: acc = Bin I32Sub s4 s5
;;   136: ReturnOne u64 acc header=2
