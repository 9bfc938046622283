;; One instruction each.
(module
  (func (param f64) (result f64)
    (f64.sqrt (local.get 0)))
  (func (param f64) (result f64)
    (f64.ceil (local.get 0)))
  (func (param f64) (result f64)
    (f64.floor (local.get 0)))
  (func (param f64) (result f64)
    (f64.trunc (local.get 0)))
  (func (param f64) (result f64)
    (f64.nearest (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  movsd xmm0, [rbp]
;;   13  sqrtsd xmm0, xmm0
;;   17  movsd [rbp], xmm0
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  movsd xmm0, [rbp]
;;   13  roundsd xmm0, xmm0, 0xa
;;   19  movsd [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  movsd xmm0, [rbp]
;;   13  roundsd xmm0, xmm0, 9
;;   19  movsd [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  movsd xmm0, [rbp]
;;   13  roundsd xmm0, xmm0, 0xb
;;   19  movsd [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  movsd xmm0, [rbp]
;;   13  roundsd xmm0, xmm0, 8
;;   19  movsd [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
