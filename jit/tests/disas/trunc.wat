;; What does not fit, or is NaN, is found behind the code.
(module
  (func (param f64 i32 i32)
    (loop
      (local.set 1 (i32.trunc_f64_s (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param f64 i32 i32)
    (loop
      (local.set 1 (i32.trunc_f64_u (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param f32 i64 i32)
    (loop
      (local.set 1 (i64.trunc_f32_u (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp+0x10]
;;   14  movsd xmm8, [rbp]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x3e
;;   25  cvttsd2si ebx, xmm8
;;   2a  cmp ebx, 1
;;   2d  jo 0x41
;;   33  test esi, esi
;;   35  jne 0x1a
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;;   3e  ud2                                   ; @0x1: Interrupt
;;   41  ucomisd xmm8, xmm8
;;   46  jnp 0x4b
;;   48  ud2                                   ; @0x5: BadConversionToInteger
;;   4b  movsd xmm15, [0x78]
;;   54  ucomisd xmm8, xmm15
;;   59  jb 0x5e
;;   5b  ud2                                   ; @0x5: IntegerOverflow
;;   5e  movsd xmm15, [0x80]
;;   67  ucomisd xmm8, xmm15
;;   6c  ja 0x71
;;   6e  ud2                                   ; @0x5: IntegerOverflow
;;   71  jmp 0x33
;;   78  0x41e0000000000000
;;   80  0xc1e0000000200000
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp+0x10]
;;   14  movsd xmm8, [rbp]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x42
;;   25  cvttsd2si rbx, xmm8
;;   2a  mov r11, rbx
;;   2d  shr r11, 0x20
;;   31  jne 0x45
;;   37  test esi, esi
;;   39  jne 0x1a
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
;;   45  ucomisd xmm8, xmm8
;;   4a  jnp 0x4f
;;   4c  ud2                                   ; @0x5: BadConversionToInteger
;;   4f  movsd xmm15, [0x80]
;;   58  ucomisd xmm8, xmm15
;;   5d  jb 0x62
;;   5f  ud2                                   ; @0x5: IntegerOverflow
;;   62  movsd xmm15, [0x88]
;;   6b  ucomisd xmm8, xmm15
;;   70  ja 0x75
;;   72  ud2                                   ; @0x5: IntegerOverflow
;;   75  jmp 0x37
;;   80  0x41f0000000000000
;;   88  0xbff0000000000000
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x39
;;    e  mov rbx, [rbp+8]
;;   12  mov esi, [rbp+0x10]
;;   15  movss xmm8, [rbp]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x3f
;;   26  cvttss2si rbx, xmm8
;;   2b  test rbx, rbx
;;   2e  js 0x42
;;   34  test esi, esi
;;   36  jne 0x1b
;;   38  ret
;;   39  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3d  jmp 0
;;   3f  ud2                                   ; @0x1: Interrupt
;;   42  ucomiss xmm8, xmm8
;;   46  jnp 0x4b
;;   48  ud2                                   ; @0x5: BadConversionToInteger
;;   4b  movss xmm15, [0xa8]
;;   54  ucomiss xmm8, xmm15
;;   58  jb 0x5d
;;   5a  ud2                                   ; @0x5: IntegerOverflow
;;   5d  movss xmm15, [0xb0]
;;   66  ucomiss xmm8, xmm15
;;   6a  jb 0x8b
;;   6c  subss xmm15, xmm8
;;   71  cvttss2si rbx, xmm15
;;   76  neg rbx
;;   79  mov r11, -0x8000000000000000
;;   83  add rbx, r11
;;   86  jmp 0x34
;;   8b  movss xmm15, [0xb8]
;;   94  ucomiss xmm8, xmm15
;;   98  ja 0x9d
;;   9a  ud2                                   ; @0x5: IntegerOverflow
;;   9d  jmp 0x34
;;   a8  0x000000005f800000
;;   b0  0x000000005f000000
;;   b8  0x00000000bf800000
