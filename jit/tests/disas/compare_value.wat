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
;;    8  ja 0x39
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x3f
;;   22  cmp esi, ebx
;;   24  setl bl
;;   27  movzx ebx, bl
;;   2a  test ebx, ebx
;;   2c  sete sil
;;   30  movzx esi, sil
;;   34  test edi, edi
;;   36  jne 0x17
;;   38  ret
;;   39  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3d  jmp 0
;;   3f  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  cmp dword ptr [rbp], 9
;;   12  seta al
;;   15  movzx eax, al
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  cmp dword ptr [rbp], 9
;;   12  setb al
;;   15  movzx eax, al
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x28
;;    e  mov rbx, [rbp+8]
;;   12  mov rax, rbx
;;   15  imul rax, rbx
;;   19  cmp [rbp], rax
;;   1d  sete al
;;   20  movzx eax, al
;;   23  mov [rbp], rax
;;   27  ret
;;   28  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2c  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  cmp qword ptr [rbp], 0
;;   13  sete al
;;   16  movzx eax, al
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
