;;! no-signals
;; Conversions that may trap.
(module
  (func (param f64) (result i32)
    (i32.trunc_f64_s (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movsd xmm0, [rbp]
;;   13  cvttsd2si eax, xmm0
;;   17  cmp eax, 1
;;   1a  jo 0x2b
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;;   2b  ucomisd xmm0, xmm0
;;   2f  jnp 0x3a
;;   31  mov eax, 9
;;   36  call qword ptr [r13+0x30]             ; trap @0x3
;;   3a  movsd xmm15, [0x78]
;;   43  ucomisd xmm0, xmm15
;;   48  jb 0x53
;;   4a  mov eax, 7
;;   4f  call qword ptr [r13+0x30]             ; trap @0x3
;;   53  movsd xmm15, [0x80]
;;   5c  ucomisd xmm0, xmm15
;;   61  ja 0x6c
;;   63  mov eax, 7
;;   68  call qword ptr [r13+0x30]             ; trap @0x3
;;   6c  jmp 0x20
;;   78  0x41e0000000000000
;;   80  0xc1e0000000200000
