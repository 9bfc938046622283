;; NaN and zeros take ways of their own.
(module
  (func (param f64 f64) (result f64)
    (f64.min (local.get 0) (local.get 1)))
  (func (param f32 f32) (result f32)
    (f32.max (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  movsd xmm0, [rbp+8]
;;   13  movsd xmm1, [rbp]
;;   18  ucomisd xmm1, xmm0
;;   1c  jp 0x25
;;   1e  jne 0x2b
;;   20  orps xmm1, xmm0
;;   23  jmp 0x2f
;;   25  addsd xmm1, xmm0
;;   29  jmp 0x2f
;;   2b  minsd xmm1, xmm0
;;   2f  movaps xmm0, xmm1
;;   32  movsd [rbp], xmm0
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  movss xmm0, [rbp+8]
;;   13  movss xmm1, [rbp]
;;   18  ucomiss xmm1, xmm0
;;   1b  jp 0x24
;;   1d  jne 0x2a
;;   1f  andps xmm1, xmm0
;;   22  jmp 0x2e
;;   24  addss xmm1, xmm0
;;   28  jmp 0x2e
;;   2a  maxss xmm1, xmm0
;;   2e  movaps xmm0, xmm1
;;   31  movss [rbp], xmm0
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
