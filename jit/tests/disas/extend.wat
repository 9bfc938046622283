;; Integers of 32 bits are zero-extended everywhere, so half of these are free.
(module
  (func (param i32) (result i32)
    (i32.extend8_s (local.get 0)))
  (func (param i32) (result i32)
    (i32.extend16_s (local.get 0)))
  (func (param i64) (result i64)
    (i64.extend8_s (local.get 0)))
  (func (param i64) (result i64)
    (i64.extend32_s (local.get 0)))
  (func (param i32) (result i64)
    (i64.extend_i32_s (local.get 0)))
  (func (param i32) (result i64)
    (i64.extend_i32_u (local.get 0)))
  (func (param i64) (result i32)
    (i32.wrap_i64 (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  movsx eax, al
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  movsx eax, ax
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [rbp]
;;   12  movsx rax, al
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov rax, [rbp]
;;   12  movsxd rax, eax
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  movsxd rax, eax
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
;; func 6
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
