;; fib(10) is 177 calls, of which 89 are of fib(0) or fib(1). Each begins with local.get, i32.const, i32.lt_s and if, 4;
;; the 89 go on with local.get, 1, the other 88 with twice local.get, i32.const, i32.sub and call, 5, and i32.add, 11 together.
;; 177 * 4 + 89 * 1 + 88 * 11 = 1765, and i32.const 1 and call 2 before that.
;; count: 1768
(module
    (func $fib (param i32) (result i32)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else (i32.add
                (call $fib (i32.sub (local.get 0) (i32.const 1)))
                (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "f") (drop (call $fib (i32.const 10)))))
