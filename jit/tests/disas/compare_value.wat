;; A comparison that is not tested becomes 0 or 1.
(module
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.lt_s (local.get 0) (local.get 1)))
      (local.set 0 (i32.eqz (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param i32) (result i32)
    (i32.gt_u (local.get 0) (i32.const 9)))
  (func (param i32) (result i32)
    (i32.gt_u (i32.const 9) (local.get 0)))
  (func (param i64 i64) (result i32)
    (i64.eq (local.get 0) (i64.mul (local.get 1) (local.get 1))))
  (func (param i64) (result i32)
    (i64.eqz (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x45
;;   22  cmp esi, ebx
;;   24  setl al
;;   28  movzx eax, al
;;   2c  mov ebx, eax
;;   2e  test ebx, ebx
;;   30  sete al
;;   34  movzx eax, al
;;   38  mov esi, eax
;;   3a  test edi, edi
;;   3c  jne 0x17
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;;   45  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  cmp dword ptr [rbp], 9
;;   12  seta al
;;   16  movzx eax, al
;;   1a  mov [rbp], rax
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  cmp dword ptr [rbp], 9
;;   12  setb al
;;   16  movzx eax, al
;;   1a  mov [rbp], rax
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov rbx, [rbp+8]
;;   12  mov rax, rbx
;;   15  imul rax, rbx
;;   19  cmp [rbp], rax
;;   1d  sete al
;;   21  movzx eax, al
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  cmp qword ptr [rbp], 0
;;   13  sete al
;;   17  movzx eax, al
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
