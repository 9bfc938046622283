;;! counts
;; Each block is charged before its first operator that costs something: the entry, `then`, `else`, and behind `end`.
(module (func (param i32) (result i32) (local i32)
    (if (local.get 0)
        (then (local.set 1 (i32.const 1)))
        (else nop))
    (i32.add (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x58
;;    e  xor esi, esi
;;   10  add qword ptr [r13+0x68], 2
;;   18  jg 0x5e
;;   1e  mov ebx, [rbp]
;;   21  test ebx, ebx
;;   23  je 0x41
;;   29  add qword ptr [r13+0x68], 2
;;   31  jg 0x6a
;;   37  mov esi, 1
;;   3c  jmp 0x41
;;   41  add qword ptr [r13+0x68], 3
;;   49  jg 0x76
;;   4f  lea eax, [rbx+rsi]
;;   53  mov [rbp], rax
;;   57  ret
;;   58  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5c  jmp 0
;;   5e  mov r11d, 2
;;   64  call qword ptr [r13+0x28]             ; routine 0 @0x3
;;   68  jmp 0x10
;;   6a  mov r11d, 2
;;   70  call qword ptr [r13+0x28]             ; routine 0 @0x7
;;   74  jmp 0x29
;;   76  mov r11d, 3
;;   7c  call qword ptr [r13+0x28]             ; routine 0 @0xe
;;   80  jmp 0x41
