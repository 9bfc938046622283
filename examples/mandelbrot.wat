;; How many points of a grid belong to the Mandelbrot set. The grid covers
;; -2..0.5 by -1.25..1.25 with $size points a side; a point belongs to the set
;; if 100 iterations leave it within a distance of 2.
;;
;;   selvedge --invoke mandelbrot examples/mandelbrot.wat 200     prints 9949
(module
  ;; Whether z = z² + c stays bounded.
  (func $inside (param $c_re f64) (param $c_im f64) (result i32)
    (local $re f64)
    (local $im f64)
    (local $re_squared f64)
    (local $im_squared f64)
    (local $left i32)
    (local.set $left (i32.const 100))
    (loop $iterate
      (local.set $im
        (f64.add
          (f64.mul (f64.mul (f64.const 2) (local.get $re)) (local.get $im))
          (local.get $c_im)))
      (local.set $re
        (f64.add (f64.sub (local.get $re_squared) (local.get $im_squared)) (local.get $c_re)))
      (local.set $re_squared (f64.mul (local.get $re) (local.get $re)))
      (local.set $im_squared (f64.mul (local.get $im) (local.get $im)))
      (if (f64.gt (f64.add (local.get $re_squared) (local.get $im_squared)) (f64.const 4))
        (then (return (i32.const 0))))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $iterate (local.get $left)))
    (i32.const 1))

  (func (export "mandelbrot") (param $size i32) (result i32)
    (local $step f64)
    (local $x i32)
    (local $y i32)
    (local $count i32)
    (if (i32.eqz (local.get $size)) (then (return (i32.const 0))))
    (local.set $step (f64.div (f64.const 2.5) (f64.convert_i32_u (local.get $size))))
    (loop $rows
      (local.set $x (i32.const 0))
      (loop $columns
        (local.set $count
          (i32.add
            (local.get $count)
            (call $inside
              (f64.sub
                (f64.mul (f64.convert_i32_u (local.get $x)) (local.get $step))
                (f64.const 2))
              (f64.sub
                (f64.mul (f64.convert_i32_u (local.get $y)) (local.get $step))
                (f64.const 1.25)))))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (br_if $columns (i32.lt_u (local.get $x) (local.get $size))))
      (local.set $y (i32.add (local.get $y) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $y) (local.get $size))))
    (local.get $count)))
