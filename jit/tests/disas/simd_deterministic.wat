;; Relaxed operators of the deterministic profile.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
      (local.set 0 (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128) (result v128)
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x78]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x52
;;   2b  vmulps xmm0, xmm8, xmm10
;;   30  vaddps xmm0, xmm0, xmm9
;;   35  movaps xmm9, xmm0
;;   39  vmulpd xmm15, xmm8, xmm10
;;   3e  vsubpd xmm0, xmm9, xmm15
;;   43  movaps xmm8, xmm0
;;   47  test ebx, ebx
;;   49  jne 0x20
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   52  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4b
;;    e  movups xmm0, [rbp+0x10]
;;   12  movups xmm1, [rbp]
;;   16  vpmovsxbw xmm2, xmm1
;;   1b  vpmovsxbw xmm15, xmm0
;;   20  vpmullw xmm2, xmm2, xmm15
;;   25  vpshufd xmm3, xmm1, -0x12
;;   2a  vpmovsxbw xmm3, xmm3
;;   2f  vpshufd xmm15, xmm0, -0x12
;;   34  vpmovsxbw xmm15, xmm15
;;   39  vpmullw xmm3, xmm3, xmm15
;;   3e  vphaddw xmm2, xmm2, xmm3
;;   43  movaps xmm0, xmm2
;;   46  movups [rbp], xmm0
;;   4a  ret
;;   4b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4f  jmp 0
