;; By `lea`, shift or `imul`.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 3)))
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 8)))
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 9)))
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 100)))
  (func (param i64) (result i64)
    (i64.mul (local.get 0) (i64.const 0x100000000))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  lea eax, [rax+rax*2]
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  shl eax, 3
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  lea eax, [rax+rax*8]
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  imul eax, 0x64
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x28
;;    e  mov rax, 0x100000000
;;   18  mov rcx, [rbp]
;;   1c  imul rcx, rax
;;   20  mov rax, rcx
;;   23  mov [rbp], rax
;;   27  ret
;;   28  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2c  jmp 0
