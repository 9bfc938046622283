;;! counts no-signals
;; A loop is charged in each pass, behind the poll.
(module (func (param i32)
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x36
;;   1c  add qword ptr [r13+0x68], 5
;;   24  jg 0x3f
;;   2a  sub ebx, 1
;;   2d  jne 0x11
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;;   36  mov eax, 0xb
;;   3b  call qword ptr [r13+0x30]             ; trap @0x1
;;   3f  mov r11d, 5
;;   45  call qword ptr [r13+0x28]             ; routine 0 @0x3
;;   49  jmp 0x1c
