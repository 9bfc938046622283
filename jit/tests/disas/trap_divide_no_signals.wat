;;! no-signals
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
;;    8  ja 0x37
;;    e  mov r11d, [rbp+8]
;;   12  mov eax, [rbp]
;;   15  test r11d, r11d
;;   18  je 0x3d
;;   1e  cmp r11d, -1
;;   22  jne 0x2e
;;   24  mov edx, eax
;;   26  neg edx
;;   28  jo 0x46
;;   2e  cdq
;;   2f  idiv r11d
;;   32  mov [rbp], rax
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   3d  mov eax, 8
;;   42  call qword ptr [r13+0x30]             ; trap @0x5
;;   46  mov eax, 7
;;   4b  call qword ptr [r13+0x30]             ; trap @0x5
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x29
;;    e  mov r11, [rbp+8]
;;   12  mov rax, [rbp]
;;   16  test r11, r11
;;   19  je 0x2f
;;   1f  xor edx, edx
;;   21  div r11
;;   24  mov [rbp], rax
;;   28  ret
;;   29  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2d  jmp 0
;;   2f  mov eax, 8
;;   34  call qword ptr [r13+0x30]             ; trap @0x5
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov r11d, [rbp+8]
;;   12  mov eax, [rbp]
;;   15  test r11d, r11d
;;   18  je 0x39
;;   1e  cmp r11d, -1
;;   22  jne 0x28
;;   24  xor edx, edx
;;   26  jmp 0x2c
;;   28  cdq
;;   29  idiv r11d
;;   2c  mov eax, edx
;;   2e  mov [rbp], rax
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   39  mov eax, 8
;;   3e  call qword ptr [r13+0x30]             ; trap @0x5
