;; By a constant without a move with BMI2; by a variable through `cl`.
(module
  (func (param i32) (result i32)
    (i32.rotl (local.get 0) (i32.const 5)))
  (func (param i64) (result i64)
    (i64.rotr (local.get 0) (i64.const 5)))
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.rotl (local.get 0) (local.get 1)))
      (local.set 0 (i32.rotl (local.get 0) (local.get 2)))
      (local.set 1 (i32.rotl (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i64 i64 i32)
    (loop
      (local.set 1 (i64.rotl (local.get 0) (i64.const 7)))
      (local.set 0 (i64.rotr (local.get 0) (i64.const 7)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  rol eax, 5
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [rbp]
;;   12  ror rax, 5
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x42
;;   26  mov ecx, esi
;;   28  mov edi, ebx
;;   2a  rol edi, cl
;;   2c  mov ecx, edi
;;   2e  rol ebx, cl
;;   30  mov ecx, esi
;;   32  mov esi, ebx
;;   34  rol esi, cl
;;   36  test r8d, r8d
;;   39  jne 0x1b
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov rbx, [rbp]
;;   12  mov rsi, [rbp+8]
;;   16  mov edi, [rbp+0x10]
;;   19  cmp qword ptr [r13], 0
;;   1e  jne 0x39
;;   24  rorx rsi, rbx, 0x39
;;   2a  ror rbx, 7
;;   2e  test edi, edi
;;   30  jne 0x19
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   39  ud2                                   ; @0x1: Interrupt
