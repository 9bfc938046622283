;;! counts
;; What follows a call is a block of its own; a call costs its return too.
(module (func $f (param i32) (result i32) (local.get 0))
    (func (result i32) (i32.add (call $f (i32.const 1)) (i32.const 2))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  add r12, 1
;;   15  jg 0x29
;;   1b  mov eax, [rbp]
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
;;   29  mov r11d, 1
;;   2f  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   33  jmp 0xe
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x45
;;    e  add r12, 3
;;   15  jg 0x4b
;;   1b  mov qword ptr [rbp+0x10], 1
;;   23  add rbp, 0x10
;;   27  call 0                                ; func 0 @0x3: frame+16
;;   2c  add rbp, -0x10
;;   30  add r12, 2
;;   37  jg 0x57
;;   3d  add eax, 2
;;   40  mov [rbp], rax
;;   44  ret
;;   45  call qword ptr [r13+0x38]             ; refuse @0x0
;;   49  jmp 0
;;   4b  mov r11d, 3
;;   51  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   55  jmp 0xe
;;   57  mov r11d, 2
;;   5d  call qword ptr [r13+0x28]             ; routine 0 @0x5
;;   61  jmp 0x30
