;; A result that a branch carries past an operand, which later ones must not overwrite: clang 8 in
;; WebAssembly has such code.
(module
  (func (export "carried") (param i32) (result i32)
    (block $label (result i32)
      (i32.mul (local.get 0) (i32.const 3))
      (block $inner
        (br_if $inner (local.get 0))
        (br $label (i32.add (local.get 0) (i32.const 7))))
      (i32.add
        (i32.mul (local.get 0) (i32.const 5))
        (i32.mul (local.get 0) (i32.const 9)))
      (i32.sub)))
)
