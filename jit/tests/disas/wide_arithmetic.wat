;; Two words at a time.
(module
  (func (param i64 i64 i64 i64) (result i64 i64)
    (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (param i64 i64 i64 i64) (result i64 i64)
    (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (param i64 i64) (result i64 i64)
    (i64.mul_wide_u (local.get 0) (local.get 1)))
  (func (param i64 i64) (result i64 i64)
    (i64.mul_wide_s (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5b
;;    e  mov r11, [rbp+0x18]
;;   12  mov [rbp+0x48], r11
;;   16  mov r11, [rbp+0x10]
;;   1a  mov [rbp+0x40], r11
;;   1e  mov r11, [rbp+8]
;;   22  mov [rbp+0x38], r11
;;   26  mov r11, [rbp]
;;   2a  mov [rbp+0x30], r11
;;   2e  mov rax, [rbp+0x30]
;;   32  mov rcx, [rbp+0x38]
;;   36  add rax, [rbp+0x40]
;;   3a  adc rcx, [rbp+0x48]
;;   3e  mov [rbp+0x38], rcx
;;   42  mov [rbp+0x30], rax
;;   46  mov r11, [rbp+0x30]
;;   4a  mov [rbp], r11
;;   4e  mov r11, [rbp+0x38]
;;   52  mov [rbp+8], r11
;;   56  mov rax, [rbp]
;;   5a  ret
;;   5b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5b
;;    e  mov r11, [rbp+0x18]
;;   12  mov [rbp+0x48], r11
;;   16  mov r11, [rbp+0x10]
;;   1a  mov [rbp+0x40], r11
;;   1e  mov r11, [rbp+8]
;;   22  mov [rbp+0x38], r11
;;   26  mov r11, [rbp]
;;   2a  mov [rbp+0x30], r11
;;   2e  mov rax, [rbp+0x30]
;;   32  mov rcx, [rbp+0x38]
;;   36  sub rax, [rbp+0x40]
;;   3a  sbb rcx, [rbp+0x48]
;;   3e  mov [rbp+0x38], rcx
;;   42  mov [rbp+0x30], rax
;;   46  mov r11, [rbp+0x30]
;;   4a  mov [rbp], r11
;;   4e  mov r11, [rbp+0x38]
;;   52  mov [rbp+8], r11
;;   56  mov rax, [rbp]
;;   5a  ret
;;   5b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov r11, [rbp+0x28]
;;   22  mov rax, [rbp+0x20]
;;   26  mul r11
;;   29  mov [rbp+0x28], rdx
;;   2d  mov [rbp+0x20], rax
;;   31  mov r11, [rbp+0x20]
;;   35  mov [rbp], r11
;;   39  mov r11, [rbp+0x28]
;;   3d  mov [rbp+8], r11
;;   41  mov rax, [rbp]
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov r11, [rbp+0x28]
;;   22  mov rax, [rbp+0x20]
;;   26  imul r11
;;   29  mov [rbp+0x28], rdx
;;   2d  mov [rbp+0x20], rax
;;   31  mov r11, [rbp+0x20]
;;   35  mov [rbp], r11
;;   39  mov r11, [rbp+0x28]
;;   3d  mov [rbp+8], r11
;;   41  mov rax, [rbp]
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
