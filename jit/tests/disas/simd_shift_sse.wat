;;! sse41
;; Shifts, by constants and others, with two operands.
(module
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i32x4.shl (local.get 0) (i32.const 3)))
      (local.set 1 (i32x4.shl (local.get 0) (local.get 2)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i8x16.shl (local.get 0) (i32.const 3)))
      (local.set 1 (i8x16.shl (local.get 0) (local.get 2)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i8x16.shr_u (local.get 0) (i32.const 3)))
      (local.set 1 (i8x16.shr_u (local.get 0) (local.get 2)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i8x16.shr_s (local.get 0) (i32.const 3)))
      (local.set 1 (i8x16.shr_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 1 (i64x2.shr_s (local.get 0) (i32.const 3)))
      (local.set 1 (i64x2.shr_s (local.get 0) (local.get 2)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x50
;;   26  movaps xmm9, xmm8
;;   2a  pslld xmm9, 3
;;   30  mov r11d, ebx
;;   33  and r11d, 0x1f
;;   37  movd xmm15, r11d
;;   3c  movaps xmm9, xmm8
;;   40  pslld xmm9, xmm15
;;   45  test ebx, ebx
;;   47  jne 0x1b
;;   49  ret
;;   4a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4e  jmp 0
;;   50  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x7a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x80
;;   26  movaps xmm9, xmm8
;;   2a  psllw xmm9, 3
;;   30  pand xmm9, [0x90]
;;   39  mov r11d, ebx
;;   3c  and r11d, 7
;;   40  add r11d, 8
;;   44  movd xmm15, r11d
;;   49  pcmpeqd xmm0, xmm0
;;   4d  psrlw xmm0, xmm15
;;   52  movaps xmm15, xmm0
;;   56  packuswb xmm15, xmm0
;;   5b  movaps xmm9, xmm8
;;   5f  pand xmm9, xmm15
;;   64  mov r11d, ebx
;;   67  and r11d, 7
;;   6b  movd xmm15, r11d
;;   70  psllw xmm9, xmm15
;;   75  test ebx, ebx
;;   77  jne 0x1b
;;   79  ret
;;   7a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   7e  jmp 0
;;   80  ud2                                   ; @0x1: Interrupt
;;   90  0xf8f8f8f8f8f8f8f8
;;   98  0xf8f8f8f8f8f8f8f8
;; func 2
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x7a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x80
;;   26  movaps xmm9, xmm8
;;   2a  psrlw xmm9, 3
;;   30  pand xmm9, [0x90]
;;   39  mov r11d, ebx
;;   3c  and r11d, 7
;;   40  movd xmm15, r11d
;;   45  movaps xmm9, xmm8
;;   49  psrlw xmm9, xmm15
;;   4e  mov r11d, ebx
;;   51  and r11d, 7
;;   55  add r11d, 8
;;   59  movd xmm15, r11d
;;   5e  pcmpeqd xmm0, xmm0
;;   62  psrlw xmm0, xmm15
;;   67  movaps xmm15, xmm0
;;   6b  packuswb xmm15, xmm0
;;   70  pand xmm9, xmm15
;;   75  test ebx, ebx
;;   77  jne 0x1b
;;   79  ret
;;   7a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   7e  jmp 0
;;   80  ud2                                   ; @0x1: Interrupt
;;   90  0x1f1f1f1f1f1f1f1f
;;   98  0x1f1f1f1f1f1f1f1f
;; func 3
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x81
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x8a
;;   26  movaps xmm9, xmm8
;;   2a  psrlw xmm9, 3
;;   30  pand xmm9, [0x90]
;;   39  pxor xmm9, [0xa0]
;;   42  psubb xmm9, [0xa0]
;;   4b  mov r11d, ebx
;;   4e  and r11d, 7
;;   52  add r11d, 8
;;   56  movd xmm15, r11d
;;   5b  movaps xmm0, xmm8
;;   5f  punpckhbw xmm0, xmm8
;;   64  movaps xmm9, xmm8
;;   68  punpcklbw xmm9, xmm8
;;   6d  psraw xmm0, xmm15
;;   72  psraw xmm9, xmm15
;;   77  packsswb xmm9, xmm0
;;   7c  test ebx, ebx
;;   7e  jne 0x1b
;;   80  ret
;;   81  call qword ptr [r13+0x38]             ; refuse @0x0
;;   85  jmp 0
;;   8a  ud2                                   ; @0x1: Interrupt
;;   90  0x1f1f1f1f1f1f1f1f
;;   98  0x1f1f1f1f1f1f1f1f
;;   a0  0x1010101010101010
;;   a8  0x1010101010101010
;; func 4
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x72
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x78
;;   26  movaps xmm9, xmm8
;;   2a  psrlq xmm9, 3
;;   30  pxor xmm9, [0x80]
;;   39  psubq xmm9, [0x80]
;;   42  mov r11d, ebx
;;   45  and r11d, 0x3f
;;   49  movd xmm15, r11d
;;   4e  movaps xmm0, [0x90]
;;   55  movaps xmm9, xmm8
;;   59  psrlq xmm9, xmm15
;;   5e  psrlq xmm0, xmm15
;;   63  pxor xmm9, xmm0
;;   68  psubq xmm9, xmm0
;;   6d  test ebx, ebx
;;   6f  jne 0x1b
;;   71  ret
;;   72  call qword ptr [r13+0x38]             ; refuse @0x0
;;   76  jmp 0
;;   78  ud2                                   ; @0x1: Interrupt
;;   80  0x1000000000000000
;;   88  0x1000000000000000
;;   90  0x8000000000000000
;;   98  0x8000000000000000
