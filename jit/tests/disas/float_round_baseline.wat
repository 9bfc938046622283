;;! baseline-cpu
;; By a call of the runtime, on bits.
(module
  (func (param f64) (result f64)
    (f64.ceil (local.get 0)))
  (func (param f32) (result f32)
    (f32.nearest (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov rsi, [rbp+0x18]
;;   1a  mov rdi, r15
;;   1d  mov eax, 0x12
;;   22  call qword ptr [r13+0x50]             ; F64Ceil @0x3
;;   26  movq xmm0, rax
;;   2b  movsd [rbp], xmm0
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov esi, [rbp+0x18]
;;   19  mov rdi, r15
;;   1c  mov eax, 0x11
;;   21  call qword ptr [r13+0x50]             ; F32Nearest @0x3
;;   25  mov eax, eax
;;   27  movd xmm0, eax
;;   2b  movss [rbp], xmm0
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
