;;! baseline-cpu
;; Without AVX a copy is changed.
(module
  (func (param f64 f64 f64 i32)
    (loop
      (local.set 2 (f64.add (local.get 0) (local.get 1)))
      (local.set 0 (f64.add (local.get 0) (local.get 2)))
      (local.set 1 (f64.add (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param f64 f64 f64 i32)
    (loop
      (local.set 2 (f64.sub (local.get 0) (local.get 1)))
      (local.set 0 (f64.sub (local.get 0) (local.get 2)))
      (local.set 1 (f64.sub (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4e
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x54
;;   2e  movaps xmm10, xmm8
;;   32  addsd xmm10, xmm9
;;   37  addsd xmm8, xmm10
;;   3c  movaps xmm0, xmm8
;;   40  addsd xmm0, xmm9
;;   45  movaps xmm9, xmm0
;;   49  test ebx, ebx
;;   4b  jne 0x23
;;   4d  ret
;;   4e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   52  jmp 0
;;   54  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4e
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x54
;;   2e  movaps xmm10, xmm8
;;   32  subsd xmm10, xmm9
;;   37  subsd xmm8, xmm10
;;   3c  movaps xmm0, xmm8
;;   40  subsd xmm0, xmm9
;;   45  movaps xmm9, xmm0
;;   49  test ebx, ebx
;;   4b  jne 0x23
;;   4d  ret
;;   4e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   52  jmp 0
;;   54  ud2                                   ; @0x1: Interrupt
