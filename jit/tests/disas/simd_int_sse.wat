;;! sse41
;; Integer operators that are several instructions, with two operands.
(module
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i8x16.neg (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (v128.not (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i64x2.abs (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i8x16.popcnt (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.extend_high_i16x8_u (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.extadd_pairwise_i16x8_u (local.get 0)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3b
;;   26  pxor xmm9, xmm9
;;   2b  psubb xmm9, xmm8
;;   30  test ebx, ebx
;;   32  jne 0x1b
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x39
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3f
;;   26  pcmpeqd xmm15, xmm15
;;   2b  movaps xmm9, xmm8
;;   2f  pxor xmm9, xmm15
;;   34  test ebx, ebx
;;   36  jne 0x1b
;;   38  ret
;;   39  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3d  jmp 0
;;   3f  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x45
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x4b
;;   26  pshufd xmm15, xmm8, -0xb
;;   2c  psrad xmm15, 0x1f
;;   32  movaps xmm9, xmm8
;;   36  pxor xmm9, xmm15
;;   3b  psubq xmm9, xmm15
;;   40  test ebx, ebx
;;   42  jne 0x1b
;;   44  ret
;;   45  call qword ptr [r13+0x38]             ; refuse @0x0
;;   49  jmp 0
;;   4b  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x70
;;   26  movaps xmm0, xmm8
;;   2a  pand xmm0, [0x80]
;;   32  movaps xmm15, xmm8
;;   36  psrlw xmm15, 4
;;   3c  pand xmm15, [0x80]
;;   45  movaps xmm9, [0x90]
;;   4d  pshufb xmm9, xmm0
;;   53  movaps xmm0, [0x90]
;;   5a  pshufb xmm0, xmm15
;;   60  paddb xmm9, xmm0
;;   65  test ebx, ebx
;;   67  jne 0x1b
;;   69  ret
;;   6a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6e  jmp 0
;;   70  ud2                                   ; @0x1: Interrupt
;;   80  0x0f0f0f0f0f0f0f0f
;;   88  0x0f0f0f0f0f0f0f0f
;;   90  0x0302020102010100
;;   98  0x0403030203020201
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3d
;;   26  pshufd xmm9, xmm8, -0x12
;;   2c  pmovzxwd xmm9, xmm9
;;   32  test ebx, ebx
;;   34  jne 0x1b
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   3d  ud2                                   ; @0x1: Interrupt
;; func 5
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x50
;;   26  movaps xmm9, xmm8
;;   2a  pxor xmm9, [0x60]
;;   33  pmaddwd xmm9, [0x70]
;;   3c  paddd xmm9, [0x80]
;;   45  test ebx, ebx
;;   47  jne 0x1b
;;   49  ret
;;   4a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4e  jmp 0
;;   50  ud2                                   ; @0x1: Interrupt
;;   60  0x8000800080008000
;;   68  0x8000800080008000
;;   70  0x0001000100010001
;;   78  0x0001000100010001
;;   80  0x0001000000010000
;;   88  0x0001000000010000
