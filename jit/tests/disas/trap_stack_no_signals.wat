;;! no-signals
;; A frame that does not fit.
(module
  (func))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
