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
;;    8  ja 0x85
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  lea eax, [r8-8]
;;   35  cmp eax, 0x18
;;   38  ja 0x8e
;;   3e  lea rax, [rdx+r8]
;;   43  cmp rax, [r14-8]
;;   47  ja 0x8e
;;   4d  lea rdx, [rdx+r14]
;;   52  movzx ecx, cl
;;   56  mov r11, 0x101010101010101
;;   60  imul rcx, r11
;;   64  mov [rdx], rcx
;;   69  mov [rdx+r8-8], rcx
;;   71  cmp r8d, 0x10
;;   75  jbe 0x84
;;   77  mov [rdx+8], rcx
;;   7c  mov [rdx+r8-0x10], rcx
;;   84  ret
;;   85  call qword ptr [r13+0x38]             ; refuse @0x0
;;   89  jmp 0
;;   8e  xor esi, esi
;;   90  mov rdi, r15
;;   93  mov eax, 1
;;   98  call qword ptr [r13+0x50]             ; MemoryFill @0x7
;;   9c  jmp 0x84
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xa5
;;    e  mov r11, [rbp+0x10]
;;   12  mov [rbp+0x38], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x30], r11
;;   1e  mov r11, [rbp]
;;   22  mov [rbp+0x28], r11
;;   26  mov edx, [rbp+0x28]
;;   29  mov ecx, [rbp+0x30]
;;   2c  mov r8d, [rbp+0x38]
;;   30  lea eax, [r8-8]
;;   35  cmp eax, 0x18
;;   38  ja 0xae
;;   3e  lea rax, [rdx+r8]
;;   43  cmp rax, [r14-8]
;;   47  ja 0xae
;;   4d  lea rax, [rcx+r8]
;;   52  cmp rax, [r14-8]
;;   56  ja 0xae
;;   5c  lea rcx, [rcx+r14]
;;   61  lea rdx, [rdx+r14]
;;   66  cmp r8d, 0x10
;;   6a  ja 0x88
;;   6c  mov rax, [rcx]
;;   71  mov r11, [rcx+r8-8]
;;   79  mov [rdx], rax
;;   7e  mov [rdx+r8-8], r11
;;   86  jmp 0xa4
;;   88  movups xmm0, [rcx]
;;   8d  movups xmm15, [rcx+r8-0x10]
;;   96  movups [rdx], xmm0
;;   9b  movups [rdx+r8-0x10], xmm15
;;   a4  ret
;;   a5  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a9  jmp 0
;;   ae  xor esi, esi
;;   b0  mov rdi, r15
;;   b3  mov eax, 2
;;   b8  call qword ptr [r13+0x50]             ; MemoryCopy @0x7
;;   bc  jmp 0xa4
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
