;; i32.const 1, i32.const 1, call_indirect 3 (one of which is for the return); the callee's local.get 1; three times.
;; Between them table.set, 3: i32.const 1, ref.func 1, table.set 1.
;; 3 * 6 + 3
;; count: 21
(module
    (type $t (func (param i32) (result i32)))
    (table 2 funcref) (elem (i32.const 0) func $same)
    (func $same (param i32) (result i32) (local.get 0))
    (func (export "f")
        (drop (call_indirect (type $t) (i32.const 5) (i32.const 0)))
        (table.set (i32.const 1) (ref.func $same))
        (drop (call_indirect (type $t) (i32.const 5) (i32.const 1)))
        (drop (call_indirect (type $t) (i32.const 5) (i32.const 0)))))
