;; Parameters are operands as before.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (block (param i32) (result i32) (i32.add (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  mov eax, [rbp]
;;   11  imul eax, 0xa
;;   14  mov [rbp+0x18], rax
;;   18  mov eax, [rbp+0x18]
;;   1b  add eax, 1
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
