;; A constant and a part of its address are operands that the same slot is meant for, once the
;; sum is taken back: where constants are not immediates, neither may overwrite the other.
(module
  (memory (export "memory") 1)
  (func (export "store") (param i32)
    (i32.store
      (i32.add (i32.and (local.get 0) (i32.const 0xff)) (i32.const 4))
      (i32.const 7))))
