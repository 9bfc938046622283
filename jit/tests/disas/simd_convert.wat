;; Conversions.
(module
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.trunc_sat_f32x4_s (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.trunc_sat_f32x4_u (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.trunc_sat_f64x2_s_zero (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.trunc_sat_f64x2_u_zero (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (f32x4.convert_i32x4_u (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (f64x2.convert_low_i32x4_u (local.get 0)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4e
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x54
;;   26  vcmpeqps xmm15, xmm8, xmm8
;;   2c  vpand xmm9, xmm8, xmm15
;;   31  vmovaps xmm15, [0x60]
;;   39  vcmpleps xmm15, xmm15, xmm9
;;   3f  vcvttps2dq xmm9, xmm9
;;   44  vpxor xmm9, xmm9, xmm15
;;   49  test ebx, ebx
;;   4b  jne 0x1b
;;   4d  ret
;;   4e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   52  jmp 0
;;   54  ud2                                   ; @0x1: Interrupt
;;   60  0x4f0000004f000000
;;   68  0x4f0000004f000000
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x66
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x6c
;;   26  vpxor xmm15, xmm15, xmm15
;;   2b  vmaxps xmm9, xmm8, xmm15
;;   30  vsubps xmm0, xmm9, [0x70]
;;   38  vmovaps xmm15, [0x70]
;;   40  vcmpleps xmm15, xmm15, xmm0
;;   45  vcvttps2dq xmm0, xmm0
;;   49  vpxor xmm0, xmm0, xmm15
;;   4e  vpxor xmm15, xmm15, xmm15
;;   53  vpmaxsd xmm0, xmm0, xmm15
;;   58  vcvttps2dq xmm9, xmm9
;;   5d  vpaddd xmm9, xmm9, xmm0
;;   61  test ebx, ebx
;;   63  jne 0x1b
;;   65  ret
;;   66  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6a  jmp 0
;;   6c  ud2                                   ; @0x1: Interrupt
;;   70  0x4f0000004f000000
;;   78  0x4f0000004f000000
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x43
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x49
;;   26  vcmpeqpd xmm15, xmm8, xmm8
;;   2c  vpand xmm15, xmm15, [0x50]
;;   34  vminpd xmm9, xmm8, xmm15
;;   39  vcvttpd2dq xmm9, xmm9
;;   3e  test ebx, ebx
;;   40  jne 0x1b
;;   42  ret
;;   43  call qword ptr [r13+0x38]             ; refuse @0x0
;;   47  jmp 0
;;   49  ud2                                   ; @0x1: Interrupt
;;   50  0x41dfffffffc00000
;;   58  0x41dfffffffc00000
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x51
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x57
;;   26  vpxor xmm15, xmm15, xmm15
;;   2b  vmaxpd xmm9, xmm8, xmm15
;;   30  vminpd xmm9, xmm9, [0x60]
;;   38  vroundpd xmm9, xmm9, 0xb
;;   3e  vaddpd xmm9, xmm9, [0x70]
;;   46  vshufps xmm9, xmm9, xmm15, -0x78
;;   4c  test ebx, ebx
;;   4e  jne 0x1b
;;   50  ret
;;   51  call qword ptr [r13+0x38]             ; refuse @0x0
;;   55  jmp 0
;;   57  ud2                                   ; @0x1: Interrupt
;;   60  0x41efffffffe00000
;;   68  0x41efffffffe00000
;;   70  0x4330000000000000
;;   78  0x4330000000000000
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x54
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x5a
;;   26  vmovaps xmm15, [0x60]
;;   2e  vpblendw xmm15, xmm15, xmm8, 0x55
;;   34  vpsrld xmm9, xmm8, 0x10
;;   3a  vpor xmm9, xmm9, [0x70]
;;   42  vsubps xmm9, xmm9, [0x80]
;;   4a  vaddps xmm9, xmm9, xmm15
;;   4f  test ebx, ebx
;;   51  jne 0x1b
;;   53  ret
;;   54  call qword ptr [r13+0x38]             ; refuse @0x0
;;   58  jmp 0
;;   5a  ud2                                   ; @0x1: Interrupt
;;   60  0x4b0000004b000000
;;   68  0x4b0000004b000000
;;   70  0x5300000053000000
;;   78  0x5300000053000000
;;   80  0x5300008053000080
;;   88  0x5300008053000080
;; func 5
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3b
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x41
;;   26  vunpcklps xmm9, xmm8, [0x50]
;;   2e  vsubpd xmm9, xmm9, [0x60]
;;   36  test ebx, ebx
;;   38  jne 0x1b
;;   3a  ret
;;   3b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3f  jmp 0
;;   41  ud2                                   ; @0x1: Interrupt
;;   50  0x4330000043300000
;;   58  0x4330000043300000
;;   60  0x4330000000000000
;;   68  0x4330000000000000
