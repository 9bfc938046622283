;; What is computed between stays in a register.
(module
  (memory 1)
  (func (param i32 i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  mov ebx, [rbp]
;;   11  mov eax, [r14+rbx]                    ; @0x5: may fault
;;   16  add eax, [rbp+8]
;;   19  mov [r14+rbx], eax                    ; @0xb: may fault
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
