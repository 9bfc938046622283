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
;;    8  ja 0x27
;;    e  mov eax, [rbp]
;;   11  mov r11d, -0x33333333
;;   17  imul r11, rax
;;   1b  shr r11, 0x23
;;   1f  mov eax, r11d
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
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
;;    8  ja 0x31
;;    e  mov eax, [rbp]
;;   11  movsxd rcx, eax
;;   14  imul r11, rcx, 0x66666667
;;   1b  sar r11, 0x22
;;   1f  shr ecx, 0x1f
;;   22  add r11d, ecx
;;   25  imul r11d, 0xa
;;   29  sub eax, r11d
;;   2c  mov [rbp], rax
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
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
