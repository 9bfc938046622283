;;! no-signals
;; `unreachable`.
(module
  (func
    (unreachable))
  (func (param i32)
    (if (local.get 0) (then (unreachable)))))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x17
;;    e  mov eax, 0xa
;;   13  call qword ptr [r13+0x30]             ; trap @0x1
;;   17  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1b  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  cmp dword ptr [rbp], 0
;;   12  je 0x21
;;   18  mov eax, 0xa
;;   1d  call qword ptr [r13+0x30]             ; trap @0x5
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
