;; What is known is computed by the compiler.
(module
  (func (result i32)
    (i32.add (i32.const 20) (i32.const 22)))
  (func (result i32)
    (i32.lt_s (i32.const -1) (i32.const 0)))
  (func (result i64)
    (i64.div_s (i64.const -7) (i64.const 2)))
  (func (result i32)
    (i32.eqz (i32.const 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 0x2a
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 1
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov rax, -3
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 1
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
