;; Bits and lanes of two vectors.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 0 (v128.bitselect (local.get 0) (local.get 1) (local.get 2)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x78]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x43
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x10]
;;   1b  movups xmm10, [rbp+0x20]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x49
;;   2b  vpxor xmm0, xmm8, xmm9
;;   30  vpand xmm0, xmm0, xmm10
;;   35  vpxor xmm0, xmm0, xmm9
;;   3a  movaps xmm8, xmm0
;;   3e  test ebx, ebx
;;   40  jne 0x20
;;   42  ret
;;   43  call qword ptr [r13+0x38]             ; refuse @0x0
;;   47  jmp 0
;;   49  ud2                                   ; @0x1: Interrupt
