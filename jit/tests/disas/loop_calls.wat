;; A loop that calls loads pins when they are used.
(module
  (import "m" "f" (func $f (param i32)))
  (func (param i32)
    (loop
      (call $f (local.get 0))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  cmp qword ptr [r13], 0
;;   13  jne 0x45
;;   19  mov r11, [rbp]
;;   1d  mov [rbp+0x18], r11
;;   21  lea rcx, [r15+0x40]
;;   26  add rbp, 0x18
;;   2a  call qword ptr [r13+0x40]             ; cross @0x5: frame+24
;;   2e  add rbp, -0x18
;;   32  mov ebx, [rbp]
;;   35  sub ebx, 1
;;   38  jne 0x48
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;;   45  ud2                                   ; @0x1: Interrupt
;;   48  mov [rbp], rbx
;;   4c  jmp 0xe
