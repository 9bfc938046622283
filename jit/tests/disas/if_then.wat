;; The condition's opposite jumps over it.
(module
  (func (param i32) (result i32)
    (if (i32.eqz (local.get 0))
      (then (local.set 0 (i32.const 5))))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  jne 0x23
;;   19  mov ebx, 5
;;   1e  jmp 0x23
;;   23  mov eax, ebx
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
