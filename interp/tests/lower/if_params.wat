;; The parameters of an `if` are in their home slots for either arm; without an
;; `else` they are its results.
(module
  (func (param i32 i32) (result i32)
    (local.get 0)
    (local.get 1)
    (if (param i32) (result i32)
      (then (i32.add (i32.const 1)))
      (else (i32.mul (i32.const 3)))))
  (func $without_else (param i32 i32) (result i32)
    (i32.add (local.get 0) (i32.const 5))
    (local.get 1)
    (if (param i32) (result i32) (then (i32.add (i32.const 1)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4 = Move u64 s0
;;    56: BrCmp I32Eq s1 0 Forward -> 104
;;    72: s4, acc = Bin I32Add s4 1
;;    88: Br Forward -> 120
;;   104: s4, acc = Bin I32Mul s4 3
;;   120: ReturnOne u64 s4 header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Bin I32Add s0 5
;;    56: BrCmp I32Eq s1 0 Forward -> 88
;;    72: s4, acc = Bin I32Add s4 1
;;    88: ReturnOne u64 s4 header=2
