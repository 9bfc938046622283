;; Operators of two vectors that are one instruction.
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
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vpaddd xmm9, xmm8, xmm10
;;   30  vpaddd xmm8, xmm8, xmm9
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vpandn xmm9, xmm10, xmm8
;;   30  vpandn xmm8, xmm9, xmm8
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vsubps xmm9, xmm8, xmm10
;;   30  vsubps xmm8, xmm8, xmm9
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x42
;;   2b  vcmpltps xmm9, xmm8, xmm10
;;   31  vcmpltps xmm8, xmm8, xmm9
;;   37  test ebx, ebx
;;   39  jne 0x20
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x42
;;   2b  vcmpltps xmm9, xmm10, xmm8
;;   31  vcmpltps xmm8, xmm9, xmm8
;;   37  test ebx, ebx
;;   39  jne 0x20
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
