;; Pinned locals are zeroed in their registers.
(module
  (func (result i32) (local i32 i64 f32)
    (drop (f32.add (local.get 2) (local.get 2)))
    (i32.add (local.get 0) (i32.wrap_i64 (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  xorps xmm15, xmm15
;;   12  movups [rbp], xmm15
;;   17  xorps xmm8, xmm8
;;   1b  vaddss xmm0, xmm8, xmm8
;;   20  mov eax, [rbp+8]
;;   23  add eax, [rbp]
;;   26  mov [rbp], rax
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
