;;! pins=0
;; By 16 bytes.
(module
  (func (result i32) (local i32 i32 i32 i32 i32)
    (local.get 4)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  xorps xmm15, xmm15
;;   12  movups [rbp], xmm15
;;   17  movups [rbp+0x10], xmm15
;;   1c  movsd [rbp+0x20], xmm15
;;   22  mov eax, [rbp+0x20]
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
