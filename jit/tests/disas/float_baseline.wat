;;! baseline-cpu
;; Without AVX a copy is changed.
(module
  (func (param f64 f64) (result f64)
    (f64.sub (local.get 0) (local.get 1)))
  (func (param f64 f64)
    (local.set 0 (f64.add (local.get 0) (local.get 1))) (local.set 1 (f64.sub (local.get 0) (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  movsd xmm0, [rbp]
;;   13  subsd xmm0, [rbp+8]
;;   18  movsd [rbp], xmm0
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2d
;;    e  movsd xmm9, [rbp+8]
;;   14  movsd xmm8, [rbp]
;;   1a  addsd xmm8, xmm9
;;   1f  movaps xmm0, xmm8
;;   23  subsd xmm0, xmm9
;;   28  movaps xmm9, xmm0
;;   2c  ret
;;   2d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   31  jmp 0
