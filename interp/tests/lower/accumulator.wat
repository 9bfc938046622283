;; A result that the next instruction takes never leaves the accumulator.
(module
  (func (param i32 i32) (result i32)
    (i32.popcnt (i32.xor (i32.add (local.get 0) (local.get 1)) (i32.const 3))))
  (func $on_the_right (param i32 i32) (result i32)
    (i32.sub (local.get 0) (i32.add (local.get 1) (i32.const 3))))
  (func $floats (param f64 f64) (result f64)
    (f64.sqrt (f64.add (f64.mul (local.get 0) (local.get 0)) (local.get 1))))
  (func $between_classes (param f64 i32) (result f64)
    (f64.add (f64.neg (local.get 0)) (f64.convert_i32_s (i32.clz (local.get 1)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s0 s1
;;    56: acc = Bin I32Xor acc 3
;;    72: acc = Un I32Popcnt acc
;;    88: ReturnOne u64 acc header=2
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=7 zero=2 p0=s0 p1=s0
;;    40: acc = Bin I32Add s1 3
;;    56: acc = Bin I32Sub s0 acc
;;    72: ReturnOne u64 acc header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: acc = FPairLeft F64Mul F64Add s0 s0 s1
;;    56: acc = Un F64Sqrt acc
;;    72: ReturnOne f64 acc header=2
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: s4, acc = Un F64Neg s0
;;    56: acc = Un I32Clz s1
;;    72: acc = Un F64ConvertI32S acc
;;    88: acc = FBin F64Add s4 acc
;;   104: ReturnOne f64 acc header=2
