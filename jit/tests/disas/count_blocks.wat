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
;;    8  ja 0x55
;;    e  xor esi, esi
;;   10  add r12, 2
;;   17  jg 0x5b
;;   1d  mov ebx, [rbp]
;;   20  test ebx, ebx
;;   22  je 0x3f
;;   28  add r12, 2
;;   2f  jg 0x67
;;   35  mov esi, 1
;;   3a  jmp 0x3f
;;   3f  add r12, 3
;;   46  jg 0x73
;;   4c  lea eax, [rbx+rsi]
;;   50  mov [rbp], rax
;;   54  ret
;;   55  call qword ptr [r13+0x38]             ; refuse @0x0
;;   59  jmp 0
;;   5b  mov r11d, 2
;;   61  call qword ptr [r13+0x28]             ; routine 0 @0x3
;;   65  jmp 0x10
;;   67  mov r11d, 2
;;   6d  call qword ptr [r13+0x28]             ; routine 0 @0x7
;;   71  jmp 0x28
;;   73  mov r11d, 3
;;   79  call qword ptr [r13+0x28]             ; routine 0 @0xe
;;   7d  jmp 0x3f
