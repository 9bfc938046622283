;; The same with limits for traps.
(module
  (func (param f32 i32 i32)
    (loop
      (local.set 1 (i32.trunc_sat_f32_s (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param f64 i32 i32)
    (loop
      (local.set 1 (i32.trunc_sat_f64_u (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2))))
  (func (param f64 i64 i32)
    (loop
      (local.set 1 (i64.trunc_sat_f64_s (local.get 0)))
      (local.set 0 (local.get 0))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp+0x10]
;;   14  movss xmm8, [rbp]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x3e
;;   25  cvttss2si ebx, xmm8
;;   2a  cmp ebx, 1
;;   2d  jo 0x41
;;   33  test esi, esi
;;   35  jne 0x1a
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;;   3e  ud2                                   ; @0x1: Interrupt
;;   41  ucomiss xmm8, xmm8
;;   45  jnp 0x51
;;   47  mov ebx, 0
;;   4c  jmp 0x33
;;   51  movss xmm15, [0x78]
;;   5a  ucomiss xmm8, xmm15
;;   5e  jb 0x6a
;;   60  mov ebx, 0x7fffffff
;;   65  jmp 0x33
;;   6a  mov ebx, -0x80000000
;;   6f  jmp 0x33
;;   78  0x000000004f000000
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp+0x10]
;;   14  movsd xmm8, [rbp]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x42
;;   25  cvttsd2si rbx, xmm8
;;   2a  mov r11, rbx
;;   2d  shr r11, 0x20
;;   31  jne 0x45
;;   37  test esi, esi
;;   39  jne 0x1a
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
;;   45  ucomisd xmm8, xmm8
;;   4a  jnp 0x56
;;   4c  mov ebx, 0
;;   51  jmp 0x37
;;   56  movsd xmm15, [0x80]
;;   5f  ucomisd xmm8, xmm15
;;   64  jb 0x70
;;   66  mov ebx, -1
;;   6b  jmp 0x37
;;   70  mov ebx, 0
;;   75  jmp 0x37
;;   80  0x41f0000000000000
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov rbx, [rbp+8]
;;   12  mov esi, [rbp+0x10]
;;   15  movsd xmm8, [rbp]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x40
;;   26  cvttsd2si rbx, xmm8
;;   2b  cmp rbx, 1
;;   2f  jo 0x43
;;   35  test esi, esi
;;   37  jne 0x1b
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;;   43  ucomisd xmm8, xmm8
;;   48  jnp 0x54
;;   4a  mov ebx, 0
;;   4f  jmp 0x35
;;   54  movsd xmm15, [0x88]
;;   5d  ucomisd xmm8, xmm15
;;   62  jb 0x73
;;   64  mov rbx, 0x7fffffffffffffff
;;   6e  jmp 0x35
;;   73  mov rbx, -0x8000000000000000
;;   7d  jmp 0x35
;;   88  0x43e0000000000000
