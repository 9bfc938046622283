;;! sse41
;; Comparisons of integers that are no instruction, with two operands.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i8x16.ne (local.get 0) (local.get 1)))
      (local.set 0 (i8x16.ne (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i16x8.le_s (local.get 0) (local.get 1)))
      (local.set 0 (i16x8.le_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i32x4.lt_u (local.get 0) (local.get 1)))
      (local.set 0 (i32x4.lt_u (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i64x2.gt_s (local.get 0) (local.get 1)))
      (local.set 0 (i64x2.gt_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i64x2.ge_s (local.get 0) (local.get 1)))
      (local.set 0 (i64x2.ge_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x60
;;   2b  movaps xmm9, xmm8
;;   2f  pcmpeqb xmm9, xmm10
;;   34  pcmpeqd xmm15, xmm15
;;   39  pxor xmm9, xmm15
;;   3e  movaps xmm0, xmm8
;;   42  pcmpeqb xmm0, xmm9
;;   47  pcmpeqd xmm15, xmm15
;;   4c  pxor xmm0, xmm15
;;   51  movaps xmm8, xmm0
;;   55  test ebx, ebx
;;   57  jne 0x20
;;   59  ret
;;   5a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5e  jmp 0
;;   60  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x50
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x56
;;   2b  movaps xmm9, xmm8
;;   2f  pminsw xmm9, xmm10
;;   34  pcmpeqw xmm9, xmm8
;;   39  movaps xmm0, xmm8
;;   3d  pminsw xmm0, xmm9
;;   42  pcmpeqw xmm0, xmm8
;;   47  movaps xmm8, xmm0
;;   4b  test ebx, ebx
;;   4d  jne 0x20
;;   4f  ret
;;   50  call qword ptr [r13+0x38]             ; refuse @0x0
;;   54  jmp 0
;;   56  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x66
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x6c
;;   2b  movaps xmm9, xmm8
;;   2f  pmaxud xmm9, xmm10
;;   35  pcmpeqd xmm9, xmm8
;;   3a  pcmpeqd xmm15, xmm15
;;   3f  pxor xmm9, xmm15
;;   44  movaps xmm0, xmm8
;;   48  pmaxud xmm0, xmm9
;;   4e  pcmpeqd xmm0, xmm8
;;   53  pcmpeqd xmm15, xmm15
;;   58  pxor xmm0, xmm15
;;   5d  movaps xmm8, xmm0
;;   61  test ebx, ebx
;;   63  jne 0x20
;;   65  ret
;;   66  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6a  jmp 0
;;   6c  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x89
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x92
;;   2b  movaps xmm9, xmm10
;;   2f  psubq xmm9, xmm8
;;   34  movaps xmm15, xmm8
;;   38  pcmpeqd xmm15, xmm10
;;   3d  pand xmm9, xmm15
;;   42  movaps xmm15, xmm8
;;   46  pcmpgtd xmm15, xmm10
;;   4b  por xmm9, xmm15
;;   50  pshufd xmm9, xmm9, -0xb
;;   56  movaps xmm0, xmm9
;;   5a  psubq xmm0, xmm8
;;   5f  movaps xmm15, xmm8
;;   63  pcmpeqd xmm15, xmm9
;;   68  pand xmm0, xmm15
;;   6d  movaps xmm15, xmm8
;;   71  pcmpgtd xmm15, xmm9
;;   76  por xmm0, xmm15
;;   7b  pshufd xmm0, xmm0, -0xb
;;   80  movaps xmm8, xmm0
;;   84  test ebx, ebx
;;   86  jne 0x20
;;   88  ret
;;   89  call qword ptr [r13+0x38]             ; refuse @0x0
;;   8d  jmp 0
;;   92  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x9d
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0xa6
;;   2b  movaps xmm9, xmm8
;;   2f  psubq xmm9, xmm10
;;   34  movaps xmm15, xmm10
;;   38  pcmpeqd xmm15, xmm8
;;   3d  pand xmm9, xmm15
;;   42  movaps xmm15, xmm10
;;   46  pcmpgtd xmm15, xmm8
;;   4b  por xmm9, xmm15
;;   50  pshufd xmm9, xmm9, -0xb
;;   56  pcmpeqd xmm15, xmm15
;;   5b  pxor xmm9, xmm15
;;   60  movaps xmm0, xmm8
;;   64  psubq xmm0, xmm9
;;   69  movaps xmm15, xmm9
;;   6d  pcmpeqd xmm15, xmm8
;;   72  pand xmm0, xmm15
;;   77  movaps xmm15, xmm9
;;   7b  pcmpgtd xmm15, xmm8
;;   80  por xmm0, xmm15
;;   85  pshufd xmm0, xmm0, -0xb
;;   8a  pcmpeqd xmm15, xmm15
;;   8f  pxor xmm0, xmm15
;;   94  movaps xmm8, xmm0
;;   98  test ebx, ebx
;;   9a  jne 0x20
;;   9c  ret
;;   9d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a1  jmp 0
;;   a6  ud2                                   ; @0x1: Interrupt
