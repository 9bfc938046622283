;; The result that a branch carries goes to the label's slot, past the operand below it. Code after
;; the inner label has that operand still, and may not take its slot for others.
(module
  (memory 1)
  (data (i32.const 0) "\01\00\00\00\02\00\00\00\04\00\00\00\08\00\00\00")
  (func (export "run") (param i32) (result i32)
    (block $label (result i32)
      (i32.load (i32.const 0))
      (block $inner
        (br_if $inner (local.get 0))
        (i32.add (i32.load (i32.const 4)) (i32.const 1))
        (br $label))
      (i32.load (i32.const 8))
      (i32.load (i32.const 12))
      (i32.sub)
      (i32.mul (i32.const 10))
      (i32.sub))))
