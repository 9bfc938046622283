;; Between floats, and between registers.
(module
  (func (param f32) (result f64)
    (f64.promote_f32 (local.get 0)))
  (func (param f64) (result f32)
    (f32.demote_f64 (local.get 0)))
  (func (param f64) (result i64)
    (i64.reinterpret_f64 (local.get 0)))
  (func (param i32) (result f32)
    (f32.reinterpret_i32 (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  movss xmm0, [rbp]
;;   13  cvtss2sd xmm0, xmm0
;;   17  movsd [rbp], xmm0
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  movsd xmm0, [rbp]
;;   13  cvtsd2ss xmm0, xmm0
;;   17  movss [rbp], xmm0
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  movsd xmm0, [rbp]
;;   13  movq rax, xmm0
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  movd xmm0, eax
;;   15  movss [rbp], xmm0
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
