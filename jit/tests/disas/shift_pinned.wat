;; Without moves where the processor has BMI2.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.shl (local.get 0) (local.get 1)))
      (local.set 0 (i32.shl (local.get 0) (local.get 2)))
      (local.set 1 (i32.shl (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.shr_s (local.get 0) (local.get 1)))
      (local.set 0 (i32.shr_s (local.get 0) (local.get 2)))
      (local.set 1 (i32.shr_s (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.shr_u (local.get 0) (local.get 1)))
      (local.set 0 (i32.shr_u (local.get 0) (local.get 2)))
      (local.set 1 (i32.shr_u (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64 i64 i32)
    (loop
      (local.set 2 (i64.shr_s (local.get 0) (local.get 1)))
      (local.set 0 (i64.shr_s (local.get 0) (local.get 2)))
      (local.set 1 (i64.shr_s (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3b
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x41
;;   26  shlx edi, ebx, esi
;;   2b  shlx ebx, ebx, edi
;;   30  shlx esi, ebx, esi
;;   35  test r8d, r8d
;;   38  jne 0x1b
;;   3a  ret
;;   3b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3f  jmp 0
;;   41  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3b
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x41
;;   26  sarx edi, ebx, esi
;;   2b  sarx ebx, ebx, edi
;;   30  sarx esi, ebx, esi
;;   35  test r8d, r8d
;;   38  jne 0x1b
;;   3a  ret
;;   3b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3f  jmp 0
;;   41  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3b
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x41
;;   26  shrx edi, ebx, esi
;;   2b  shrx ebx, ebx, edi
;;   30  shrx esi, ebx, esi
;;   35  test r8d, r8d
;;   38  jne 0x1b
;;   3a  ret
;;   3b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3f  jmp 0
;;   41  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov rbx, [rbp]
;;   12  mov rsi, [rbp+8]
;;   16  mov rdi, [rbp+0x10]
;;   1a  mov r8d, [rbp+0x18]
;;   1e  cmp qword ptr [r13], 0
;;   23  jne 0x44
;;   29  sarx rdi, rbx, rsi
;;   2e  sarx rbx, rbx, rdi
;;   33  sarx rsi, rbx, rsi
;;   38  test r8d, r8d
;;   3b  jne 0x1e
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
