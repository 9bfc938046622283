;; A block that nothing branches to leaves no trace.
(module
  (func (param i32 i32) (result i32)
    (i32.add
      (block (result i32) (i32.sub (local.get 0) (local.get 1)))
      (local.get 1)))
  (func $local (param i32) (result i32)
    (block (result i32) (local.get 0)))
  (func $loop (param i32 i32) (result i32)
    (loop (result i32) (i32.sub (local.get 0) (local.get 1))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin2 I32Sub I32Add s0 s1 s1 false
;;    56: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: ReturnOne u64 s0 header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Sub s0 s1
;;    56: ReturnOne u64 acc header=2
