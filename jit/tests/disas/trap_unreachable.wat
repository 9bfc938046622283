;; `unreachable`.
(module
  (func
    (unreachable))
  (func (param i32)
    (if (local.get 0) (then (unreachable)))))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x11
;;    e  ud2                                   ; @0x1: UnreachableCodeReached
;;   11  call qword ptr [r13+0x38]             ; refuse @0x0
;;   15  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  cmp dword ptr [rbp], 0
;;   12  je 0x1b
;;   18  ud2                                   ; @0x5: UnreachableCodeReached
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
