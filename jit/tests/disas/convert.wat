;; Unsigned integers of 64 bits are halved if they must.
(module
  (func (param i32) (result f64)
    (f64.convert_i32_s (local.get 0)))
  (func (param i32) (result f32)
    (f32.convert_i32_u (local.get 0)))
  (func (param i64) (result f64)
    (f64.convert_i64_s (local.get 0)))
  (func (param i64) (result f64)
    (f64.convert_i64_u (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  xorps xmm0, xmm0
;;   14  cvtsi2sd xmm0, eax
;;   18  movsd [rbp], xmm0
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  mov eax, [rbp]
;;   11  xorps xmm0, xmm0
;;   14  cvtsi2ss xmm0, rax
;;   19  movss [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov rax, [rbp]
;;   12  xorps xmm0, xmm0
;;   15  cvtsi2sd xmm0, rax
;;   1a  movsd [rbp], xmm0
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov rax, [rbp]
;;   12  test rax, rax
;;   15  js 0x21
;;   17  xorps xmm0, xmm0
;;   1a  cvtsi2sd xmm0, rax
;;   1f  jmp 0x3c
;;   21  mov r11, rax
;;   24  mov ecx, eax
;;   26  shr r11, 1
;;   2a  and ecx, 1
;;   2d  or r11, rcx
;;   30  xorps xmm0, xmm0
;;   33  cvtsi2sd xmm0, r11
;;   38  addsd xmm0, xmm0
;;   3c  movsd [rbp], xmm0
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
