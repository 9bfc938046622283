;; By `cmov`; constants are in registers first.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (select (local.get 0) (local.get 1) (local.get 2)))
      (local.set 0 (select (local.get 0) (local.get 1) (i32.lt_s (local.get 0) (local.get 1))))
      (local.set 0 (select (local.get 1) (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.lt_s (local.get 0) (local.get 1))))
  (func (param i32) (result i32)
    (select (i32.const 1) (i32.const 2) (local.get 0)))
  (func (param i64 i64 f64) (result i64)
    (select (local.get 0) (local.get 1) (f64.eq (local.get 2) (f64.const 1))))
  (func (param i64 i64 f64) (result i64)
    (select (local.get 0) (local.get 1) (f64.ne (local.get 2) (f64.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x41
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x47
;;   26  test edi, edi
;;   28  mov edi, ebx
;;   2a  cmove edi, esi
;;   2d  cmp ebx, esi
;;   2f  cmovge ebx, esi
;;   32  test edi, edi
;;   34  mov eax, esi
;;   36  cmove eax, ebx
;;   39  mov ebx, eax
;;   3b  test r8d, r8d
;;   3e  jne 0x1b
;;   40  ret
;;   41  call qword ptr [r13+0x38]             ; refuse @0x0
;;   45  jmp 0
;;   47  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp ebx, esi
;;   16  mov eax, ebx
;;   18  cmovge eax, esi
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  cmp dword ptr [rbp], 0
;;   12  mov eax, 2
;;   17  mov ecx, 1
;;   1c  cmove ecx, eax
;;   1f  mov eax, ecx
;;   21  mov [rbp], rax
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  movsd xmm0, [rbp+0x10]
;;   13  ucomisd xmm0, [0x38]
;;   1b  mov rax, [rbp]
;;   1f  cmovne rax, [rbp+8]
;;   24  cmovp rax, [rbp+8]
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;;   38  0x3ff0000000000000
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  movsd xmm0, [rbp+0x10]
;;   13  ucomisd xmm0, [0x38]
;;   1b  mov rax, [rbp]
;;   1f  jne 0x27
;;   21  jp 0x27
;;   23  mov rax, [rbp+8]
;;   27  mov [rbp], rax
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;;   38  0x3ff0000000000000
