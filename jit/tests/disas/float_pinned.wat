;; Three operands with AVX.
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
      (br_if 0 (local.get 3))))
  (func (param f64 f64 f64 i32)
    (loop
      (local.set 2 (f64.mul (local.get 0) (local.get 1)))
      (local.set 0 (f64.mul (local.get 0) (local.get 2)))
      (local.set 1 (f64.mul (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param f64 f64 f64 i32)
    (loop
      (local.set 2 (f64.div (local.get 0) (local.get 1)))
      (local.set 0 (f64.div (local.get 0) (local.get 2)))
      (local.set 1 (f64.div (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param f32 f32 f32 i32)
    (loop
      (local.set 2 (f32.sub (local.get 0) (local.get 1)))
      (local.set 0 (f32.sub (local.get 0) (local.get 2)))
      (local.set 1 (f32.sub (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x48
;;   2e  vaddsd xmm10, xmm8, xmm9
;;   33  addsd xmm8, xmm10
;;   38  vaddsd xmm9, xmm8, xmm9
;;   3d  test ebx, ebx
;;   3f  jne 0x23
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x48
;;   2e  vsubsd xmm10, xmm8, xmm9
;;   33  subsd xmm8, xmm10
;;   38  vsubsd xmm9, xmm8, xmm9
;;   3d  test ebx, ebx
;;   3f  jne 0x23
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x48
;;   2e  vmulsd xmm10, xmm8, xmm9
;;   33  mulsd xmm8, xmm10
;;   38  vmulsd xmm9, xmm8, xmm9
;;   3d  test ebx, ebx
;;   3f  jne 0x23
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x18]
;;   11  movsd xmm8, [rbp]
;;   17  movsd xmm9, [rbp+8]
;;   1d  movsd xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x48
;;   2e  vdivsd xmm10, xmm8, xmm9
;;   33  divsd xmm8, xmm10
;;   38  vdivsd xmm9, xmm8, xmm9
;;   3d  test ebx, ebx
;;   3f  jne 0x23
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp+0x18]
;;   11  movss xmm8, [rbp]
;;   17  movss xmm9, [rbp+8]
;;   1d  movss xmm10, [rbp+0x10]
;;   23  cmp qword ptr [r13], 0
;;   28  jne 0x48
;;   2e  vsubss xmm10, xmm8, xmm9
;;   33  subss xmm8, xmm10
;;   38  vsubss xmm9, xmm8, xmm9
;;   3d  test ebx, ebx
;;   3f  jne 0x23
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  ud2                                   ; @0x1: Interrupt
