;; Without moves where the processor has BMI2.
(module
  (func (param i32 i32) (result i32)
    (i32.shl (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.shr_s (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.shr_u (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64)
    (i64.shr_s (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  shlx ecx, ecx, eax
;;   19  mov eax, ecx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  sarx ecx, ecx, eax
;;   19  mov eax, ecx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  shrx ecx, ecx, eax
;;   19  mov eax, ecx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  mov rax, [rbp+8]
;;   12  mov rcx, [rbp]
;;   16  sarx rcx, rcx, rax
;;   1b  mov rax, rcx
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
