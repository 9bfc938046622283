;; The code before goes on as it is.
(module
  (func (param i32) (result i32)
    (loop (result i32)
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
      (i32.mul (local.get 0) (i32.const 10)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x29
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x2f
;;   1c  sub ebx, 1
;;   1f  jne 0x11
;;   21  imul eax, ebx, 0xa
;;   24  mov [rbp], rax
;;   28  ret
;;   29  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2d  jmp 0
;;   2f  ud2                                   ; @0x1: Interrupt
