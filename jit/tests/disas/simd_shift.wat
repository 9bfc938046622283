;; Shifts, by constants and others.
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
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x48
;;   26  vpslld xmm9, xmm8, 3
;;   2c  mov r11d, ebx
;;   2f  and r11d, 0x1f
;;   33  vmovd xmm15, r11d
;;   38  vpslld xmm9, xmm8, xmm15
;;   3d  test ebx, ebx
;;   3f  jne 0x1b
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6c
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x72
;;   26  vpsllw xmm9, xmm8, 3
;;   2c  vpand xmm9, xmm9, [0x80]
;;   34  mov r11d, ebx
;;   37  and r11d, 7
;;   3b  add r11d, 8
;;   3f  vmovd xmm15, r11d
;;   44  vpcmpeqd xmm0, xmm0, xmm0
;;   48  vpsrlw xmm0, xmm0, xmm15
;;   4d  vpackuswb xmm15, xmm0, xmm0
;;   51  vpand xmm9, xmm8, xmm15
;;   56  mov r11d, ebx
;;   59  and r11d, 7
;;   5d  vmovd xmm15, r11d
;;   62  vpsllw xmm9, xmm9, xmm15
;;   67  test ebx, ebx
;;   69  jne 0x1b
;;   6b  ret
;;   6c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   70  jmp 0
;;   72  ud2                                   ; @0x1: Interrupt
;;   80  0xf8f8f8f8f8f8f8f8
;;   88  0xf8f8f8f8f8f8f8f8
;; func 2
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x6c
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x72
;;   26  vpsrlw xmm9, xmm8, 3
;;   2c  vpand xmm9, xmm9, [0x80]
;;   34  mov r11d, ebx
;;   37  and r11d, 7
;;   3b  vmovd xmm15, r11d
;;   40  vpsrlw xmm9, xmm8, xmm15
;;   45  mov r11d, ebx
;;   48  and r11d, 7
;;   4c  add r11d, 8
;;   50  vmovd xmm15, r11d
;;   55  vpcmpeqd xmm0, xmm0, xmm0
;;   59  vpsrlw xmm0, xmm0, xmm15
;;   5e  vpackuswb xmm15, xmm0, xmm0
;;   62  vpand xmm9, xmm9, xmm15
;;   67  test ebx, ebx
;;   69  jne 0x1b
;;   6b  ret
;;   6c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   70  jmp 0
;;   72  ud2                                   ; @0x1: Interrupt
;;   80  0x1f1f1f1f1f1f1f1f
;;   88  0x1f1f1f1f1f1f1f1f
;; func 3
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x71
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x77
;;   26  vpsrlw xmm9, xmm8, 3
;;   2c  vpand xmm9, xmm9, [0x80]
;;   34  vpxor xmm9, xmm9, [0x90]
;;   3c  vpsubb xmm9, xmm9, [0x90]
;;   44  mov r11d, ebx
;;   47  and r11d, 7
;;   4b  add r11d, 8
;;   4f  vmovd xmm15, r11d
;;   54  vpunpckhbw xmm0, xmm8, xmm8
;;   59  vpunpcklbw xmm9, xmm8, xmm8
;;   5e  vpsraw xmm0, xmm0, xmm15
;;   63  vpsraw xmm9, xmm9, xmm15
;;   68  vpacksswb xmm9, xmm9, xmm0
;;   6c  test ebx, ebx
;;   6e  jne 0x1b
;;   70  ret
;;   71  call qword ptr [r13+0x38]             ; refuse @0x0
;;   75  jmp 0
;;   77  ud2                                   ; @0x1: Interrupt
;;   80  0x1f1f1f1f1f1f1f1f
;;   88  0x1f1f1f1f1f1f1f1f
;;   90  0x1010101010101010
;;   98  0x1010101010101010
;; func 4
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x67
;;    e  mov ebx, [rbp+0x20]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x6d
;;   26  vpsrlq xmm9, xmm8, 3
;;   2c  vpxor xmm9, xmm9, [0x70]
;;   34  vpsubq xmm9, xmm9, [0x70]
;;   3c  mov r11d, ebx
;;   3f  and r11d, 0x3f
;;   43  vmovd xmm15, r11d
;;   48  vmovaps xmm0, [0x80]
;;   50  vpsrlq xmm9, xmm8, xmm15
;;   55  vpsrlq xmm0, xmm0, xmm15
;;   5a  vpxor xmm9, xmm9, xmm0
;;   5e  vpsubq xmm9, xmm9, xmm0
;;   62  test ebx, ebx
;;   64  jne 0x1b
;;   66  ret
;;   67  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6b  jmp 0
;;   6d  ud2                                   ; @0x1: Interrupt
;;   70  0x1000000000000000
;;   78  0x1000000000000000
;;   80  0x8000000000000000
;;   88  0x8000000000000000
