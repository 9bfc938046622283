;; NaN and zeros take ways of their own.
(module
  (func (param f64 f64 f64 i32)
    (loop
      (local.set 2 (f64.min (local.get 0) (local.get 1)))
      (local.set 0 (f64.min (local.get 0) (local.get 2)))
      (local.set 1 (f64.min (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param f32 f32 f32 i32)
    (loop
      (local.set 2 (f32.max (local.get 0) (local.get 1)))
      (local.set 0 (f32.max (local.get 0) (local.get 2)))
      (local.set 1 (f32.max (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x9c
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0xa5
;;   2e  movaps xmm0, xmm8
;;   32  ucomisd xmm0, xmm9
;;   37  jp 0x41
;;   39  jne 0x48
;;   3b  orps xmm0, xmm9
;;   3f  jmp 0x4d
;;   41  addsd xmm0, xmm9
;;   46  jmp 0x4d
;;   48  minsd xmm0, xmm9
;;   4d  movaps xmm10, xmm0
;;   51  movaps xmm0, xmm8
;;   55  ucomisd xmm0, xmm10
;;   5a  jp 0x64
;;   5c  jne 0x6b
;;   5e  orps xmm0, xmm10
;;   62  jmp 0x70
;;   64  addsd xmm0, xmm10
;;   69  jmp 0x70
;;   6b  minsd xmm0, xmm10
;;   70  movaps xmm8, xmm0
;;   74  movaps xmm0, xmm8
;;   78  ucomisd xmm0, xmm9
;;   7d  jp 0x87
;;   7f  jne 0x8e
;;   81  orps xmm0, xmm9
;;   85  jmp 0x93
;;   87  addsd xmm0, xmm9
;;   8c  jmp 0x93
;;   8e  minsd xmm0, xmm9
;;   93  movaps xmm9, xmm0
;;   97  test ebx, ebx
;;   99  jne 0x23
;;   9b  ret
;;   9c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a0  jmp 0
;;   a5  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x99
;;    e  mov ebx, [rbp+0x18]
;;   11  movss xmm8, [rbp]
;;   17  movss xmm9, [rbp+8]
;;   1d  movss xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0xa2
;;   2e  movaps xmm0, xmm8
;;   32  ucomiss xmm0, xmm9
;;   36  jp 0x40
;;   38  jne 0x47
;;   3a  andps xmm0, xmm9
;;   3e  jmp 0x4c
;;   40  addss xmm0, xmm9
;;   45  jmp 0x4c
;;   47  maxss xmm0, xmm9
;;   4c  movaps xmm10, xmm0
;;   50  movaps xmm0, xmm8
;;   54  ucomiss xmm0, xmm10
;;   58  jp 0x62
;;   5a  jne 0x69
;;   5c  andps xmm0, xmm10
;;   60  jmp 0x6e
;;   62  addss xmm0, xmm10
;;   67  jmp 0x6e
;;   69  maxss xmm0, xmm10
;;   6e  movaps xmm8, xmm0
;;   72  movaps xmm0, xmm8
;;   76  ucomiss xmm0, xmm9
;;   7a  jp 0x84
;;   7c  jne 0x8b
;;   7e  andps xmm0, xmm9
;;   82  jmp 0x90
;;   84  addss xmm0, xmm9
;;   89  jmp 0x90
;;   8b  maxss xmm0, xmm9
;;   90  movaps xmm9, xmm0
;;   94  test ebx, ebx
;;   96  jne 0x23
;;   98  ret
;;   99  call qword ptr [r13+0x38]             ; refuse @0x0
;;   9d  jmp 0
;;   a2  ud2                                   ; @0x1: Interrupt
