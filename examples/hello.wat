;; Calls a function of the host with the address and the length of a greeting.
;; `examples/hello.rs` is a host for it.
(module
  (import "host" "print" (func $print (param $address i32) (param $len i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "hello, world")
  (func (export "run")
    (call $print (i32.const 8) (i32.const 12))))
