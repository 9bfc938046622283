;;! sse41
;; Loads and stores of vectors and of lanes, with two operands.
(module
  (memory 1)
  (func (param i32 v128) (local v128)
    (loop
      (local.set 2 (v128.load offset=16 (local.get 0)))
      (v128.store (local.get 0) (local.get 2))
      (local.set 2 (v128.load8_splat (local.get 0)))
      (local.set 2 (v128.load16_splat (local.get 0)))
      (local.set 2 (v128.load32_splat (local.get 0)))
      (local.set 2 (v128.load64_splat (local.get 0)))
      (local.set 2 (v128.load8x8_u (local.get 0)))
      (local.set 2 (v128.load64_zero (local.get 0)))
      (local.set 2 (v128.load32_lane 3 (local.get 0) (local.get 1)))
      (v128.store8_lane 9 (local.get 0) (local.get 2))
      (v128.store32_lane 0 (local.get 0) (local.get 2))
      (v128.store64_lane 1 (local.get 0) (local.get 2))
      (br_if 0 (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xa1
;;    e  xorps xmm8, xmm8
;;   12  mov ebx, [rbp]
;;   15  movups xmm9, [rbp+8]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0xaa
;;   25  movups xmm8, [r14+rbx+0x10]           ; @0x7: may fault
;;   2b  movups [r14+rbx], xmm8                ; @0x11: may fault
;;   31  pinsrb xmm8, [r14+rbx], 0             ; @0x17: may fault
;;   39  pxor xmm15, xmm15
;;   3e  pshufb xmm8, xmm15
;;   44  pinsrw xmm8, [r14+rbx], 0             ; @0x1f: may fault
;;   4b  pshuflw xmm8, xmm8, 0
;;   51  pshufd xmm8, xmm8, 0
;;   57  movss xmm8, [r14+rbx]                 ; @0x27: may fault
;;   5e  pshufd xmm8, xmm8, 0
;;   64  movddup xmm8, [r14+rbx]               ; @0x2f: may fault
;;   6a  pmovzxbw xmm8, [r14+rbx]              ; @0x37: may fault
;;   71  movsd xmm8, [r14+rbx]                 ; @0x3f: may fault
;;   78  movaps xmm8, xmm9
;;   7c  pinsrd xmm8, [r14+rbx], 3             ; @0x49: may fault
;;   84  pextrb [r14+rbx], xmm8, 9             ; @0x54: may fault
;;   8c  movss [r14+rbx], xmm8                 ; @0x5d: may fault
;;   93  movhps [r14+rbx], xmm8                ; @0x66: may fault
;;   98  test ebx, ebx
;;   9a  jne 0x1a
;;   a0  ret
;;   a1  call qword ptr [r13+0x38]             ; refuse @0x0
;;   a5  jmp 0
;;   aa  ud2                                   ; @0x3: Interrupt
