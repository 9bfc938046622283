;; Minima, maxima and signs of floats.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.min (local.get 0) (local.get 1)))
      (local.set 0 (f32x4.min (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f64x2.max (local.get 0) (local.get 1)))
      (local.set 0 (f64x2.max (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.pmin (local.get 0) (local.get 1)))
      (local.set 0 (f32x4.pmin (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (f64x2.neg (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (f32x4.nearest (local.get 0)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x7b
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x84
;;   2b  vminps xmm15, xmm10, xmm8
;;   30  vminps xmm9, xmm8, xmm10
;;   35  vpor xmm15, xmm15, xmm9
;;   3a  vcmpunordps xmm9, xmm9, xmm15
;;   40  vpor xmm15, xmm15, xmm9
;;   45  vpsrld xmm9, xmm9, 0xa
;;   4b  vpandn xmm9, xmm9, xmm15
;;   50  vminps xmm15, xmm9, xmm8
;;   55  vminps xmm0, xmm8, xmm9
;;   5a  vpor xmm15, xmm15, xmm0
;;   5e  vcmpunordps xmm0, xmm0, xmm15
;;   64  vpor xmm15, xmm15, xmm0
;;   68  vpsrld xmm0, xmm0, 0xa
;;   6d  vpandn xmm0, xmm0, xmm15
;;   72  movaps xmm8, xmm0
;;   76  test ebx, ebx
;;   78  jne 0x20
;;   7a  ret
;;   7b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   7f  jmp 0
;;   84  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x8e
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x97
;;   2b  vmaxpd xmm15, xmm10, xmm8
;;   30  vmaxpd xmm9, xmm8, xmm10
;;   35  vpxor xmm9, xmm9, xmm15
;;   3a  vpor xmm15, xmm15, xmm9
;;   3f  vsubpd xmm15, xmm15, xmm9
;;   44  vcmpunordpd xmm9, xmm9, xmm15
;;   4a  vpor xmm15, xmm15, xmm9
;;   4f  vpsrlq xmm9, xmm9, 0xd
;;   55  vpandn xmm9, xmm9, xmm15
;;   5a  vmaxpd xmm15, xmm9, xmm8
;;   5f  vmaxpd xmm0, xmm8, xmm9
;;   64  vpxor xmm0, xmm0, xmm15
;;   69  vpor xmm15, xmm15, xmm0
;;   6d  vsubpd xmm15, xmm15, xmm0
;;   71  vcmpunordpd xmm0, xmm0, xmm15
;;   77  vpor xmm15, xmm15, xmm0
;;   7b  vpsrlq xmm0, xmm0, 0xd
;;   80  vpandn xmm0, xmm0, xmm15
;;   85  movaps xmm8, xmm0
;;   89  test ebx, ebx
;;   8b  jne 0x20
;;   8d  ret
;;   8e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   92  jmp 0
;;   97  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vminps xmm9, xmm10, xmm8
;;   30  vminps xmm8, xmm9, xmm8
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x39
;;   26  vpxor xmm9, xmm8, [0x40]
;;   2e  test ebx, ebx
;;   30  jne 0x1b
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   39  ud2                                   ; @0x1: Interrupt
;;   40  0x8000000000000000
;;   48  0x8000000000000000
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x37
;;   26  vroundps xmm9, xmm8, 8
;;   2c  test ebx, ebx
;;   2e  jne 0x1b
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x1: Interrupt
