;; Loads as operands: of an operator behind them, and of one behind a local.
(module
  (memory 1)
  (func (param i32 v128 v128)
    (loop
      (local.set 1 (f32x4.add (local.get 1) (f32x4.mul (local.get 2) (v128.load offset=16 (local.get 0)))))
      (local.set 2 (i32x4.add (v128.load (local.get 0)) (local.get 2)))
      (local.set 2 (i32x4.sub (v128.load (local.get 0)) (local.get 2)))
      (local.set 2 (v128.xor (local.get 2) (v128.load (local.get 0))))
      (br_if 0 (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4d
;;    e  mov ebx, [rbp]
;;   11  movups xmm8, [rbp+0x18]
;;   16  movups xmm9, [rbp+8]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x53
;;   26  vmulps xmm0, xmm8, [r14+rbx+0x10]     ; @0x9: may fault
;;   2d  vaddps xmm9, xmm9, xmm0
;;   31  vpaddd xmm8, xmm8, [r14+rbx]          ; @0x17: may fault
;;   37  movups xmm0, [r14+rbx]                ; @0x24: may fault
;;   3d  vpsubd xmm8, xmm0, xmm8
;;   42  vpxor xmm8, xmm8, [r14+rbx]           ; @0x33: may fault
;;   48  test ebx, ebx
;;   4a  jne 0x1b
;;   4c  ret
;;   4d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   51  jmp 0
;;   53  ud2                                   ; @0x1: Interrupt
