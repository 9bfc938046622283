;; Pinned locals are zeroed in their registers.
(module
  (func (result i32) (local i32 i64 f32)
    (drop (f32.add (local.get 2) (local.get 2)))
    (i32.add (local.get 0) (i32.wrap_i64 (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  xorps xmm15, xmm15
;;   12  movups [rbp], xmm15
;;   17  xorps xmm8, xmm8
;;   1b  vaddss xmm0, xmm8, xmm8
;;   20  mov rax, [rbp+8]
;;   24  mov eax, eax
;;   26  add eax, [rbp]
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
