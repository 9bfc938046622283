;; Arguments move to the first slots, then a jump.
(module
  (func $f (param i32 i32) (result i32)
    (return_call $g (local.get 1) (local.get 0)))
  (func $g (param i32 i32) (result i32)
    (if (local.get 0) (then (return_call $g (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))) (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x28], r11
;;   16  mov r11, [rbp+8]
;;   1a  mov [rbp+0x20], r11
;;   1e  mov r11, [rbp+0x20]
;;   22  mov [rbp], r11
;;   26  mov r11, [rbp+0x28]
;;   2a  mov [rbp+8], r11
;;   2e  jmp 0                                 ; func 1
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x47
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  je 0x3f
;;   19  mov eax, ebx
;;   1b  sub eax, 1
;;   1e  mov r11, [rbp+8]
;;   22  mov [rbp+0x28], r11
;;   26  mov [rbp+0x20], rax
;;   2a  mov r11, [rbp+0x20]
;;   2e  mov [rbp], r11
;;   32  mov r11, [rbp+0x28]
;;   36  mov [rbp+8], r11
;;   3a  jmp 0
;;   3f  mov eax, [rbp+8]
;;   42  mov [rbp], rax
;;   46  ret
;;   47  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4b  jmp 0
