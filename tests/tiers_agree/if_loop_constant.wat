;; A constant waits below an `if` without `else` whose inside has a loop: the loop puts it in its slot, and what skips
;; the `if` does not.
(module
  (global $g (export "g") (mut f64) (f64.const 4))
  (func (export "skipped") (param $c i32) (result f64)
    (f64.const 3)
    (if (local.get $c) (then (loop)))
    (global.set $g (f64.const 7)))
  (func (export "else") (param $c i32) (result f32 f64)
    (f32.const -0.0)
    (if (result f64) (local.get $c)
      (then (f64.const 1) (loop))
      (else (f64.const 2))))
  (func (export "skipped branch") (param $c i32) (result i64)
    (i64.const 0x123456789)
    (block
      (br_if 0 (local.get $c))
      (loop (br_if 1 (local.get $c)))))
  (func (export "local") (param $c i32) (param $x i64) (result i64 i64)
    (local.get $x)
    (if (i32.and (local.get $c) (i32.const 1))
      (then (loop (local.set $x (i64.const 1)))))
    (local.get $x)))
