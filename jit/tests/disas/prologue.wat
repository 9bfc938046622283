;; The end of the frame is compared with the stack's limit.
(module
  (func (param i32) (result i32)
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
