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
;;    8  ja 0x31
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov edx, [rbp+0x18]
;;   19  mov esi, 0
;;   1e  mov rdi, r15
;;   21  mov eax, 0
;;   26  call qword ptr [r13+0x50]             ; MemoryGrow @0x3
;;   2a  mov eax, eax
;;   2c  mov [rbp], rax
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3d
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x20], r11
;;   16  mov qword ptr [rbp+0x18], 0
;;   1e  mov rdx, [rbp+0x18]
;;   22  mov ecx, [rbp+0x20]
;;   25  mov esi, 0
;;   2a  mov rdi, r15
;;   2d  mov eax, 8
;;   32  call qword ptr [r13+0x50]             ; TableGrow @0x5
;;   36  mov eax, eax
;;   38  mov [rbp], rax
;;   3c  ret
;;   3d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   41  jmp 0
