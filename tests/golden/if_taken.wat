;; i32.const 1, if 1; within it 3; behind it i32.const 1 and i32.const 1
;; count: 7
(module (func (export "f")
    (if (i32.const 1) (then (drop (i32.add (i32.const 1) (i32.const 2)))))
    (drop (i32.const 3)) (drop (i32.const 4))))
