;;! sse41
;; Conversions, with two operands.
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
;;    8  ja 0x54
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x5a
;;   26  movaps xmm15, xmm8
;;   2a  cmpeqps xmm15, xmm8
;;   2f  movaps xmm9, xmm8
;;   33  pand xmm9, xmm15
;;   38  movaps xmm15, [0x60]
;;   40  cmpleps xmm15, xmm9
;;   45  cvttps2dq xmm9, xmm9
;;   4a  pxor xmm9, xmm15
;;   4f  test ebx, ebx
;;   51  jne 0x1b
;;   53  ret
;;   54  call qword ptr [r13+0x38]             ; refuse @0x0
;;   58  jmp 0
;;   5a  ud2                                   ; @0x1: Interrupt
;;   60  0x4f0000004f000000
;;   68  0x4f0000004f000000
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6e
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x74
;;   26  pxor xmm15, xmm15
;;   2b  movaps xmm9, xmm8
;;   2f  maxps xmm9, xmm15
;;   33  movaps xmm0, xmm9
;;   37  subps xmm0, [0x80]
;;   3e  movaps xmm15, [0x80]
;;   46  cmpleps xmm15, xmm0
;;   4b  cvttps2dq xmm0, xmm0
;;   4f  pxor xmm0, xmm15
;;   54  pxor xmm15, xmm15
;;   59  pmaxsd xmm0, xmm15
;;   5f  cvttps2dq xmm9, xmm9
;;   64  paddd xmm9, xmm0
;;   69  test ebx, ebx
;;   6b  jne 0x1b
;;   6d  ret
;;   6e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   72  jmp 0
;;   74  ud2                                   ; @0x1: Interrupt
;;   80  0x4f0000004f000000
;;   88  0x4f0000004f000000
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x52
;;   26  movaps xmm15, xmm8
;;   2a  cmpeqpd xmm15, xmm8
;;   30  pand xmm15, [0x60]
;;   39  movaps xmm9, xmm8
;;   3d  minpd xmm9, xmm15
;;   42  cvttpd2dq xmm9, xmm9
;;   47  test ebx, ebx
;;   49  jne 0x1b
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   52  ud2                                   ; @0x1: Interrupt
;;   60  0x41dfffffffc00000
;;   68  0x41dfffffffc00000
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x57
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x5d
;;   26  pxor xmm15, xmm15
;;   2b  movaps xmm9, xmm8
;;   2f  maxpd xmm9, xmm15
;;   34  minpd xmm9, [0x60]
;;   3d  roundpd xmm9, xmm9, 0xb
;;   44  addpd xmm9, [0x70]
;;   4d  shufps xmm9, xmm15, -0x78
;;   52  test ebx, ebx
;;   54  jne 0x1b
;;   56  ret
;;   57  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5b  jmp 0
;;   5d  ud2                                   ; @0x1: Interrupt
;;   60  0x41efffffffe00000
;;   68  0x41efffffffe00000
;;   70  0x4330000000000000
;;   78  0x4330000000000000
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x59
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x5f
;;   26  movaps xmm15, [0x70]
;;   2e  pblendw xmm15, xmm8, 0x55
;;   35  movaps xmm9, xmm8
;;   39  psrld xmm9, 0x10
;;   3f  por xmm9, [0x80]
;;   48  subps xmm9, [0x90]
;;   50  addps xmm9, xmm15
;;   54  test ebx, ebx
;;   56  jne 0x1b
;;   58  ret
;;   59  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5d  jmp 0
;;   5f  ud2                                   ; @0x1: Interrupt
;;   70  0x4b0000004b000000
;;   78  0x4b0000004b000000
;;   80  0x5300000053000000
;;   88  0x5300000053000000
;;   90  0x5300008053000080
;;   98  0x5300008053000080
;; func 5
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x40
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x46
;;   26  movaps xmm9, xmm8
;;   2a  unpcklps xmm9, [0x50]
;;   32  subpd xmm9, [0x60]
;;   3b  test ebx, ebx
;;   3d  jne 0x1b
;;   3f  ret
;;   40  call qword ptr [r13+0x38]             ; refuse @0x0
;;   44  jmp 0
;;   46  ud2                                   ; @0x1: Interrupt
;;   50  0x4330000043300000
;;   58  0x4330000043300000
;;   60  0x4330000000000000
;;   68  0x4330000000000000
