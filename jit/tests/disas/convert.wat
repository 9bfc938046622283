;; Unsigned integers of 64 bits are halved if they must.
(module
  (func (param i32 f64 i32)
    (loop
      (local.set 1 (f64.convert_i32_s (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param i32 f32 i32)
    (loop
      (local.set 1 (f32.convert_i32_u (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param i64 f64 i32)
    (loop
      (local.set 1 (f64.convert_i64_s (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param i64 f64 i32)
    (loop
      (local.set 1 (f64.convert_i64_u (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+0x10]
;;   14  movsd xmm8, [rbp+8]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x39
;;   25  xorps xmm8, xmm8
;;   29  cvtsi2sd xmm8, ebx
;;   2e  test esi, esi
;;   30  jne 0x1a
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   39  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+0x10]
;;   14  movss xmm8, [rbp+8]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x39
;;   25  xorps xmm8, xmm8
;;   29  cvtsi2ss xmm8, rbx
;;   2e  test esi, esi
;;   30  jne 0x1a
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   39  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  mov rbx, [rbp]
;;   12  mov esi, [rbp+0x10]
;;   15  movsd xmm8, [rbp+8]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3a
;;   26  xorps xmm8, xmm8
;;   2a  cvtsi2sd xmm8, rbx
;;   2f  test esi, esi
;;   31  jne 0x1b
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   3a  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3d
;;    e  mov rbx, [rbp]
;;   12  mov esi, [rbp+0x10]
;;   15  movsd xmm8, [rbp+8]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x43
;;   26  test rbx, rbx
;;   29  js 0x46
;;   2f  xorps xmm8, xmm8
;;   33  cvtsi2sd xmm8, rbx
;;   38  test esi, esi
;;   3a  jne 0x1b
;;   3c  ret
;;   3d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   41  jmp 0
;;   43  ud2                                   ; @0x1: Interrupt
;;   46  mov r11, rbx
;;   49  mov eax, ebx
;;   4b  shr r11, 1
;;   4f  and eax, 1
;;   52  or r11, rax
;;   55  xorps xmm8, xmm8
;;   59  cvtsi2sd xmm8, r11
;;   5e  addsd xmm8, xmm8
;;   63  jmp 0x38
