;; From within, as a branch to the end; at the end, at once.
(module
  (func (param i32) (result i32)
    (if (local.get 0) (then (return (i32.const 1))))
    (i32.const 2))
  (func (param i32)
    (if (local.get 0) (then (return)))
    (local.set 0 (i32.const 1))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  cmp dword ptr [rbp], 0
;;   12  je 0x22
;;   18  mov eax, 1
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  mov eax, 2
;;   27  mov [rbp], rax
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  je 0x1a
;;   19  ret
;;   1a  mov ebx, 1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
