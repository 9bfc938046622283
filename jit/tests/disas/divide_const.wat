;; By powers of two without a division.
(module
  (func (param i32) (result i32)
    (i32.div_u (local.get 0) (i32.const 8)))
  (func (param i32) (result i32)
    (i32.rem_u (local.get 0) (i32.const 8)))
  (func (param i32) (result i32)
    (i32.div_u (local.get 0) (i32.const 10)))
  (func (param i32) (result i32)
    (i32.div_s (local.get 0) (i32.const -1)))
  (func (param i32) (result i32)
    (i32.rem_s (local.get 0) (i32.const 10)))
  (func (param i32) (result i32)
    (i32.div_s (local.get 0) (i32.const 0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  shr eax, 3
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  and eax, 7
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  mov r11d, 0xa
;;   14  mov eax, [rbp]
;;   17  xor edx, edx
;;   19  div r11d                              ; @0x5: may divide by zero
;;   1c  mov [rbp], rax
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov r11d, -1
;;   14  mov eax, [rbp]
;;   17  cdq
;;   18  idiv r11d                             ; @0x5: may divide by zero
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov r11d, 0xa
;;   14  mov eax, [rbp]
;;   17  cdq
;;   18  idiv r11d                             ; @0x5: may divide by zero
;;   1b  mov eax, edx
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov r11d, 0
;;   14  mov eax, [rbp]
;;   17  cdq
;;   18  idiv r11d                             ; @0x5: may divide by zero
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
