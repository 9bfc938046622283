;;! canonical
;; NaNs of vectors are made canonical.
(module
  (func (param v128 v128) (result v128)
    (f32x4.add (local.get 0) (local.get 1)))
  (func (param v128 v128) (result v128)
    (f64x2.pmin (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  movups xmm0, [rbp]
;;   12  vaddps xmm0, xmm0, [rbp+0x10]
;;   17  vcmpunordps xmm15, xmm0, xmm0
;;   1c  vpandn xmm15, xmm15, xmm0
;;   20  vcmpunordps xmm0, xmm0, xmm0
;;   25  vpand xmm0, xmm0, [0x40]
;;   2d  vpor xmm0, xmm0, xmm15
;;   32  movups [rbp], xmm0
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   40  0x7fc000007fc00000
;;   48  0x7fc000007fc00000
;; func 1
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  movups xmm0, [rbp+0x10]
;;   12  vminpd xmm0, xmm0, [rbp]
;;   17  movups [rbp], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
