;; The count is an immediate, without its unused bits.
(module
  (func (param i32) (result i32)
    (i32.shl (local.get 0) (i32.const 37)))
  (func (param i32) (result i32)
    (i32.shr_s (local.get 0) (i32.const 37)))
  (func (param i32) (result i32)
    (i32.shr_u (local.get 0) (i32.const 37)))
  (func (param i64) (result i64)
    (i64.shl (local.get 0) (i64.const 1))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  shl eax, 5
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  sar eax, 5
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  shr eax, 5
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [rbp]
;;   12  shl rax, 1
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
