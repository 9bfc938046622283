;; Through slots.
(module
  (func (param i32) (result i32 i32)
    (if (result i32 i32) (local.get 0)
      (then (i32.const 1) (local.get 0))
      (else (i32.const 2) (i32.const 3)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4e
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  je 0x2a
;;   19  mov [rbp+0x20], rbx
;;   1d  mov qword ptr [rbp+0x18], 1
;;   25  jmp 0x3a
;;   2a  mov qword ptr [rbp+0x20], 3
;;   32  mov qword ptr [rbp+0x18], 2
;;   3a  mov r11, [rbp+0x18]
;;   3e  mov [rbp], r11
;;   42  mov r11, [rbp+0x20]
;;   46  mov [rbp+8], r11
;;   4a  mov eax, [rbp]
;;   4d  ret
;;   4e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   52  jmp 0
