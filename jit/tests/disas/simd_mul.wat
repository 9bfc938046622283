;; Products of integers.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i64x2.mul (local.get 0) (local.get 1)))
      (local.set 0 (i64x2.mul (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i16x8.extmul_high_i8x16_s (local.get 0) (local.get 1)))
      (local.set 0 (i16x8.extmul_high_i8x16_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i32x4.extmul_low_i16x8_u (local.get 0) (local.get 1)))
      (local.set 0 (i32x4.extmul_low_i16x8_u (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i64x2.extmul_high_i32x4_s (local.get 0) (local.get 1)))
      (local.set 0 (i64x2.extmul_high_i32x4_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i16x8.q15mulr_sat_s (local.get 0) (local.get 1)))
      (local.set 0 (i16x8.q15mulr_sat_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x89
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x92
;;   2b  vpsrlq xmm15, xmm8, 0x20
;;   31  vpmuludq xmm15, xmm15, xmm10
;;   36  vpsrlq xmm9, xmm10, 0x20
;;   3c  vpmuludq xmm9, xmm9, xmm8
;;   41  vpaddq xmm15, xmm15, xmm9
;;   46  vpsllq xmm15, xmm15, 0x20
;;   4c  vpmuludq xmm9, xmm8, xmm10
;;   51  vpaddq xmm9, xmm9, xmm15
;;   56  vpsrlq xmm15, xmm8, 0x20
;;   5c  vpmuludq xmm15, xmm15, xmm9
;;   61  vpsrlq xmm0, xmm9, 0x20
;;   67  vpmuludq xmm0, xmm0, xmm8
;;   6c  vpaddq xmm15, xmm15, xmm0
;;   70  vpsllq xmm15, xmm15, 0x20
;;   76  vpmuludq xmm0, xmm8, xmm9
;;   7b  vpaddq xmm0, xmm0, xmm15
;;   80  movaps xmm8, xmm0
;;   84  test ebx, ebx
;;   86  jne 0x20
;;   88  ret
;;   89  call qword ptr [r13+0x38]             ; refuse @0x0
;;   8d  jmp 0
;;   92  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x70
;;   2b  vpshufd xmm9, xmm8, -0x12
;;   31  vpshufd xmm15, xmm10, -0x12
;;   37  vpmovsxbw xmm9, xmm9
;;   3c  vpmovsxbw xmm15, xmm15
;;   41  vpmullw xmm9, xmm9, xmm15
;;   46  vpshufd xmm0, xmm8, -0x12
;;   4c  vpshufd xmm15, xmm9, -0x12
;;   52  vpmovsxbw xmm0, xmm0
;;   57  vpmovsxbw xmm15, xmm15
;;   5c  vpmullw xmm0, xmm0, xmm15
;;   61  movaps xmm8, xmm0
;;   65  test ebx, ebx
;;   67  jne 0x20
;;   69  ret
;;   6a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6e  jmp 0
;;   70  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x52
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x58
;;   2b  vpmulhuw xmm15, xmm8, xmm10
;;   30  vpmullw xmm9, xmm8, xmm10
;;   35  vpunpcklwd xmm9, xmm9, xmm15
;;   3a  vpmulhuw xmm15, xmm8, xmm9
;;   3f  vpmullw xmm0, xmm8, xmm9
;;   44  vpunpcklwd xmm0, xmm0, xmm15
;;   49  movaps xmm8, xmm0
;;   4d  test ebx, ebx
;;   4f  jne 0x20
;;   51  ret
;;   52  call qword ptr [r13+0x38]             ; refuse @0x0
;;   56  jmp 0
;;   58  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x56
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x5c
;;   2b  vpshufd xmm9, xmm8, -6
;;   31  vpshufd xmm15, xmm10, -6
;;   37  vpmuldq xmm9, xmm9, xmm15
;;   3c  vpshufd xmm0, xmm8, -6
;;   42  vpshufd xmm15, xmm9, -6
;;   48  vpmuldq xmm0, xmm0, xmm15
;;   4d  movaps xmm8, xmm0
;;   51  test ebx, ebx
;;   53  jne 0x20
;;   55  ret
;;   56  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5a  jmp 0
;;   5c  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x61
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x67
;;   2b  vpmulhrsw xmm9, xmm8, xmm10
;;   30  vmovaps xmm15, [0x70]
;;   38  vpcmpeqw xmm15, xmm15, xmm9
;;   3d  vpxor xmm9, xmm9, xmm15
;;   42  vpmulhrsw xmm0, xmm8, xmm9
;;   47  vmovaps xmm15, [0x70]
;;   4f  vpcmpeqw xmm15, xmm15, xmm0
;;   53  vpxor xmm0, xmm0, xmm15
;;   58  movaps xmm8, xmm0
;;   5c  test ebx, ebx
;;   5e  jne 0x20
;;   60  ret
;;   61  call qword ptr [r13+0x38]             ; refuse @0x0
;;   65  jmp 0
;;   67  ud2                                   ; @0x1: Interrupt
;;   70  0x8000800080008000
;;   78  0x8000800080008000
