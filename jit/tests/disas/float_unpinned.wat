;;! pins=0
;; The second operand is read from memory.
(module
  (func (param f64 f64) (result f64)
    (f64.sub (local.get 0) (local.get 1)))
  (func (param f32 f32) (result f32)
    (f32.div (local.get 0) (local.get 1))))
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
;;    8  ja 0x1e
;;    e  movss xmm0, [rbp]
;;   13  divss xmm0, [rbp+8]
;;   18  movss [rbp], xmm0
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
