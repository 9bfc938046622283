;; A bit-and that only feeds a branch becomes a test of bits.
(module
  (func (param i32 i32)
    (block
      (br_if 0 (i32.and (local.get 0) (i32.const 8)))
      (br_if 0 (i32.eqz (i32.and (local.get 0) (local.get 1))))
      (br_if 0 (i32.and (i32.const 0x80000000) (i32.clz (local.get 0))))
      (br_if 0 (i32.eq (i32.and (i32.clz (local.get 0)) (local.get 1)) (i32.const 0)))
    ))
  (func $loop (param i32)
    (loop
      (br_if 0 (i32.and (local.get 0) (i32.const 1)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: BrTest I32Ne s0 8 Forward -> 144
;;    56: BrTest I32Eq s0 s1 Forward -> 144
;;    72: acc = Un I32Clz s0
;;    88: BrTest I32Ne acc -2147483648 Forward -> 144
;;   112: acc = Un I32Clz s0
;;   128: BrTest I32Eq acc s1 Forward -> 144
;;   144: Return header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: BrTest I32Ne s0 1 Back -> 40
;;    56: Return header=1
