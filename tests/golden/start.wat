;; Segments and the initial values of globals cost nothing. The start function's i32.const, i32.const and i32.store are 3, and those
;; of `f`, called afterwards, i32.const and i32.load, are 2.
;; count: 5
(module
    (memory 1) (data (i32.const 0) "some bytes, more than sixty-four of them, which cost nothing at all")
    (table 9 funcref) (elem (i32.const 0) func 0 0 0 0 0 0 0 0 0)
    (global i32 (i32.const 1))
    (start 0)
    (func (i32.store (i32.const 8) (i32.const 1)))
    (func (export "f") (drop (i32.load (i32.const 8)))))
