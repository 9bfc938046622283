;; i32.const 1, drop 0, call 2 (one of which is for the return), and the callee's 3
;; count: 6
(module
    (func $three (drop (i32.add (i32.const 1) (i32.const 2))))
    (func (export "f") (drop (i32.const 1)) (call $three)))
