;; i32.const 1, i32.const 1, i32.add 1, drop 0
;; count: 3
(module (func (export "f")
    (drop (i32.add (i32.const 1) (i32.const 2)))))
