;; `x < y ? x : y` is one instruction, of a constant too, and whichever way it is written; not where a local has
;; changed, or where equal operands are told apart.
(module
  (func (param f64 f64) (result f64)
    (select (local.get 0) (local.get 1) (f64.lt (local.get 0) (local.get 1))))
  (func (param f64) (result f64)
    (select (f64.const 1) (local.get 0) (f64.lt (local.get 0) (f64.const 1))))
  (func (param f32 f32) (result f32)
    (select (local.get 1) (local.get 0) (f32.gt (local.get 0) (local.get 1))))
  (func (param f64 f64) (result f64)
    (select (local.get 0) (local.get 1) (f64.le (local.get 0) (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  movsd xmm9, [rbp+8]
;;   14  movsd xmm0, [rbp]
;;   19  minsd xmm0, xmm9
;;   1e  movsd [rbp], xmm0
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movsd xmm8, [rbp]
;;   14  movsd xmm0, [0x30]
;;   1c  maxsd xmm0, xmm8
;;   21  movsd [rbp], xmm0
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   30  0x3ff0000000000000
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  movss xmm8, [rbp]
;;   14  movss xmm0, [rbp+8]
;;   19  minss xmm0, xmm8
;;   1e  movss [rbp], xmm0
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;; func 3
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
