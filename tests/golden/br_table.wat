;; ten thousand passes of eight: local.get, i32.const, i32.add, local.tee, i32.const and i32.eq, and br_table 2
;; count: 80000
(module (func (export "f") (local $n i32)
    (block $out (loop $again
        (br_table $again $out
            (i32.eq (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10000)))))))
