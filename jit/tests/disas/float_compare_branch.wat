;; The flags are tested as they are, parity first for equality.
(module
  (func (param f64 f64)
    (block
      (br_if 0 (f64.eq (local.get 0) (local.get 1)))
      (local.set 0 (f64.const 0))))
  (func (param f64 f64)
    (block
      (br_if 0 (f64.ne (local.get 0) (local.get 1)))
      (local.set 0 (f64.const 0))))
  (func (param f64 f64)
    (block
      (br_if 0 (f64.lt (local.get 0) (local.get 1)))
      (local.set 0 (f64.const 0)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movsd xmm8, [rbp]
;;   14  ucomisd xmm8, [rbp+8]
;;   1a  jp 0x22
;;   1c  je 0x26
;;   22  xorps xmm8, xmm8
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  movsd xmm8, [rbp]
;;   14  ucomisd xmm8, [rbp+8]
;;   1a  jp 0x2a
;;   20  jne 0x2a
;;   26  xorps xmm8, xmm8
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x29
;;    e  movsd xmm8, [rbp]
;;   14  movsd xmm0, [rbp+8]
;;   19  ucomisd xmm0, xmm8
;;   1e  ja 0x28
;;   24  xorps xmm8, xmm8
;;   28  ret
;;   29  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2d  jmp 0
