;; The divisor is in `r11`; the processor finds zeros. A remainder by -1 must not fault.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.div_s (local.get 0) (local.get 1)))
      (local.set 0 (i32.div_s (local.get 0) (local.get 2)))
      (local.set 1 (i32.div_s (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.div_u (local.get 0) (local.get 1)))
      (local.set 0 (i32.div_u (local.get 0) (local.get 2)))
      (local.set 1 (i32.div_u (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.rem_s (local.get 0) (local.get 1)))
      (local.set 0 (i32.rem_s (local.get 0) (local.get 2)))
      (local.set 1 (i32.rem_s (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.rem_u (local.get 0) (local.get 1)))
      (local.set 0 (i32.rem_u (local.get 0) (local.get 2)))
      (local.set 1 (i32.rem_u (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64) (result i64)
    (i64.rem_s (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4d
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x53
;;   26  mov r11d, esi
;;   29  mov eax, ebx
;;   2b  cdq
;;   2c  idiv r11d                             ; @0x7: may divide by zero
;;   2f  mov edi, eax
;;   31  mov r11d, edi
;;   34  mov eax, ebx
;;   36  cdq
;;   37  idiv r11d                             ; @0xe: may divide by zero
;;   3a  mov ebx, eax
;;   3c  mov r11d, esi
;;   3f  mov eax, ebx
;;   41  cdq
;;   42  idiv r11d                             ; @0x15: may divide by zero
;;   45  mov esi, eax
;;   47  test r8d, r8d
;;   4a  jne 0x1b
;;   4c  ret
;;   4d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   51  jmp 0
;;   53  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x50
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x56
;;   26  mov r11d, esi
;;   29  mov eax, ebx
;;   2b  xor edx, edx
;;   2d  div r11d                              ; @0x7: may divide by zero
;;   30  mov edi, eax
;;   32  mov r11d, edi
;;   35  mov eax, ebx
;;   37  xor edx, edx
;;   39  div r11d                              ; @0xe: may divide by zero
;;   3c  mov ebx, eax
;;   3e  mov r11d, esi
;;   41  mov eax, ebx
;;   43  xor edx, edx
;;   45  div r11d                              ; @0x15: may divide by zero
;;   48  mov esi, eax
;;   4a  test r8d, r8d
;;   4d  jne 0x1b
;;   4f  ret
;;   50  call qword ptr [r13+0x38]             ; refuse @0x0
;;   54  jmp 0
;;   56  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6b
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x71
;;   26  mov r11d, esi
;;   29  mov eax, ebx
;;   2b  cmp r11d, -1
;;   2f  jne 0x35
;;   31  xor edx, edx
;;   33  jmp 0x39
;;   35  cdq
;;   36  idiv r11d                             ; @0x7: may divide by zero
;;   39  mov edi, edx
;;   3b  mov r11d, edi
;;   3e  mov eax, ebx
;;   40  cmp r11d, -1
;;   44  jne 0x4a
;;   46  xor edx, edx
;;   48  jmp 0x4e
;;   4a  cdq
;;   4b  idiv r11d                             ; @0xe: may divide by zero
;;   4e  mov ebx, edx
;;   50  mov r11d, esi
;;   53  mov eax, ebx
;;   55  cmp r11d, -1
;;   59  jne 0x5f
;;   5b  xor edx, edx
;;   5d  jmp 0x63
;;   5f  cdq
;;   60  idiv r11d                             ; @0x15: may divide by zero
;;   63  mov esi, edx
;;   65  test r8d, r8d
;;   68  jne 0x1b
;;   6a  ret
;;   6b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6f  jmp 0
;;   71  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x50
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x56
;;   26  mov r11d, esi
;;   29  mov eax, ebx
;;   2b  xor edx, edx
;;   2d  div r11d                              ; @0x7: may divide by zero
;;   30  mov edi, edx
;;   32  mov r11d, edi
;;   35  mov eax, ebx
;;   37  xor edx, edx
;;   39  div r11d                              ; @0xe: may divide by zero
;;   3c  mov ebx, edx
;;   3e  mov r11d, esi
;;   41  mov eax, ebx
;;   43  xor edx, edx
;;   45  div r11d                              ; @0x15: may divide by zero
;;   48  mov esi, edx
;;   4a  test r8d, r8d
;;   4d  jne 0x1b
;;   4f  ret
;;   50  call qword ptr [r13+0x38]             ; refuse @0x0
;;   54  jmp 0
;;   56  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2d
;;    e  mov r11, [rbp+8]
;;   12  mov rax, [rbp]
;;   16  cmp r11, -1
;;   1a  jne 0x20
;;   1c  xor edx, edx
;;   1e  jmp 0x25
;;   20  cqo
;;   22  idiv r11                              ; @0x5: may divide by zero
;;   25  mov rax, rdx
;;   28  mov [rbp], rax
;;   2c  ret
;;   2d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   31  jmp 0
