;; The second operand is an immediate; one that does not fit is in a register.
(module
  (func (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 7)))
  (func (param i32) (result i32)
    (i32.sub (local.get 0) (i32.const 1000)))
  (func (param i32) (result i32)
    (i32.sub (i32.const 5) (local.get 0)))
  (func (param i32) (result i32)
    (i32.xor (i32.const -1) (local.get 0)))
  (func (param i64) (result i64)
    (i64.or (local.get 0) (i64.const 0x7fffffff)))
  (func (param i64) (result i64)
    (i64.and (local.get 0) (i64.const 0x123456789abcdef0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  add eax, 7
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov eax, [rbp]
;;   11  sub eax, 0x3e8
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, 5
;;   13  sub eax, [rbp]
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  xor eax, -1
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov rax, [rbp]
;;   12  or rax, 0x7fffffff
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  mov rax, 0x123456789abcdef0
;;   18  mov rcx, [rbp]
;;   1c  and rcx, rax
;;   1f  mov rax, rcx
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
