;; Comparisons of integers that are no instruction.
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
;;    8  ja 0x52
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x58
;;   2b  vpcmpeqb xmm9, xmm8, xmm10
;;   30  vpcmpeqd xmm15, xmm15, xmm15
;;   35  vpxor xmm9, xmm9, xmm15
;;   3a  vpcmpeqb xmm0, xmm8, xmm9
;;   3f  vpcmpeqd xmm15, xmm15, xmm15
;;   44  vpxor xmm0, xmm0, xmm15
;;   49  movaps xmm8, xmm0
;;   4d  test ebx, ebx
;;   4f  jne 0x20
;;   51  ret
;;   52  call qword ptr [r13+0x38]             ; refuse @0x0
;;   56  jmp 0
;;   58  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x48
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x4e
;;   2b  vpminsw xmm9, xmm8, xmm10
;;   30  vpcmpeqw xmm9, xmm9, xmm8
;;   35  vpminsw xmm0, xmm8, xmm9
;;   3a  vpcmpeqw xmm0, xmm0, xmm8
;;   3f  movaps xmm8, xmm0
;;   43  test ebx, ebx
;;   45  jne 0x20
;;   47  ret
;;   48  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4c  jmp 0
;;   4e  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x62
;;   2b  vpmaxud xmm9, xmm8, xmm10
;;   30  vpcmpeqd xmm9, xmm9, xmm8
;;   35  vpcmpeqd xmm15, xmm15, xmm15
;;   3a  vpxor xmm9, xmm9, xmm15
;;   3f  vpmaxud xmm0, xmm8, xmm9
;;   44  vpcmpeqd xmm0, xmm0, xmm8
;;   49  vpcmpeqd xmm15, xmm15, xmm15
;;   4e  vpxor xmm0, xmm0, xmm15
;;   53  movaps xmm8, xmm0
;;   57  test ebx, ebx
;;   59  jne 0x20
;;   5b  ret
;;   5c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   60  jmp 0
;;   62  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vpcmpgtq xmm9, xmm8, xmm10
;;   30  vpcmpgtq xmm8, xmm8, xmm9
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x52
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x58
;;   2b  vpcmpgtq xmm9, xmm10, xmm8
;;   30  vpcmpeqd xmm15, xmm15, xmm15
;;   35  vpxor xmm9, xmm9, xmm15
;;   3a  vpcmpgtq xmm0, xmm9, xmm8
;;   3f  vpcmpeqd xmm15, xmm15, xmm15
;;   44  vpxor xmm0, xmm0, xmm15
;;   49  movaps xmm8, xmm0
;;   4d  test ebx, ebx
;;   4f  jne 0x20
;;   51  ret
;;   52  call qword ptr [r13+0x38]             ; refuse @0x0
;;   56  jmp 0
;;   58  ud2                                   ; @0x1: Interrupt
