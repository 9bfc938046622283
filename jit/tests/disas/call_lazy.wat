;;! lazy
;; A function that may not be compiled yet is called through its word.
(module
  (func $f (param i32) (result i32)
    (call $g (local.get 0)))
  (func $g (param i32) (result i32)
    (return_call $f (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov rax, [r15+0x18]
;;   1a  add rax, 0x10
;;   1e  add rbp, 0x18
;;   22  call qword ptr [rax]                  ; @0x3: frame+24
;;   26  add rbp, -0x18
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  mov r11, [rbp+0x18]
;;   1a  mov [rbp], r11
;;   1e  mov rax, [r15+0x18]
;;   22  add rax, 0
;;   26  jmp qword ptr [rax]
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
