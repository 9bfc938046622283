;; Locals, and a register.
(module
  (func (param i32 i32) (result i32)
    (i32.mul (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64)
    (i64.mul (i64.add (local.get 0) (local.get 1)) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  imul eax, [rbp+8]
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov rbx, [rbp+8]
;;   12  mov rax, [rbp]
;;   16  add rax, rbx
;;   19  imul rax, rbx
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
