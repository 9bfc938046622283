;; By a short jump.
(module
  (func (param f64 f64 i32) (result f64)
    (select (local.get 0) (local.get 1) (local.get 2)))
  (func (param f64 f64) (result f64)
    (select (local.get 0) (local.get 1) (f64.le (local.get 0) (local.get 1))))
  (func (param f64 f64) (result f64)
    (select (local.get 0) (f64.const 0) (f64.eq (local.get 0) (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  cmp dword ptr [rbp+0x10], 0
;;   12  movsd xmm0, [rbp]
;;   17  jne 0x1e
;;   19  movsd xmm0, [rbp+8]
;;   1e  movsd [rbp], xmm0
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  movsd xmm8, [rbp]
;;   14  movsd xmm9, [rbp+8]
;;   1a  ucomisd xmm9, xmm8
;;   1f  movaps xmm0, xmm8
;;   23  jae 0x29
;;   25  movaps xmm0, xmm9
;;   29  movsd [rbp], xmm0
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  movsd xmm8, [rbp]
;;   14  ucomisd xmm8, [rbp+8]
;;   1a  movaps xmm0, xmm8
;;   1e  jp 0x22
;;   20  je 0x25
;;   22  xorps xmm0, xmm0
;;   25  movsd [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
