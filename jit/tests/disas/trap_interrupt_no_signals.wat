;;! no-signals
;; A loop that is interrupted.
(module
  (func
    (loop (br 0))))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  cmp qword ptr [r13], 0
;;   13  jne 0x21
;;   19  jmp 0xe
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;;   21  mov eax, 0xb
;;   26  call qword ptr [r13+0x30]             ; trap @0x1
