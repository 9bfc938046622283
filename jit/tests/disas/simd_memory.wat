;; Loads and stores of vectors and of lanes.
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
;;    8  ja 0x76
;;    e  xorps xmm8, xmm8
;;   12  mov ebx, [rbp]
;;   15  movups xmm9, [rbp+8]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x7c
;;   25  movups xmm8, [r14+rbx+0x10]           ; @0x7: may fault
;;   2b  movups [r14+rbx], xmm8                ; @0x11: may fault
;;   31  vpbroadcastb xmm8, [r14+rbx]          ; @0x17: may fault
;;   37  vpbroadcastw xmm8, [r14+rbx]          ; @0x1f: may fault
;;   3d  vbroadcastss xmm8, [r14+rbx]          ; @0x27: may fault
;;   43  vmovddup xmm8, [r14+rbx]              ; @0x2f: may fault
;;   49  vpmovzxbw xmm8, [r14+rbx]             ; @0x37: may fault
;;   4f  movsd xmm8, [r14+rbx]                 ; @0x3f: may fault
;;   56  vpinsrd xmm8, xmm9, [r14+rbx], 3      ; @0x49: may fault
;;   5d  vpextrb [r14+rbx], xmm8, 9            ; @0x54: may fault
;;   64  movss [r14+rbx], xmm8                 ; @0x5d: may fault
;;   6b  vmovhps [r14+rbx], xmm8               ; @0x66: may fault
;;   71  test ebx, ebx
;;   73  jne 0x1a
;;   75  ret
;;   76  call qword ptr [r13+0x38]             ; refuse @0x0
;;   7a  jmp 0
;;   7c  ud2                                   ; @0x3: Interrupt
