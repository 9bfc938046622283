;; Null is zero; a function's reference is asked for.
(module
  (elem declare func $f)
  (func $f)
  (func (result funcref)
    (ref.null func))
  (func (param externref) (result i32)
    (ref.is_null (local.get 0)))
  (func (result i32)
    (ref.is_null (ref.null extern)))
  (func (result funcref)
    (ref.func $f)))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 0
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
;; func 2
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
;; func 3
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 1
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  xor esi, esi
;;   10  mov rdi, r15
;;   13  mov eax, 0xd
;;   18  call qword ptr [r13+0x50]             ; RefFunc @0x1
;;   1c  mov [rbp], rax
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
