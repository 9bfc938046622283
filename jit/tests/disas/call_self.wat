;; A call of the function itself goes to its start.
(module
  (func $f (param i32) (result i32)
    (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 7)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  je 0x34
;;   19  mov eax, ebx
;;   1b  sub eax, 1
;;   1e  mov [rbp+0x18], rax
;;   22  add rbp, 0x18
;;   26  call 0                                ; @0xa: frame+24
;;   2b  add rbp, -0x18
;;   2f  jmp 0x39
;;   34  mov eax, 7
;;   39  mov [rbp], rax
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
