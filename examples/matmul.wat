;; Multiplies two n × n matrices of f64 and sums up the product. The matrices
;; are a[i][j] = i + j and b[i][j] = i - j.
;;
;;   selvedge --invoke matmul examples/matmul.wat 4     prints 80
(module
  ;; Three matrices of up to 256 × 256 elements, one after the other.
  (memory 24)
  (global $b i32 (i32.const 0x080000))
  (global $c i32 (i32.const 0x100000))

  ;; The address of element [$i][$j] in the matrix at $base.
  (func $at (param $base i32) (param $n i32) (param $i i32) (param $j i32) (result i32)
    (i32.add
      (local.get $base)
      (i32.shl
        (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $j))
        (i32.const 3))))

  (func $fill (param $n i32)
    (local $i i32)
    (local $j i32)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (f64.store
          (call $at (i32.const 0) (local.get $n) (local.get $i) (local.get $j))
          (f64.convert_i32_s (i32.add (local.get $i) (local.get $j))))
        (f64.store
          (call $at (global.get $b) (local.get $n) (local.get $i) (local.get $j))
          (f64.convert_i32_s (i32.sub (local.get $i) (local.get $j))))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $j) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n)))))

  (func (export "matmul") (param $n i32) (result f64)
    (local $i i32)
    (local $j i32)
    (local $k i32)
    (local $element f64)
    (local $sum f64)
    (if (i32.eqz (local.get $n)) (then (return (f64.const 0))))
    ;; More does not fit in memory.
    (if (i32.gt_u (local.get $n) (i32.const 256)) (then (unreachable)))
    (call $fill (local.get $n))
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $k (i32.const 0))
        (local.set $element (f64.const 0))
        (loop $dot
          (local.set $element
            (f64.add
              (local.get $element)
              (f64.mul
                (f64.load (call $at (i32.const 0) (local.get $n) (local.get $i) (local.get $k)))
                (f64.load (call $at (global.get $b) (local.get $n) (local.get $k) (local.get $j))))))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $dot (i32.lt_u (local.get $k) (local.get $n))))
        (f64.store
          (call $at (global.get $c) (local.get $n) (local.get $i) (local.get $j))
          (local.get $element))
        (local.set $sum (f64.add (local.get $sum) (local.get $element)))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $j) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
