;;! sse41
;; Shuffles that are one instruction, and those that are not, with two operands.
(module
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 0 1 18 19 4 5 22 23 8 9 26 27 12 13 30 31 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128 v128 i32)
    (loop
      (local.set 0 (i8x16.shuffle 0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (func (param v128) (result v128)
    (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get 0) (v128.const i64x2 0 0)))
  (func (param v128) (result v128)
    (i8x16.swizzle (local.get 0) (v128.const i8x16 1 0 3 2 5 4 7 6 9 8 11 10 13 12 15 14)))
  (func (param v128 v128) (result v128)
    (i8x16.swizzle (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x37
;;   26  pshufd xmm8, xmm8, -0x4f
;;   2c  test ebx, ebx
;;   2e  jne 0x1b
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x36
;;   26  punpcklbw xmm8, xmm9
;;   2b  test ebx, ebx
;;   2d  jne 0x1b
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;;   36  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x40
;;   26  movaps xmm0, xmm9
;;   2a  palignr xmm0, xmm8, 5
;;   31  movaps xmm8, xmm0
;;   35  test ebx, ebx
;;   37  jne 0x1b
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x36
;;   26  shufps xmm8, xmm9, -0x78
;;   2b  test ebx, ebx
;;   2d  jne 0x1b
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;;   36  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x38
;;   26  pblendw xmm8, xmm9, -0x56
;;   2d  test ebx, ebx
;;   2f  jne 0x1b
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;;   38  ud2                                   ; @0x1: Interrupt
;; func 5
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3b
;;   26  pshufb xmm8, [0x40]
;;   30  test ebx, ebx
;;   32  jne 0x1b
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;;   40  0x0405060700010203
;;   48  0x0c0d0e0f08090a0b
;; func 6
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3b
;;   26  pshufb xmm8, [0x40]
;;   30  test ebx, ebx
;;   32  jne 0x1b
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;;   40  0x0000000000000000
;;   48  0x0000000000000000
;; func 7
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4f
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x55
;;   26  movaps xmm15, xmm9
;;   2a  pshufb xmm15, [0x60]
;;   34  movaps xmm0, xmm8
;;   38  pshufb xmm0, [0x70]
;;   41  por xmm0, xmm15
;;   46  movaps xmm8, xmm0
;;   4a  test ebx, ebx
;;   4c  jne 0x1b
;;   4e  ret
;;   4f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   53  jmp 0
;;   55  ud2                                   ; @0x1: Interrupt
;;   60  0x8080808080808080
;;   68  0x0e0c0a0806040200
;;   70  0x0e0c0a0806040200
;;   78  0x8080808080808080
;; func 8
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  movups xmm0, [rbp]
;;   12  pmovzxbw xmm0, xmm0
;;   17  movups [rbp], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;; func 9
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  movups xmm0, [rbp]
;;   12  pshufb xmm0, [0x30]
;;   1b  movups [rbp], xmm0
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;;   30  0x0607040502030001
;;   38  0x0e0f0c0d0a0b0809
;; func 10
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  movups xmm0, [rbp+0x10]
;;   12  movups xmm1, [rbp]
;;   16  movaps xmm15, xmm0
;;   1a  paddusb xmm15, [0x40]
;;   23  movaps xmm2, xmm1
;;   26  pshufb xmm2, xmm15
;;   2c  movaps xmm0, xmm2
;;   2f  movups [rbp], xmm0
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;;   40  0x7070707070707070
;;   48  0x7070707070707070
