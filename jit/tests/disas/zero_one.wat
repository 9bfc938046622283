;;! pins=0
;; One store.
(module
  (func (result i32) (local i32)
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov qword ptr [rbp], 0
;;   16  mov eax, [rbp]
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
