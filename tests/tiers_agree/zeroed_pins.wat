;; Many declared locals are zeroed by an instruction that takes registers, which must not be those of
;; locals that were zeroed before.
(module
  (func (export "run") (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (i32.add
      (i32.add
        (i32.or (i32.or (local.get 0) (local.get 1)) (i32.or (local.get 2) (local.get 3)))
        (i32.or (i32.or (local.get 0) (local.get 1)) (i32.or (local.get 2) (local.get 3))))
      (i32.add
        (i32.or (i32.or (local.get 4) (local.get 5)) (i32.or (local.get 6) (local.get 59)))
        (i32.or (i32.or (local.get 4) (local.get 5)) (i32.or (local.get 6) (local.get 59)))))))
