;;! sse41
;; Products of integers, with two operands.
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
;;    8  ja 0xa1
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0xaa
;;   2b  movaps xmm15, xmm8
;;   2f  psrlq xmm15, 0x20
;;   35  pmuludq xmm15, xmm10
;;   3a  movaps xmm9, xmm10
;;   3e  psrlq xmm9, 0x20
;;   44  pmuludq xmm9, xmm8
;;   49  paddq xmm15, xmm9
;;   4e  psllq xmm15, 0x20
;;   54  movaps xmm9, xmm8
;;   58  pmuludq xmm9, xmm10
;;   5d  paddq xmm9, xmm15
;;   62  movaps xmm15, xmm8
;;   66  psrlq xmm15, 0x20
;;   6c  pmuludq xmm15, xmm9
;;   71  movaps xmm0, xmm9
;;   75  psrlq xmm0, 0x20
;;   7a  pmuludq xmm0, xmm8
;;   7f  paddq xmm15, xmm0
;;   84  psllq xmm15, 0x20
;;   8a  movaps xmm0, xmm8
;;   8e  pmuludq xmm0, xmm9
;;   93  paddq xmm0, xmm15
;;   98  movaps xmm8, xmm0
;;   9c  test ebx, ebx
;;   9e  jne 0x20
;;   a0  ret
;;   a1  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a5  jmp 0
;;   aa  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6d
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x73
;;   2b  pshufd xmm9, xmm8, -0x12
;;   31  pshufd xmm15, xmm10, -0x12
;;   37  pmovsxbw xmm9, xmm9
;;   3d  pmovsxbw xmm15, xmm15
;;   43  pmullw xmm9, xmm15
;;   48  pshufd xmm0, xmm8, -0x12
;;   4e  pshufd xmm15, xmm9, -0x12
;;   54  pmovsxbw xmm0, xmm0
;;   59  pmovsxbw xmm15, xmm15
;;   5f  pmullw xmm0, xmm15
;;   64  movaps xmm8, xmm0
;;   68  test ebx, ebx
;;   6a  jne 0x20
;;   6c  ret
;;   6d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   71  jmp 0
;;   73  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x62
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x68
;;   2b  movaps xmm15, xmm8
;;   2f  pmulhuw xmm15, xmm10
;;   34  movaps xmm9, xmm8
;;   38  pmullw xmm9, xmm10
;;   3d  punpcklwd xmm9, xmm15
;;   42  movaps xmm15, xmm8
;;   46  pmulhuw xmm15, xmm9
;;   4b  movaps xmm0, xmm8
;;   4f  pmullw xmm0, xmm9
;;   54  punpcklwd xmm0, xmm15
;;   59  movaps xmm8, xmm0
;;   5d  test ebx, ebx
;;   5f  jne 0x20
;;   61  ret
;;   62  call qword ptr [r13+0x38]             ; refuse @0x0
;;   66  jmp 0
;;   68  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x58
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x5e
;;   2b  pshufd xmm9, xmm8, -6
;;   31  pshufd xmm15, xmm10, -6
;;   37  pmuldq xmm9, xmm15
;;   3d  pshufd xmm0, xmm8, -6
;;   43  pshufd xmm15, xmm9, -6
;;   49  pmuldq xmm0, xmm15
;;   4f  movaps xmm8, xmm0
;;   53  test ebx, ebx
;;   55  jne 0x20
;;   57  ret
;;   58  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5c  jmp 0
;;   5e  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x72
;;   2b  movaps xmm9, xmm8
;;   2f  pmulhrsw xmm9, xmm10
;;   35  movaps xmm15, [0x80]
;;   3d  pcmpeqw xmm15, xmm9
;;   42  pxor xmm9, xmm15
;;   47  movaps xmm0, xmm8
;;   4b  pmulhrsw xmm0, xmm9
;;   51  movaps xmm15, [0x80]
;;   59  pcmpeqw xmm15, xmm0
;;   5e  pxor xmm0, xmm15
;;   63  movaps xmm8, xmm0
;;   67  test ebx, ebx
;;   69  jne 0x20
;;   6b  ret
;;   6c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   70  jmp 0
;;   72  ud2                                   ; @0x1: Interrupt
;;   80  0x8000800080008000
;;   88  0x8000800080008000
