;;! sse41
;; Minima, maxima and signs of floats, with two operands.
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
;;    8  ja 0x87
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x90
;;   2b  movaps xmm15, xmm10
;;   2f  minps xmm15, xmm8
;;   33  movaps xmm9, xmm8
;;   37  minps xmm9, xmm10
;;   3b  por xmm15, xmm9
;;   40  cmpunordps xmm9, xmm15
;;   45  por xmm15, xmm9
;;   4a  psrld xmm9, 0xa
;;   50  pandn xmm9, xmm15
;;   55  movaps xmm15, xmm9
;;   59  minps xmm15, xmm8
;;   5d  movaps xmm0, xmm8
;;   61  minps xmm0, xmm9
;;   65  por xmm15, xmm0
;;   6a  cmpunordps xmm0, xmm15
;;   6f  por xmm15, xmm0
;;   74  psrld xmm0, 0xa
;;   79  pandn xmm0, xmm15
;;   7e  movaps xmm8, xmm0
;;   82  test ebx, ebx
;;   84  jne 0x20
;;   86  ret
;;   87  call qword ptr [r13+0x38]             ; refuse @0x0
;;   8b  jmp 0
;;   90  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xa1
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0xaa
;;   2b  movaps xmm15, xmm10
;;   2f  maxpd xmm15, xmm8
;;   34  movaps xmm9, xmm8
;;   38  maxpd xmm9, xmm10
;;   3d  pxor xmm9, xmm15
;;   42  por xmm15, xmm9
;;   47  subpd xmm15, xmm9
;;   4c  cmpunordpd xmm9, xmm15
;;   52  por xmm15, xmm9
;;   57  psrlq xmm9, 0xd
;;   5d  pandn xmm9, xmm15
;;   62  movaps xmm15, xmm9
;;   66  maxpd xmm15, xmm8
;;   6b  movaps xmm0, xmm8
;;   6f  maxpd xmm0, xmm9
;;   74  pxor xmm0, xmm15
;;   79  por xmm15, xmm0
;;   7e  subpd xmm15, xmm0
;;   83  cmpunordpd xmm0, xmm15
;;   89  por xmm15, xmm0
;;   8e  psrlq xmm0, 0xd
;;   93  pandn xmm0, xmm15
;;   98  movaps xmm8, xmm0
;;   9c  test ebx, ebx
;;   9e  jne 0x20
;;   a0  ret
;;   a1  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a5  jmp 0
;;   aa  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x44
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x4a
;;   2b  movaps xmm9, xmm10
;;   2f  minps xmm9, xmm8
;;   33  movaps xmm0, xmm9
;;   37  minps xmm0, xmm8
;;   3b  movaps xmm8, xmm0
;;   3f  test ebx, ebx
;;   41  jne 0x20
;;   43  ret
;;   44  call qword ptr [r13+0x38]             ; refuse @0x0
;;   48  jmp 0
;;   4a  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3e
;;   26  movaps xmm9, xmm8
;;   2a  pxor xmm9, [0x50]
;;   33  test ebx, ebx
;;   35  jne 0x1b
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;;   3e  ud2                                   ; @0x1: Interrupt
;;   50  0x8000000000000000
;;   58  0x8000000000000000
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x38
;;   26  roundps xmm9, xmm8, 8
;;   2d  test ebx, ebx
;;   2f  jne 0x1b
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;;   38  ud2                                   ; @0x1: Interrupt
