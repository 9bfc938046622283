;; Routines of the runtime.
(module
  (table $t 1 funcref)
  (elem $e func)
  (func (param i32) (result funcref)
    (table.get $t (local.get 0)))
  (func (param i32 funcref)
    (table.set $t (local.get 0) (local.get 1)))
  (func (result i32)
    (table.size $t))
  (func (param funcref i32) (result i32)
    (table.grow $t (local.get 0) (local.get 1)))
  (func (param i32 funcref i32)
    (table.fill $t (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32)
    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32)
    (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
  (func
    (elem.drop $e)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov edx, [rbp+0x18]
;;   19  xor esi, esi
;;   1b  mov rdi, r15
;;   1e  mov eax, 5
;;   23  call qword ptr [r13+0x50]             ; TableGet @0x3
;;   27  mov [rbp], rax
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov edx, [rbp+0x20]
;;   21  mov rcx, [rbp+0x28]
;;   25  xor esi, esi
;;   27  mov rdi, r15
;;   2a  mov eax, 6
;;   2f  call qword ptr [r13+0x50]             ; TableSet @0x5
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  xor esi, esi
;;   10  mov rdi, r15
;;   13  mov eax, 7
;;   18  call qword ptr [r13+0x50]             ; TableSize @0x1
;;   1c  mov eax, eax
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov rdx, [rbp+0x20]
;;   22  mov ecx, [rbp+0x28]
;;   25  xor esi, esi
;;   27  mov rdi, r15
;;   2a  mov eax, 8
;;   2f  call qword ptr [r13+0x50]             ; TableGrow @0x5
;;   33  mov eax, eax
;;   35  mov [rbp], rax
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x40
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov rcx, [rbp+0x30]
;;   2d  mov r8d, [rbp+0x38]
;;   31  xor esi, esi
;;   33  mov rdi, r15
;;   36  mov eax, 9
;;   3b  call qword ptr [r13+0x50]             ; TableFill @0x7
;;   3f  ret
;;   40  call qword ptr [r13+0x38]             ; refuse @0x0
;;   44  jmp 0
;; func 5
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
;;   35  mov eax, 0xa
;;   3a  call qword ptr [r13+0x50]             ; TableCopy @0x7
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;; func 6
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
;;   35  mov eax, 0xb
;;   3a  call qword ptr [r13+0x50]             ; TableInit @0x7
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;; func 7
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  xor esi, esi
;;   10  mov rdi, r15
;;   13  mov eax, 0xc
;;   18  call qword ptr [r13+0x50]             ; ElemDrop @0x1
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
