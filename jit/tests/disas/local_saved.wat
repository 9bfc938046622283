;; A local that is set while its old value is an operand is copied first.
(module
  (func (param i32) (result i32)
    (local.get 0) (local.set 0 (i32.const 1)) (i32.add (local.get 0)))
  (func (param f64) (result f64)
    (local.get 0) (local.set 0 (f64.const 1)) (f64.add (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  mov eax, [rbp]
;;   11  mov ebx, 1
;;   16  add eax, ebx
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movsd xmm0, [rbp]
;;   13  movsd xmm8, [0x30]
;;   1c  addsd xmm0, xmm8
;;   21  movsd [rbp], xmm0
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   30  0x3ff0000000000000
