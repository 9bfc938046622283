;; One instruction, which faults outside the memory.
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load (local.get 0)))
  (func (param i32) (result i32)
    (i32.load8_s (local.get 0)))
  (func (param i32) (result i32)
    (i32.load8_u (local.get 0)))
  (func (param i32) (result i32)
    (i32.load16_s (local.get 0)))
  (func (param i32) (result i32)
    (i32.load16_u (local.get 0)))
  (func (param i32) (result i64)
    (i64.load (local.get 0)))
  (func (param i32) (result i64)
    (i64.load32_s (local.get 0)))
  (func (param i32) (result i64)
    (i64.load32_u (local.get 0)))
  (func (param i32) (result i64)
    (i64.load8_u (local.get 0)))
  (func (param i32) (result f32)
    (f32.load (local.get 0)))
  (func (param i32) (result f64)
    (f64.load (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  mov eax, [rbp]
;;   11  mov ecx, [r14+rax]                    ; @0x3: may fault
;;   16  mov eax, ecx
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movsx ecx, byte ptr [r14+rax]         ; @0x3: may fault
;;   17  mov eax, ecx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movzx ecx, byte ptr [r14+rax]         ; @0x3: may fault
;;   17  mov eax, ecx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movsx ecx, word ptr [r14+rax]         ; @0x3: may fault
;;   17  mov eax, ecx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movzx ecx, word ptr [r14+rax]         ; @0x3: may fault
;;   17  mov eax, ecx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  mov rcx, [r14+rax]                    ; @0x3: may fault
;;   16  mov rax, rcx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 6
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movsxd rcx, [r14+rax]                 ; @0x3: may fault
;;   16  mov rax, rcx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 7
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  mov ecx, [r14+rax]                    ; @0x3: may fault
;;   16  mov rax, rcx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 8
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  mov eax, [rbp]
;;   11  movzx ecx, byte ptr [r14+rax]         ; @0x3: may fault
;;   17  mov rax, rcx
;;   1a  mov [rbp], rax
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 9
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movss xmm0, [r14+rax]                 ; @0x3: may fault
;;   18  movss [rbp], xmm0
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 10
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  movsd xmm0, [r14+rax]                 ; @0x3: may fault
;;   18  movsd [rbp], xmm0
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
