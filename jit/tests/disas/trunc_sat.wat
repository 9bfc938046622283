;; The same with limits for traps.
(module
  (func (param f32) (result i32)
    (i32.trunc_sat_f32_s (local.get 0)))
  (func (param f64) (result i32)
    (i32.trunc_sat_f64_u (local.get 0)))
  (func (param f64) (result i64)
    (i64.trunc_sat_f64_s (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movss xmm0, [rbp]
;;   13  cvttss2si eax, xmm0
;;   17  cmp eax, 1
;;   1a  jo 0x2b
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;;   2b  ucomiss xmm0, xmm0
;;   2e  jnp 0x3a
;;   30  mov eax, 0
;;   35  jmp 0x20
;;   3a  movss xmm15, [0x60]
;;   43  ucomiss xmm0, xmm15
;;   47  jb 0x53
;;   49  mov eax, 0x7fffffff
;;   4e  jmp 0x20
;;   53  mov eax, 0x80000000
;;   58  jmp 0x20
;;   60  0x000000004f000000
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  movsd xmm0, [rbp]
;;   13  cvttsd2si rax, xmm0
;;   18  mov r11, rax
;;   1b  shr r11, 0x20
;;   1f  jne 0x30
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
;;   30  ucomisd xmm0, xmm0
;;   34  jnp 0x40
;;   36  mov eax, 0
;;   3b  jmp 0x25
;;   40  movsd xmm15, [0x68]
;;   49  ucomisd xmm0, xmm15
;;   4e  jb 0x5a
;;   50  mov eax, 0xffffffff
;;   55  jmp 0x25
;;   5a  mov eax, 0
;;   5f  jmp 0x25
;;   68  0x41f0000000000000
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movsd xmm0, [rbp]
;;   13  cvttsd2si rax, xmm0
;;   18  cmp rax, 1
;;   1c  jo 0x2d
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   2d  ucomisd xmm0, xmm0
;;   31  jnp 0x3d
;;   33  mov eax, 0
;;   38  jmp 0x22
;;   3d  movsd xmm15, [0x70]
;;   46  ucomisd xmm0, xmm15
;;   4b  jb 0x5c
;;   4d  mov rax, 0x7fffffffffffffff
;;   57  jmp 0x22
;;   5c  mov rax, 0x8000000000000000
;;   66  jmp 0x22
;;   70  0x43e0000000000000
