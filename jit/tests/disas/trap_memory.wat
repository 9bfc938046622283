;; Accesses that may trap.
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov eax, [r14+rax]                    ; @0x3: may fault
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
