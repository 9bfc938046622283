;; Masks of whole bytes are moves that extend.
(module
  (func (param i32) (result i32)
    (i32.and (local.get 0) (i32.const 0xff)))
  (func (param i32) (result i32)
    (i32.and (local.get 0) (i32.const 0xffff)))
  (func (param i64) (result i64)
    (i64.and (local.get 0) (i64.const 0xffffffff))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  movzx eax, al
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  movzx eax, ax
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov rax, [rbp]
;;   12  mov eax, eax
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
