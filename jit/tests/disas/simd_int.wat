;; Integer operators that are several instructions.
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
;;   26  vpxor xmm9, xmm9, xmm9
;;   2b  vpsubb xmm9, xmm9, xmm8
;;   30  test ebx, ebx
;;   32  jne 0x1b
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3b
;;   26  vpcmpeqd xmm15, xmm15, xmm15
;;   2b  vpxor xmm9, xmm8, xmm15
;;   30  test ebx, ebx
;;   32  jne 0x1b
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x41
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x47
;;   26  vpshufd xmm15, xmm8, -0xb
;;   2c  vpsrad xmm15, xmm15, 0x1f
;;   32  vpxor xmm9, xmm8, xmm15
;;   37  vpsubq xmm9, xmm9, xmm15
;;   3c  test ebx, ebx
;;   3e  jne 0x1b
;;   40  ret
;;   41  call qword ptr [r13+0x38]             ; refuse @0x0
;;   45  jmp 0
;;   47  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5f
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x65
;;   26  vpand xmm0, xmm8, [0x70]
;;   2e  vpsrlw xmm15, xmm8, 4
;;   34  vpand xmm15, xmm15, [0x70]
;;   3c  vmovaps xmm9, [0x80]
;;   44  vpshufb xmm9, xmm9, xmm0
;;   49  vmovaps xmm0, [0x80]
;;   51  vpshufb xmm0, xmm0, xmm15
;;   56  vpaddb xmm9, xmm9, xmm0
;;   5a  test ebx, ebx
;;   5c  jne 0x1b
;;   5e  ret
;;   5f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   63  jmp 0
;;   65  ud2                                   ; @0x1: Interrupt
;;   70  0x0f0f0f0f0f0f0f0f
;;   78  0x0f0f0f0f0f0f0f0f
;;   80  0x0302020102010100
;;   88  0x0403030203020201
;; func 4
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x36
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3c
;;   26  vpshufd xmm9, xmm8, -0x12
;;   2c  vpmovzxwd xmm9, xmm9
;;   31  test ebx, ebx
;;   33  jne 0x1b
;;   35  ret
;;   36  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3a  jmp 0
;;   3c  ud2                                   ; @0x1: Interrupt
;; func 5
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x43
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x49
;;   26  vpxor xmm9, xmm8, [0x50]
;;   2e  vpmaddwd xmm9, xmm9, [0x60]
;;   36  vpaddd xmm9, xmm9, [0x70]
;;   3e  test ebx, ebx
;;   40  jne 0x1b
;;   42  ret
;;   43  call qword ptr [r13+0x38]             ; refuse @0x0
;;   47  jmp 0
;;   49  ud2                                   ; @0x1: Interrupt
;;   50  0x8000800080008000
;;   58  0x8000800080008000
;;   60  0x0001000100010001
;;   68  0x0001000100010001
;;   70  0x0001000000010000
;;   78  0x0001000000010000
