;; Constants are behind the code, each once; zero is made.
(module
  (func (param f64) (result f64)
    (f64.add (f64.const 1.5) (f64.mul (local.get 0) (f64.const 1.5))))
  (func (param f32) (result f32)
    (f32.sub (f32.const 0) (local.get 0)))
  (func (result f64)
    (f64.const 2.5)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x29
;;    e  movsd xmm0, [rbp]
;;   13  mulsd xmm0, [0x30]
;;   1b  addsd xmm0, [0x30]
;;   23  movsd [rbp], xmm0
;;   28  ret
;;   29  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2d  jmp 0
;;   30  0x3ff8000000000000
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  xorps xmm0, xmm0
;;   11  subss xmm0, [rbp]
;;   16  movss [rbp], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  movsd xmm0, [0x28]
;;   16  movsd [rbp], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;;   28  0x4004000000000000
