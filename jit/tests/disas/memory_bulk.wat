;; Routines of the runtime.
(module
  (memory 1)
  (data $d "abc")
  (func (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32)
    (memory.init $d (local.get 0) (i32.const 0) (i32.const 3)))
  (func
    (data.drop $d)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  mov esi, 0
;;   35  mov rdi, r15
;;   38  mov eax, 1
;;   3d  call qword ptr [r13+0x50]             ; MemoryFill @0x7
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  mov esi, 0
;;   35  mov rdi, r15
;;   38  mov eax, 2
;;   3d  call qword ptr [r13+0x50]             ; MemoryCopy @0x7
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov qword ptr [rbp+0x28], 3
;;   16  mov qword ptr [rbp+0x20], 0
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x18], r11
;;   26  mov edx, [rbp+0x18]
;;   29  mov ecx, [rbp+0x20]
;;   2c  mov r8d, [rbp+0x28]
;;   30  mov esi, 0
;;   35  mov rdi, r15
;;   38  mov eax, 3
;;   3d  call qword ptr [r13+0x50]             ; MemoryInit @0x7
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov esi, 0
;;   13  mov rdi, r15
;;   16  mov eax, 4
;;   1b  call qword ptr [r13+0x50]             ; DataDrop @0x1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
