;; A null reference is the constant zero.
(module
  (elem declare func 0)
  (func (result funcref) (ref.func 0))
  (func (param externref) (result i32) (ref.is_null (local.get 0)))
  (func (param externref)
    (block (br_if 0 (ref.is_null (local.get 0)))))
  (func (result i32) (ref.is_null (ref.null func)))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: acc = RefFunc func=0
;;    56: ReturnOne u64 acc header=0
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: acc = Cmp I64Eq s0 0
;;    56: ReturnOne u64 acc header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: BrCmp I64Eq s0 0 Forward -> 56
;;    56: Return header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: ReturnOne u64 0x1 header=0
