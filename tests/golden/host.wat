;; call 2, whatever the host does; it returns 7, with which call 2 of `$twice` is made: local.get 1, local.get 1, i32.add 1
;; count: 7
(module
    (import "host" "seven" (func $seven (result i32)))
    (func $twice (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
    (func (export "f") (drop (call $twice (call $seven)))))
