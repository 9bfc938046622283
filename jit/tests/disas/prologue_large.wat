;; The size of the frame needs 32 bits.
(module
  (func (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)))
;; func 0
;;    0  lea rax, [rbp+0x90]
;;    7  cmp rax, [r13+8]
;;    b  ja 0x3e
;;   11  xorps xmm15, xmm15
;;   15  movups [rbp], xmm15
;;   1a  movups [rbp+0x10], xmm15
;;   1f  movups [rbp+0x20], xmm15
;;   24  movups [rbp+0x30], xmm15
;;   29  movups [rbp+0x40], xmm15
;;   2e  movups [rbp+0x50], xmm15
;;   33  movups [rbp+0x60], xmm15
;;   38  movups [rbp+0x70], xmm15
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
