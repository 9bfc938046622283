;; Tail calls: two functions that call each other as often as asked for, on a
;; stack that does not grow.
;;
;;   selvedge --invoke even examples/tail_calls.wat 1000000     prints 1
(module
  (func $even (export "even") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n)) (then (return (i32.const 1))))
    (return_call $odd (i64.sub (local.get $n) (i64.const 1))))

  (func $odd (export "odd") (param $n i64) (result i32)
    (if (i64.eqz (local.get $n)) (then (return (i32.const 0))))
    (return_call $even (i64.sub (local.get $n) (i64.const 1)))))
