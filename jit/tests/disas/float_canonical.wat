;;! canonical
;; NaNs that an operation makes are made canonical; others are kept.
(module
  (func (param f32 f32) (result f32)
    (f32.neg (f32.div (local.get 0) (local.get 1))))
  (func (param f32) (result f64)
    (f64.promote_f32 (local.get 0)))
  (func (param f64) (result f64)
    (f64.sqrt (f64.nearest (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  movss xmm0, [rbp]
;;   13  divss xmm0, [rbp+8]
;;   18  ucomiss xmm0, xmm0
;;   1b  jnp 0x25
;;   1d  movss xmm0, [0x40]
;;   25  movss xmm15, [0x48]
;;   2e  xorps xmm0, xmm15
;;   32  movss [rbp], xmm0
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;;   40  0x000000007fc00000
;;   48  0x0000000080000000
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  movss xmm0, [rbp]
;;   13  cvtss2sd xmm0, xmm0
;;   17  ucomisd xmm0, xmm0
;;   1b  jnp 0x25
;;   1d  movsd xmm0, [0x38]
;;   25  movsd [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
;;   38  0x7ff8000000000000
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  movsd xmm0, [rbp]
;;   13  roundsd xmm0, xmm0, 8
;;   19  ucomisd xmm0, xmm0
;;   1d  jnp 0x27
;;   1f  movsd xmm0, [0x48]
;;   27  sqrtsd xmm0, xmm0
;;   2b  ucomisd xmm0, xmm0
;;   2f  jnp 0x39
;;   31  movsd xmm0, [0x48]
;;   39  movsd [rbp], xmm0
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;;   48  0x7ff8000000000000
