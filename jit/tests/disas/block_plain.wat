;; Costs nothing.
(module
  (func (param i32) (result i32)
    (block (result i32) (i32.add (local.get 0) (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  add eax, 1
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
