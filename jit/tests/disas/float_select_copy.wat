;;! pins=0
;; What is left on the stack by `local.tee` is the local, until that is set.
(module
  (func (param f64 f64) (result f64)
    (local.tee 0 (f64.mul (local.get 0) (local.get 0)))
    (local.get 1)
    (f64.gt (local.get 0) (local.get 1))
    (select))
  (func (param f64 f64) (result f64)
    (local.tee 0 (f64.mul (local.get 0) (local.get 0)))
    (local.set 0 (f64.sqrt (local.get 0)))
    (local.get 1)
    (f64.gt (local.get 0) (local.get 1))
    (select)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x28
;;    e  movsd xmm0, [rbp]
;;   13  mulsd xmm0, [rbp]
;;   18  movsd [rbp], xmm0
;;   1d  maxsd xmm0, [rbp+8]
;;   22  movsd [rbp], xmm0
;;   27  ret
;;   28  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  movsd xmm0, [rbp]
;;   13  mulsd xmm0, [rbp]
;;   18  movsd [rbp], xmm0
;;   1d  movsd xmm1, [rbp]
;;   22  sqrtsd xmm1, xmm1
;;   26  movsd [rbp], xmm1
;;   2b  movsd xmm1, [rbp]
;;   30  ucomisd xmm1, [rbp+8]
;;   35  ja 0x3c
;;   37  movsd xmm0, [rbp+8]
;;   3c  movsd [rbp], xmm0
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
