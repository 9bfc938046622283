;; three operands of 1 each, the operator 1, and its size:
;; memory.fill of 65 bytes 4 + 2, memory.copy of 64 bytes 4 + 1, memory.init of no bytes 4, table.fill of 9 elements 4 + 2
;; count: 21
(module
    (memory 1) (data $d "data") (table 20 funcref)
    (func (export "f")
        (memory.fill (i32.const 0) (i32.const 1) (i32.const 65))
        (memory.copy (i32.const 0) (i32.const 100) (i32.const 64))
        (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))
        (table.fill (i32.const 0) (ref.null func) (i32.const 9))))
