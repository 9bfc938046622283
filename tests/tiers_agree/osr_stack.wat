;; What waits on the stack below a loop, when the loop's frame goes to machine code: constants,
;; copies of locals that change later, references, floats, and many of them.
(module
  (import "host" "mark" (func $mark (param i32)))
  (table $t (export "table") 4 4 externref)
  (memory (export "memory") 1)
  (global $seen (export "seen") (mut i64) (i64.const 0))

  (func (export "constants") (param $n i32) (result i64)
    (i64.const 0x123456789)
    (f64.const 1.5)
    (f32.const -0.0)
    (i32.const -1)
    (call $spin (local.get $n))
    (local.set $n (i32.const 60))
    (loop $l
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    i64.extend_i32_s
    (i64.reinterpret_f64 (f64.promote_f32 (f32.const 0.5)))
    i64.add
    (global.set $seen)
    i32.reinterpret_f32
    i64.extend_i32_u
    (global.set $seen (i64.add (global.get $seen)))
    i64.reinterpret_f64
    i64.xor)
  (func $spin (param $n i32))

  ;; A local is read, waits, and is written in the loop.
  (func (export "locals") (param $a i32) (param $b i64) (param $c f64)
    (result i32 i64 f64 i32 i64 f64) (local $n i32)
    (local.set $n (i32.const 55))
    (local.get $a)
    (local.get $b)
    (local.get $c)
    (loop $l
      (local.set $a (i32.add (local.get $a) (local.get $n)))
      (local.set $b (i64.rotl (local.get $b) (i64.const 3)))
      (local.set $c (f64.add (local.get $c) (f64.const 1)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $l (local.get $n)))
    (local.get $a)
    (local.get $b)
    (local.get $c))

  ;; Twice the same local, set between.
  (func (export "set between") (param $a i32) (result i32 i32 i32) (local $n i32)
    (local.get $a)
    (local.set $a (i32.mul (local.get $a) (i32.const 7)))
    (local.get $a)
    (local.set $a (i32.const 3))
    (local.set $n (i32.const 52))
    (loop $l
      (local.set $a (i32.xor (local.get $a) (local.get $n)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $a))

  (func (export "references") (param $x externref) (param $y externref) (result externref i32 externref)
    (local $n i32) (local $z externref)
    (local.get $x)
    (local.get $y)
    ref.is_null
    (local.get $y)
    (local.set $n (i32.const 53))
    (loop $l
      (local.set $z (local.get $x))
      (local.set $x (local.get $y))
      (local.set $y (local.get $z))
      (table.set $t (i32.and (local.get $n) (i32.const 3)) (local.get $x))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))

  ;; A loop with parameters and results, and operands below them.
  (func (export "parameters") (param $a i32) (result i64 i32 f32) (local $n i32)
    (local.set $n (i32.const 51))
    (i64.const 77)
    (local.get $a)
    (f32.const 2)
    (loop $l (param i32 f32) (result i32 f32)
      (f32.add (f32.const 0.25))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (local.get $n)
      (br_if $l)))

  ;; Loops in loops: the outer one is entered, the inner one, or the one beside it.
  (func (export "nested") (param $a i32) (param $f f32) (result i32 f32 i32)
    (local $i i32) (local $j i32) (local $s i32)
    (local.get $a)
    (local.get $f)
    (loop $outer
      (local.set $j (i32.const 0))
      (local.get $i)
      (local.get $s)
      (loop $inner
        (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 31)) (local.get $j)))
        (local.set $f (f32.mul (local.get $f) (f32.const 0.5)))
        (br_if $inner
          (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 4))))
      (loop $beside
        (local.set $s (i32.add (local.get $s) (local.get $i)))
        (br_if $beside (i32.gt_u (local.tee $j (i32.sub (local.get $j) (i32.const 1))) (i32.const 1))))
      (i32.add)
      (call $mark (local.get $s))
      (local.set $s (i32.xor (local.get $s)))
      (local.get $s)
      (local.set $s (i32.const 9))
      (local.set $s)
      (br_if $outer
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 14))))
    (local.get $s))

  ;; A comparison and a condition wait.
  (func (export "conditions") (param $a i32) (param $b i32) (result i32 i32 i32) (local $n i32)
    (i32.lt_s (local.get $a) (local.get $b))
    (i32.eqz (local.get $a))
    (i32.add (local.get $a) (i32.const 12))
    (local.set $n (i32.const 52))
    (loop $l
      (local.set $a (i32.add (local.get $a) (i32.const 1)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))

  ;; A load waits, and the loop stores there.
  (func (export "loads") (param $a i32) (result i32 i64) (local $n i32)
    (i32.store (i32.const 8) (local.get $a))
    (i32.load (i32.const 8))
    (i64.load (i32.const 6))
    (local.set $n (i32.const 52))
    (loop $l
      (i32.store (i32.const 8) (local.get $n))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))

  ;; A trap in the loop, in a pass that may be in either tier.
  (func (export "trap") (param $a i32) (result i32) (local $n i32)
    (local.get $a)
    (local.set $n (i32.const 30))
    (loop $l
      (drop (i32.div_u (i32.const 100) (i32.sub (local.get $n) (i32.const 5))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "trap in memory") (param $a f64) (result f64) (local $n i32)
    (local.get $a)
    (loop $l
      (local.set $n (i32.add (local.get $n) (i32.const 4096)))
      (drop (i32.load (local.get $n)))
      (br $l)))

  ;; Calls in loops: heat of the callee, and of the caller.
  (func $callee (param $a i32) (param $b i64) (result i64) (local $n i32)
    (local.get $b)
    (local.set $n (i32.const 3))
    (loop $l
      (local.set $b (i64.add (local.get $b) (i64.extend_i32_u (local.get $a))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $b)
    i64.mul)
  (func (export "calls") (param $a i32) (result i64) (local $n i32)
    (i64.const 5)
    (local.set $n (i32.const 20))
    (loop $l (param i64) (result i64)
      (local.set $a (i32.add (local.get $a) (i32.const 1)))
      (i64.add (call $callee (local.get $a) (i64.extend_i32_u (local.get $n))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
