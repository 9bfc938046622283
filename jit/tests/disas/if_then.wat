;; The condition's opposite jumps over it.
(module
  (func (param i32) (result i32)
    (if (i32.eqz (local.get 0))
      (then (local.set 0 (i32.const 5))))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  jne 0x1e
;;   19  mov ebx, 5
;;   1e  mov eax, ebx
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
