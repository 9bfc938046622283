;; The block that traps is counted as a whole: i32.const 1, i32.const 1, i32.div_s 1, drop 0, i32.const 1, drop 0.
;; trap: IntegerDivisionByZero
;; count: 4
(module (func (export "f")
    (drop (i32.div_s (i32.const 1) (i32.const 0)))
    (drop (i32.const 1))))
