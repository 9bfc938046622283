;; i32.const 1 and call 2; a hundred passes of local.get 1, if 1, local.get 1, i32.const 1, i32.sub 1, return_call 1; in the end local.get 1, if 1
;; count: 605
(module
    (func $down (param i32)
        (if (local.get 0) (then (return_call $down (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "f") (call $down (i32.const 100))))
