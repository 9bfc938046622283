;; The lesser and the greater of two floats by `select`: zeros and NaNs are chosen by the comparison. Some of them are
;; in slots, and left on the stack by `local.tee`.
(module
  (func $f (export "f64") (param $a f64) (param $b f64) (result i64)
    (local $0 f64) (local $1 f64) (local $2 f64) (local $3 f64) (local $4 f64) (local $5 f64) (local $6 f64) (local $7 f64)
    (local $sum i64)
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (local.get $a) (local.get $b) (f64.lt (local.get $a) (local.get $b))))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (local.get $a) (local.get $b) (f64.lt (local.get $b) (local.get $a))))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (local.get $b) (local.get $a) (f64.gt (local.get $a) (local.get $b))))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (local.get $a) (local.get $b) (f64.gt (local.get $a) (local.get $b))))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (local.get $a) (f64.const 0) (f64.lt (local.get $a) (f64.const 0))))))
    (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.reinterpret_f64
      (select (f64.const -0) (local.get $b) (f64.gt (f64.const -0) (local.get $b))))))
    (; The other eight are used more, so that not all have registers. ;)
    (local.set $7 (f64.abs (local.get $a)))
    (local.set $6 (f64.copysign (local.get $7) (f64.copysign (local.get $7) (local.get $7))))
    (local.set $5 (f64.copysign (local.get $6) (f64.copysign (local.get $6) (local.get $7))))
    (local.set $4 (f64.copysign (local.get $5) (f64.copysign (local.get $5) (local.get $6))))
    (local.set $3 (f64.copysign (local.get $4) (f64.copysign (local.get $4) (local.get $5))))
    (local.set $2 (f64.copysign (local.get $3) (f64.copysign (local.get $3) (local.get $4))))
    (local.set $1 (f64.copysign (local.get $2) (f64.copysign (local.get $2) (local.get $3))))
    (local.set $sum (i64.add (local.get $sum) (i64.reinterpret_f64 (local.get $1))))
    (local.tee $0 (f64.neg (local.get $b)))
    (local.get $a)
    (select (f64.lt (local.get $0) (local.get $a)))
    (local.set $1)
    (local.tee $0 (f64.neg (local.get $a)))
    (local.set $0 (f64.abs (local.get $b)))
    (local.get $b)
    (select (f64.lt (local.get $0) (local.get $b)))
    (local.set $2)
    (i64.add (local.get $sum)
      (i64.xor (i64.reinterpret_f64 (local.get $1)) (i64.reinterpret_f64 (local.get $2)))))
  (func (export "edges") (result i64)
    (i64.add (i64.add
      (i64.add (call $f (f64.const 0) (f64.const -0)) (i64.mul (i64.const 3) (call $f (f64.const -0) (f64.const 0))))
      (i64.add (call $f (f64.const inf) (f64.const -inf)) (i64.mul (i64.const 3) (call $f (f64.const 1) (f64.const 2)))))
      (i64.mul (i64.const 7) (call $f (f64.const 2) (f64.const 1)))))
  (func (export "nan") (param f64) (result i64)
    (i64.reinterpret_f64 (select (local.get 0) (f64.const nan:0x8000000000001)
      (f64.lt (local.get 0) (f64.const nan:0x8000000000001)))))
  (func (export "nan first") (param f64) (result i64)
    (i64.reinterpret_f64 (select (f64.const nan:0x8000000000001) (local.get 0)
      (f64.gt (f64.const nan:0x8000000000001) (local.get 0))))))
