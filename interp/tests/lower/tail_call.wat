;; A tail call moves its arguments to the start of the frame.
(module
  (import "m" "host" (func $host (param i32 i32)))
  (table $t 1 funcref)
  (type $unary (func (param i32) (result i32)))
  (func $down (param i32 i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (local.get 1))
      (else
        (return_call $down
          (i32.sub (local.get 0) (i32.const 1))
          (i32.add (local.get 1) (local.get 0))))))
  (func (param i32 i32)
    (return_call $host (local.get 1) (local.get 0)))
  (func (param i32) (result i32)
    (return_call_indirect $t (type $unary) (i32.const 3) (i32.clz (local.get 0))))
)
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: BrCmp I32Ne s0 0 Forward -> 88
;;    56: s4 = Move u64 s1
;;    72: Br Forward -> 152
;;    88: s4, acc = Bin I32Sub s0 1
;;   104: s5, acc = Bin I32Add s1 s0
;;   120: ReturnCall header=2 args=4 count=2
;;   152: ReturnOne u64 s4 header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s5 = Move u64 s0
;;    56: s4 = Move u64 s1
;;    72: ReturnCallImport header=2 args=4 count=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: acc = Un I32Clz s0
;;    56: s3 = Move u32 3
;;    72: ReturnCallIndirect acc Own table=88 type=0 header=1 args=3 count=1
