;;! pins=0
;; Vectors in slots.
(module
  (func (param i32 v128 v128) (local v128)
    (loop
      (local.set 3 (i32x4.add (local.get 1) (local.get 2)))
      (local.set 1 (local.get 3))
      (local.set 2 (v128.const i32x4 1 2 3 4))
      (br_if 0 (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4d
;;    e  xorps xmm15, xmm15
;;   12  movups [rbp+0x28], xmm15
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x53
;;   22  movups xmm0, [rbp+8]
;;   26  vpaddd xmm0, xmm0, [rbp+0x18]
;;   2b  movups [rbp+0x28], xmm0
;;   2f  movups xmm15, [rbp+0x28]
;;   34  movups [rbp+8], xmm15
;;   39  vmovaps xmm15, [0x60]
;;   41  movups [rbp+0x18], xmm15
;;   46  cmp dword ptr [rbp], 0
;;   4a  jne 0x17
;;   4c  ret
;;   4d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   51  jmp 0
;;   53  ud2                                   ; @0x3: Interrupt
;;   60  0x0000000200000001
;;   68  0x0000000400000003
