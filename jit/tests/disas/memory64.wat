;; Checked, with the carry of the sum.
(module
  (memory i64 1)
  (func (param i64) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func (param i64 i64)
    (i64.store (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov rax, [rbp]
;;   12  mov r11d, 0xc
;;   18  add r11, rax
;;   1b  jb 0x3d
;;   21  cmp r11, [r14-8]
;;   25  ja 0x3d
;;   2b  mov ecx, [r14+r11-4]
;;   30  mov eax, ecx
;;   32  mov [rbp], rax
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   3d  ud2                                   ; @0x3: MemoryOutOfBounds
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov rax, [rbp+8]
;;   12  mov rcx, [rbp]
;;   16  mov r11d, 8
;;   1c  add r11, rcx
;;   1f  jb 0x3b
;;   25  cmp r11, [r14-8]
;;   29  ja 0x3b
;;   2f  mov [r14+r11-8], rax
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x5: MemoryOutOfBounds
