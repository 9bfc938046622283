;; Results of operators.
(module
  (func (param f64 f64) (result f64)
    (f64.sub (f64.mul (local.get 0) (local.get 0)) (f64.mul (local.get 1) (local.get 1))))
  (func (param f64 f64) (result f64)
    (f64.sub (local.get 0) (f64.mul (local.get 1) (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  movsd xmm8, [rbp]
;;   14  vmulsd xmm0, xmm8, xmm8
;;   19  movsd xmm9, [rbp+8]
;;   1f  vmulsd xmm1, xmm9, xmm9
;;   24  subsd xmm0, xmm1
;;   28  movsd [rbp], xmm0
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  movsd xmm8, [rbp+8]
;;   14  vmulsd xmm0, xmm8, xmm8
;;   19  movsd xmm1, [rbp]
;;   1e  subsd xmm1, xmm0
;;   22  movaps xmm0, xmm1
;;   25  movsd [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
