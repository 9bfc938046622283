;; Locals, and a register.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.mul (local.get 0) (local.get 1)))
      (local.set 0 (i32.mul (local.get 0) (local.get 2)))
      (local.set 1 (i32.mul (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64) (result i64)
    (i64.mul (i64.add (local.get 0) (local.get 1)) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3d
;;   26  mov edi, ebx
;;   28  imul edi, esi
;;   2b  imul ebx, edi
;;   2e  imul esi, ebx
;;   31  test r8d, r8d
;;   34  jne 0x1b
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   3d  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov rbx, [rbp+8]
;;   12  mov rax, [rbp]
;;   16  add rax, rbx
;;   19  imul rax, rbx
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
