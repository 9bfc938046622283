;; Divisions that may trap.
(module
  (func (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64)
    (i64.div_u (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.rem_s (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov r11d, [rbp+8]
;;   12  mov eax, [rbp]
;;   15  cdq
;;   16  idiv r11d                             ; @0x5: may divide by zero
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov r11, [rbp+8]
;;   12  mov rax, [rbp]
;;   16  xor edx, edx
;;   18  div r11                               ; @0x5: may divide by zero
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov r11d, [rbp+8]
;;   12  mov eax, [rbp]
;;   15  cmp r11d, -1
;;   19  jne 0x1f
;;   1b  xor edx, edx
;;   1d  jmp 0x23
;;   1f  cdq
;;   20  idiv r11d                             ; @0x5: may divide by zero
;;   23  mov eax, edx
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
