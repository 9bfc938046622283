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
;;   2f  jnp 0x34
;;   31  ud2                                   ; @0x3: BadConversionToInteger
;;   34  movsd xmm15, [0x60]
;;   3d  ucomisd xmm0, xmm15
;;   42  jb 0x47
;;   44  ud2                                   ; @0x3: IntegerOverflow
;;   47  movsd xmm15, [0x68]
;;   50  ucomisd xmm0, xmm15
;;   55  ja 0x5a
;;   57  ud2                                   ; @0x3: IntegerOverflow
;;   5a  jmp 0x20
;;   60  0x41e0000000000000
;;   68  0xc1e0000000200000
