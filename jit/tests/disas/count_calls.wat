;;! counts
;; What follows a call is a block of its own; a call costs its return too.
(module (func $f (param i32) (result i32) (local.get 0))
    (func (result i32) (i32.add (call $f (i32.const 1)) (i32.const 2))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  add qword ptr [r13+0x68], 1
;;   16  jg 0x2a
;;   1c  mov eax, [rbp]
;;   1f  mov [rbp], rax
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;;   2a  mov r11d, 1
;;   30  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   34  jmp 0xe
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x47
;;    e  add qword ptr [r13+0x68], 3
;;   16  jg 0x4d
;;   1c  mov qword ptr [rbp+0x10], 1
;;   24  add rbp, 0x10
;;   28  call 0                                ; func 0 @0x3: frame+16
;;   2d  add rbp, -0x10
;;   31  add qword ptr [r13+0x68], 2
;;   39  jg 0x59
;;   3f  add eax, 2
;;   42  mov [rbp], rax
;;   46  ret
;;   47  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4b  jmp 0
;;   4d  mov r11d, 3
;;   53  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   57  jmp 0xe
;;   59  mov r11d, 2
;;   5f  call qword ptr [r13+0x28]             ; routine 0 @0x5
;;   63  jmp 0x31
