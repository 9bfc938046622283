;; A branch table follows its instruction; the last entry is for all other values.
(module
  (func (param i32) (result i32)
    (block $c
      (block $b
        (block $a
          (br_table $a $b $a $c (local.get 0)))
        (return (i32.const 10)))
      (return (i32.const 20)))
    (i32.const 30))
  (func $index_in_accumulator (param i32)
    (loop $l
      (block $b
        (br_table $l $b (i32.and (local.get 0) (i32.const 1))))))
  (func $constant_index
    (block (br_table 0 1 0 (i32.const 1))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrTable s0 0 Forward count=3 72 96 72 120
;;    72: ReturnOne u64 0xa header=1
;;    96: ReturnOne u64 0x14 header=1
;;   120: ReturnOne u64 0x1e header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Bin I32And s0 1
;;    56: BrTable acc 0 Back count=1 40 80
;;    80: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: s2 = Move u32 1
;;    56: BrTable s2 0 Forward count=2 88 88 88 56
;;    88: Return header=0
