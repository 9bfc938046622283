;;! sse41
;; Bits and lanes of two vectors, with two operands.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 0 (v128.bitselect (local.get 0) (local.get 1) (local.get 2)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x78]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x47
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  movups xmm10, [rbp+0x20]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x4d
;;   2b  movaps xmm0, xmm8
;;   2f  pxor xmm0, xmm9
;;   34  pand xmm0, xmm10
;;   39  pxor xmm0, xmm9
;;   3e  movaps xmm8, xmm0
;;   42  test ebx, ebx
;;   44  jne 0x20
;;   46  ret
;;   47  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4b  jmp 0
;;   4d  ud2                                   ; @0x1: Interrupt
