;; How often a character occurs in a text, sixteen at a time.
;;
;;   selvedge --invoke count examples/vectors.wat 115     prints 17, the number of times that there is an "s"
(module
  (memory 1)
  ;; Memory is zero behind it.
  (data (i32.const 0)
    "She sells sea shells by the sea shore; the shells she sells are seashore shells, for sure.")
  (func (export "count") (param $char i32) (result i32)
    (local $at i32) (local $count i32) (local $wanted v128)
    (local.set $wanted (i8x16.splat (local.get $char)))
    (loop $next
      ;; One bit for each byte that is equal.
      (local.set $count
        (i32.add
          (local.get $count)
          (i32.popcnt
            (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (local.get $wanted))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 90))))
    (local.get $count)))
