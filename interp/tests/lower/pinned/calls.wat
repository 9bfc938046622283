;; A call tells the way back which integer locals are in registers; no float local is in one
;; where there are calls.
(module
  (func $callee (param i32) (result i32) (local.get 0))
  (func (param $a i32) (param $b i32) (param $x f64) (result f64)
    (local.set $a (call $callee (i32.mul (local.get $a) (local.get $b))))
    (local.set $b (i32.mul (local.get $a) (local.get $b)))
    (local.set $x (f64.mul (local.get $x) (local.get $x)))
    (f64.mul (local.get $x) (f64.convert_i32_s (i32.mul (local.get $a) (local.get $b)))))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=4 zero=1 p0=s0 p1=s0
;;    40: ReturnOne u64 s0 header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=3 slots=8 zero=3 p0=s0 p1=s1
;;    40: s5, acc = Bin I32Mul p0 p1
;;    56: Call func=0 frame=40
;;    80: s0, p0 = Move u64 acc
;;    96: acc = Bin I32Mul p0 p1
;;   112: s1, p1 = Move u64 acc
;;   128: s2, acc = FBin F64Mul s2 s2
;;   144: acc = Bin I32Mul p0 p1
;;   160: acc = Un F64ConvertI32S acc
;;   176: acc = FBin F64Mul s2 acc
;;   192: ReturnOne f64 acc header=3
