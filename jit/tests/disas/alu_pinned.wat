;; Results go to the pins that are set next: another one, the first operand's, the second's.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.add (local.get 0) (local.get 1)))
      (local.set 0 (i32.add (local.get 0) (local.get 2)))
      (local.set 1 (i32.add (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.sub (local.get 0) (local.get 1)))
      (local.set 0 (i32.sub (local.get 0) (local.get 2)))
      (local.set 1 (i32.sub (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.and (local.get 0) (local.get 1)))
      (local.set 0 (i32.and (local.get 0) (local.get 2)))
      (local.set 1 (i32.and (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.or (local.get 0) (local.get 1)))
      (local.set 0 (i32.or (local.get 0) (local.get 2)))
      (local.set 1 (i32.or (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.xor (local.get 0) (local.get 1)))
      (local.set 0 (i32.xor (local.get 0) (local.get 2)))
      (local.set 1 (i32.xor (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64 i64 i32)
    (loop
      (local.set 2 (i64.add (local.get 0) (local.get 1)))
      (local.set 0 (i64.add (local.get 0) (local.get 2)))
      (local.set 1 (i64.add (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64 i64 i32)
    (loop
      (local.set 2 (i64.sub (local.get 0) (local.get 1)))
      (local.set 0 (i64.sub (local.get 0) (local.get 2)))
      (local.set 1 (i64.sub (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3a
;;   26  lea edi, [rbx+rsi]
;;   2a  add ebx, edi
;;   2c  add esi, ebx
;;   2e  test r8d, r8d
;;   31  jne 0x1b
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   3a  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3e
;;   26  mov edi, ebx
;;   28  sub edi, esi
;;   2a  sub ebx, edi
;;   2c  mov eax, ebx
;;   2e  sub eax, esi
;;   30  mov esi, eax
;;   32  test r8d, r8d
;;   35  jne 0x1b
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;;   3e  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3a
;;   26  mov edi, ebx
;;   28  and edi, esi
;;   2a  and ebx, edi
;;   2c  and esi, ebx
;;   2e  test r8d, r8d
;;   31  jne 0x1b
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   3a  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3a
;;   26  mov edi, ebx
;;   28  or edi, esi
;;   2a  or ebx, edi
;;   2c  or esi, ebx
;;   2e  test r8d, r8d
;;   31  jne 0x1b
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   3a  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3a
;;   26  mov edi, ebx
;;   28  xor edi, esi
;;   2a  xor ebx, edi
;;   2c  xor esi, ebx
;;   2e  test r8d, r8d
;;   31  jne 0x1b
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   3a  ud2                                   ; @0x1: Interrupt
;; func 5
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov rbx, [rbp]
;;   12  mov rsi, [rbp+8]
;;   16  mov rdi, [rbp+0x10]
;;   1a  mov r8d, [rbp+0x18]
;;   1e  cmp qword ptr [r13], 0
;;   23  jne 0x40
;;   29  lea rdi, [rbx+rsi]
;;   2e  add rbx, rdi
;;   31  add rsi, rbx
;;   34  test r8d, r8d
;;   37  jne 0x1e
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 6
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x41
;;    e  mov rbx, [rbp]
;;   12  mov rsi, [rbp+8]
;;   16  mov rdi, [rbp+0x10]
;;   1a  mov r8d, [rbp+0x18]
;;   1e  cmp qword ptr [r13], 0
;;   23  jne 0x47
;;   29  mov rdi, rbx
;;   2c  sub rdi, rsi
;;   2f  sub rbx, rdi
;;   32  mov rax, rbx
;;   35  sub rax, rsi
;;   38  mov rsi, rax
;;   3b  test r8d, r8d
;;   3e  jne 0x1e
;;   40  ret
;;   41  call qword ptr [r13+0x38]             ; refuse @0x0
;;   45  jmp 0
;;   47  ud2                                   ; @0x1: Interrupt
