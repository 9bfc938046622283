;;! counts
;; Copies are not made in line: the runtime charges for their size.
(module (memory 1) (func (param i32 i32)
    (memory.copy (local.get 0) (local.get 1) (i32.const 16))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4d
;;    e  add qword ptr [r13+0x68], 4
;;   16  jg 0x53
;;   1c  mov qword ptr [rbp+0x30], 0x10
;;   24  mov r11, [rbp+8]
;;   28  mov [rbp+0x28], r11
;;   2c  mov r11, [rbp]
;;   30  mov [rbp+0x20], r11
;;   34  mov edx, [rbp+0x20]
;;   37  mov ecx, [rbp+0x28]
;;   3a  mov r8d, [rbp+0x30]
;;   3e  xor esi, esi
;;   40  mov rdi, r15
;;   43  mov eax, 2
;;   48  call qword ptr [r13+0x50]             ; MemoryCopy @0x7
;;   4c  ret
;;   4d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   51  jmp 0
;;   53  mov r11d, 4
;;   59  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   5d  jmp 0xe
