;;! counts
;; Copies are not made in line: the runtime charges for their size.
(module (memory 1) (func (param i32 i32)
    (memory.copy (local.get 0) (local.get 1) (i32.const 16))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  add r12, 4
;;   15  jg 0x52
;;   1b  mov qword ptr [rbp+0x30], 0x10
;;   23  mov r11, [rbp+8]
;;   27  mov [rbp+0x28], r11
;;   2b  mov r11, [rbp]
;;   2f  mov [rbp+0x20], r11
;;   33  mov edx, [rbp+0x20]
;;   36  mov ecx, [rbp+0x28]
;;   39  mov r8d, [rbp+0x30]
;;   3d  xor esi, esi
;;   3f  mov rdi, r15
;;   42  mov eax, 2
;;   47  call qword ptr [r13+0x50]             ; MemoryCopy @0x7
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   52  mov r11d, 4
;;   58  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   5c  jmp 0xe
