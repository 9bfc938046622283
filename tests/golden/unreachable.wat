;; i32.const 1, if 1; unreachable 0, and what is behind it in another block, is not counted
;; trap: UnreachableCodeReached
;; count: 2
(module (func (export "f")
    (if (i32.const 1) (then (unreachable) (drop (i32.const 1))))
    (drop (i32.const 2))))
