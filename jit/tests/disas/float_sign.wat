;; Masks of bits.
(module
  (func (param f64) (result f64)
    (f64.abs (local.get 0)))
  (func (param f32) (result f32)
    (f32.neg (local.get 0)))
  (func (param f64 f64) (result f64)
    (f64.copysign (local.get 0) (local.get 1)))
  (func (result f64)
    (f64.neg (f64.const 1))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  movsd xmm0, [rbp]
;;   13  movsd xmm15, [0x30]
;;   1c  andps xmm0, xmm15
;;   20  movsd [rbp], xmm0
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;;   30  0x7fffffffffffffff
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  movss xmm0, [rbp]
;;   13  movss xmm15, [0x30]
;;   1c  xorps xmm0, xmm15
;;   20  movss [rbp], xmm0
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;;   30  0x0000000080000000
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x39
;;    e  movsd xmm0, [rbp+8]
;;   13  movsd xmm1, [rbp]
;;   18  movsd xmm15, [0x40]
;;   21  andps xmm0, xmm15
;;   25  andnps xmm15, xmm1
;;   29  movaps xmm1, xmm15
;;   2d  orps xmm1, xmm0
;;   30  movaps xmm0, xmm1
;;   33  movsd [rbp], xmm0
;;   38  ret
;;   39  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3d  jmp 0
;;   40  0x8000000000000000
;; func 3
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  movsd xmm0, [0x28]
;;   16  movsd [rbp], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;;   28  0xbff0000000000000
