;; Distances are filled in when the code is published.
(module
  (func $f (param i32) (result i32)
    (call $g (local.get 0)))
  (func $g (param i32) (result i32)
    (i32.add (call $f (local.get 0)) (i32.const 1))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x28
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  add rbp, 0x18
;;   1a  call 0                                ; func 1 @0x3: frame+24
;;   1f  add rbp, -0x18
;;   23  mov [rbp], rax
;;   27  ret
;;   28  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  add rbp, 0x18
;;   1a  call 0                                ; func 0 @0x3: frame+24
;;   1f  add rbp, -0x18
;;   23  add eax, 1
;;   26  mov [rbp], rax
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
