;; Through the stub that keeps the return stack constant.
(module
  (import "m" "f" (func $f (param i32)))
  (func (param i32)
    (return_call $f (local.get 0))))
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov r11, [rbp+0x18]
;;   1a  mov [rbp], r11
;;   1e  lea rcx, [r15+0x40]
;;   23  jmp qword ptr [r13+0x48]              ; tail-cross
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
