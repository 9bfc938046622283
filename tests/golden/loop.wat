;; i32.const 1 before the loop, then ten passes of nine:
;; local.get, i32.const, i32.add, local.tee, i32.const, i32.lt_s and br_if, and before them two i32.const that are dropped
;; count: 91
(module (func (export "f") (local $i i32)
    (drop (i32.const 0))
    (loop
        (drop (i32.const 1)) (drop (i32.const 2))
        (br_if 0 (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))))
