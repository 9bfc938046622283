;;! sse41
;; Tests stay in the flags for what follows, with two operands.
(module
  (func (param v128 v128) (result i32)
    (loop
      (local.set 0 (i8x16.add (local.get 0) (local.get 1)))
      (br_if 0 (v128.any_true (local.get 0)))
      (br_if 0 (i32.eqz (i32x4.all_true (local.get 0)))))
    (i8x16.bitmask (local.get 0)))
  (func (param v128) (result i32)
    (i32.add (i16x8.bitmask (local.get 0)) (v128.any_true (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  movups xmm8, [rbp]
;;   13  movups xmm9, [rbp+0x10]
;;   18  cmp qword ptr [r13], 0
;;   1d  jne 0x52
;;   23  paddb xmm8, xmm9
;;   28  ptest xmm8, xmm8
;;   2e  jne 0x18
;;   30  pxor xmm15, xmm15
;;   35  pcmpeqd xmm15, xmm8
;;   3a  ptest xmm15, xmm15
;;   40  jne 0x18
;;   42  pmovmskb eax, xmm8
;;   47  mov [rbp], rax
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   52  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  movups xmm8, [rbp]
;;   13  movaps xmm15, xmm8
;;   17  packsswb xmm15, xmm8
;;   1c  pmovmskb eax, xmm15
;;   21  movzx eax, al
;;   25  ptest xmm8, xmm8
;;   2b  setne cl
;;   2e  movzx ecx, cl
;;   31  add eax, ecx
;;   33  mov [rbp], rax
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
