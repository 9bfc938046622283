;; What nobody reads costs what it takes to compute it, locals and constants nothing.
(module
  (func (param i32)
    (drop (local.get 0))
    (nop)
    (drop (i32.const 1))
    (drop (i32.mul (local.get 0) (i32.const 10)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x15
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  ret
;;   15  call qword ptr [r13+0x38]             ; refuse @0x0
;;   19  jmp 0
