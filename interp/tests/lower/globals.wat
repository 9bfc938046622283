;; Own globals are in the context, imported ones behind a pointer in it.
(module
  (import "m" "i" (global $i (mut i32)))
  (import "m" "f" (global $f (mut f64)))
  (global $own (mut i64) (i64.const 0))
  (global $own_float (mut f32) (f32.const 0))
  (func (result i32)
    (global.set $i (i32.add (global.get $i) (i32.const 1)))
    (global.get $i))
  (func (param f64)
    (global.set $f (local.get 0))
    (global.set $f (f64.add (global.get $f) (f64.const 1))))
  (func
    (global.set $own (i64.const 5))
    (global.set $own (i64.sub (global.get $own) (i64.const 1)))
    (global.set $own_float (f32.neg (global.get $own_float))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: acc = GlobalGet u64 Imported at=64
;;    56: acc = Bin I32Add acc 1
;;    72: GlobalSet u64 Imported acc at=64
;;    88: acc = GlobalGet u64 Imported at=64
;;   104: ReturnOne u64 acc header=0
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: GlobalSet u64 Imported s0 at=72
;;    56: acc = GlobalGet f64 Imported at=72
;;    72: acc = FBin F64Add acc 0x3ff0000000000000
;;    96: GlobalSet f64 Imported acc at=72
;;   112: Return header=1
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=4 zero=0 p0=s0 p1=s0
;;    40: s2 = Move u32 5
;;    56: GlobalSet u64 Own s2 at=80
;;    72: acc = GlobalGet u64 Own at=80
;;    88: acc = Bin I64Sub acc 1
;;   104: GlobalSet u64 Own acc at=80
;;   120: acc = GlobalGet f64 Own at=96
;;   136: acc = Un F32Neg acc
;;   152: GlobalSet f64 Own acc at=96
;;   168: Return header=0
