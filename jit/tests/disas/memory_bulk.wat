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
;;    8  ja 0x3f
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  xor esi, esi
;;   32  mov rdi, r15
;;   35  mov eax, 1
;;   3a  call qword ptr [r13+0x50]             ; MemoryFill @0x7
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  xor esi, esi
;;   32  mov rdi, r15
;;   35  mov eax, 2
;;   3a  call qword ptr [r13+0x50]             ; MemoryCopy @0x7
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  mov qword ptr [rbp+0x28], 3
;;   16  mov qword ptr [rbp+0x20], 0
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x18], r11
;;   26  mov edx, [rbp+0x18]
;;   29  mov ecx, [rbp+0x20]
;;   2c  mov r8d, [rbp+0x28]
;;   30  xor esi, esi
;;   32  mov rdi, r15
;;   35  mov eax, 3
;;   3a  call qword ptr [r13+0x50]             ; MemoryInit @0x7
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  xor esi, esi
;;   10  mov rdi, r15
;;   13  mov eax, 4
;;   18  call qword ptr [r13+0x50]             ; DataDrop @0x1
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
