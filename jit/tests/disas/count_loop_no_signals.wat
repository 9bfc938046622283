;;! counts no-signals
;; A loop is charged in each pass, behind the poll.
(module (func (param i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x35
;;   1c  add r12, 5
;;   23  jg 0x3e
;;   29  sub ebx, 1
;;   2c  jne 0x11
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;;   35  mov eax, 0xb
;;   3a  call qword ptr [r13+0x30]             ; trap @0x1
;;   3e  mov r11d, 5
;;   44  call qword ptr [r13+0x28]             ; routine 0 @0x3
;;   48  jmp 0x1c
