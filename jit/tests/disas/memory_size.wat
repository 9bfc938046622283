;; The size is the length; growing is the runtime's.
(module
  (memory 1)
  (func (result i32)
    (memory.size))
  (func (param i32) (result i32)
    (memory.grow (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [r14-8]
;;   12  shr rax, 0x10
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov edx, [rbp+0x18]
;;   19  xor esi, esi
;;   1b  mov rdi, r15
;;   1e  xor eax, eax
;;   20  call qword ptr [r13+0x50]             ; MemoryGrow @0x3
;;   24  mov eax, eax
;;   26  mov [rbp], rax
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
