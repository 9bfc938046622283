;; The code before goes on as it is.
(module
  (func (param i32) (result i32)
    (loop (result i32) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))) (i32.mul (local.get 0) (i32.const 10)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x35
;;   1c  mov eax, ebx
;;   1e  sub eax, 1
;;   21  mov ebx, eax
;;   23  test ebx, ebx
;;   25  jne 0x11
;;   27  imul eax, ebx, 0xa
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;;   35  ud2                                   ; @0x1: Interrupt
