;; The runtime traps by its own; the call's return address tells where.
(module
  (memory 1)
  (table 1 funcref)
  (func (param i32) (result i32)
    (memory.grow (local.get 0)))
  (func (param i32) (result i32)
    (table.grow (ref.null func) (local.get 0))))
;; func 0
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
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x20], r11
;;   16  mov qword ptr [rbp+0x18], 0
;;   1e  mov rdx, [rbp+0x18]
;;   22  mov ecx, [rbp+0x20]
;;   25  xor esi, esi
;;   27  mov rdi, r15
;;   2a  mov eax, 8
;;   2f  call qword ptr [r13+0x50]             ; TableGrow @0x5
;;   33  mov eax, eax
;;   35  mov [rbp], rax
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
