;;! sse41
;; Operators of two vectors that are one instruction, with two operands.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (i32x4.add (local.get 0) (local.get 1)))
      (local.set 0 (i32x4.add (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (v128.andnot (local.get 0) (local.get 1)))
      (local.set 0 (v128.andnot (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.sub (local.get 0) (local.get 1)))
      (local.set 0 (f32x4.sub (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.lt (local.get 0) (local.get 1)))
      (local.set 0 (f32x4.lt (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.gt (local.get 0) (local.get 1)))
      (local.set 0 (f32x4.gt (local.get 0) (local.get 2)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x44
;;   2b  movaps xmm9, xmm8
;;   2f  paddd xmm9, xmm10
;;   34  paddd xmm8, xmm9
;;   39  test ebx, ebx
;;   3b  jne 0x20
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x4c
;;   2b  movaps xmm9, xmm10
;;   2f  pandn xmm9, xmm8
;;   34  movaps xmm0, xmm9
;;   38  pandn xmm0, xmm8
;;   3d  movaps xmm8, xmm0
;;   41  test ebx, ebx
;;   43  jne 0x20
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;;   4c  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x42
;;   2b  movaps xmm9, xmm8
;;   2f  subps xmm9, xmm10
;;   33  subps xmm8, xmm9
;;   37  test ebx, ebx
;;   39  jne 0x20
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x44
;;   2b  movaps xmm9, xmm8
;;   2f  cmpltps xmm9, xmm10
;;   34  cmpltps xmm8, xmm9
;;   39  test ebx, ebx
;;   3b  jne 0x20
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x4c
;;   2b  movaps xmm9, xmm10
;;   2f  cmpltps xmm9, xmm8
;;   34  movaps xmm0, xmm9
;;   38  cmpltps xmm0, xmm8
;;   3d  movaps xmm8, xmm0
;;   41  test ebx, ebx
;;   43  jne 0x20
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;;   4c  ud2                                   ; @0x1: Interrupt
