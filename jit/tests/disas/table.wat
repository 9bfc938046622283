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
;;    8  ja 0x2f
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov edx, [rbp+0x18]
;;   19  mov esi, 0
;;   1e  mov rdi, r15
;;   21  mov eax, 5
;;   26  call qword ptr [r13+0x50]             ; TableGet @0x3
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov edx, [rbp+0x20]
;;   21  mov rcx, [rbp+0x28]
;;   25  mov esi, 0
;;   2a  mov rdi, r15
;;   2d  mov eax, 6
;;   32  call qword ptr [r13+0x50]             ; TableSet @0x5
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  mov esi, 0
;;   13  mov rdi, r15
;;   16  mov eax, 7
;;   1b  call qword ptr [r13+0x50]             ; TableSize @0x1
;;   1f  mov eax, eax
;;   21  mov [rbp], rax
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3d
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov rdx, [rbp+0x20]
;;   22  mov ecx, [rbp+0x28]
;;   25  mov esi, 0
;;   2a  mov rdi, r15
;;   2d  mov eax, 8
;;   32  call qword ptr [r13+0x50]             ; TableGrow @0x5
;;   36  mov eax, eax
;;   38  mov [rbp], rax
;;   3c  ret
;;   3d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   41  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x43
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov rcx, [rbp+0x30]
;;   2d  mov r8d, [rbp+0x38]
;;   31  mov esi, 0
;;   36  mov rdi, r15
;;   39  mov eax, 9
;;   3e  call qword ptr [r13+0x50]             ; TableFill @0x7
;;   42  ret
;;   43  call qword ptr [r13+0x38]             ; refuse @0x0
;;   47  jmp 0
;; func 5
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
;;   38  mov eax, 0xa
;;   3d  call qword ptr [r13+0x50]             ; TableCopy @0x7
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 6
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
;;   38  mov eax, 0xb
;;   3d  call qword ptr [r13+0x50]             ; TableInit @0x7
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 7
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov esi, 0
;;   13  mov rdi, r15
;;   16  mov eax, 0xc
;;   1b  call qword ptr [r13+0x50]             ; ElemDrop @0x1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
