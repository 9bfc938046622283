;; What does not fit, or is NaN, is found behind the code.
(module
  (func (param f64) (result i32)
    (i32.trunc_f64_s (local.get 0)))
  (func (param f64) (result i32)
    (i32.trunc_f64_u (local.get 0)))
  (func (param f32) (result i64)
    (i64.trunc_f32_u (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movsd xmm0, [rbp]
;;   13  cvttsd2si eax, xmm0
;;   17  cmp eax, 1
;;   1a  jo 0x2b
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;;   2b  ucomisd xmm0, xmm0
;;   2f  jnp 0x34
;;   31  ud2                                   ; @0x3: BadConversionToInteger
;;   34  movsd xmm15, [0x60]
;;   3d  ucomisd xmm0, xmm15
;;   42  jb 0x47
;;   44  ud2                                   ; @0x3: IntegerOverflow
;;   47  movsd xmm15, [0x68]
;;   50  ucomisd xmm0, xmm15
;;   55  ja 0x5a
;;   57  ud2                                   ; @0x3: IntegerOverflow
;;   5a  jmp 0x20
;;   60  0x41e0000000000000
;;   68  0xc1e0000000200000
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  movsd xmm0, [rbp]
;;   13  cvttsd2si rax, xmm0
;;   18  mov r11, rax
;;   1b  shr r11, 0x20
;;   1f  jne 0x30
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
;;   30  ucomisd xmm0, xmm0
;;   34  jnp 0x39
;;   36  ud2                                   ; @0x3: BadConversionToInteger
;;   39  movsd xmm15, [0x68]
;;   42  ucomisd xmm0, xmm15
;;   47  jb 0x4c
;;   49  ud2                                   ; @0x3: IntegerOverflow
;;   4c  movsd xmm15, [0x70]
;;   55  ucomisd xmm0, xmm15
;;   5a  ja 0x5f
;;   5c  ud2                                   ; @0x3: IntegerOverflow
;;   5f  jmp 0x25
;;   68  0x41f0000000000000
;;   70  0xbff0000000000000
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  movss xmm0, [rbp]
;;   13  cvttss2si rax, xmm0
;;   18  test rax, rax
;;   1b  js 0x2c
;;   21  mov [rbp], rax
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;;   2c  ucomiss xmm0, xmm0
;;   2f  jnp 0x34
;;   31  ud2                                   ; @0x3: BadConversionToInteger
;;   34  movss xmm15, [0x90]
;;   3d  ucomiss xmm0, xmm15
;;   41  jb 0x46
;;   43  ud2                                   ; @0x3: IntegerOverflow
;;   46  movss xmm15, [0x98]
;;   4f  ucomiss xmm0, xmm15
;;   53  jb 0x74
;;   55  subss xmm15, xmm0
;;   5a  cvttss2si rax, xmm15
;;   5f  neg rax
;;   62  mov r11, 0x8000000000000000
;;   6c  add rax, r11
;;   6f  jmp 0x21
;;   74  movss xmm15, [0xa0]
;;   7d  ucomiss xmm0, xmm15
;;   81  ja 0x86
;;   83  ud2                                   ; @0x3: IntegerOverflow
;;   86  jmp 0x21
;;   90  0x000000005f800000
;;   98  0x000000005f000000
;;   a0  0x00000000bf800000
