;;! osr
;; Operands below a loop are in their slots, where the interpreter has them.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (i32.const 7)
    (i32.const 1)
    (loop (param i32) (result i32)
      (i32.add (i32.const 2))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.add)
    (i32.add)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x53
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov [rbp+0x18], rax
;;   18  mov qword ptr [rbp+0x20], 7
;;   20  mov qword ptr [rbp+0x28], 1
;;   28  cmp qword ptr [r13], 0
;;   2d  jne 0x59
;;   33  mov eax, [rbp+0x28]
;;   36  add eax, 2
;;   39  sub ebx, 1
;;   3c  je 0x48
;;   42  mov [rbp+0x28], rax
;;   46  jmp 0x28
;;   48  add eax, 7
;;   4b  add eax, [rbp+0x18]
;;   4e  mov [rbp], rax
;;   52  ret
;;   53  call qword ptr [r13+0x38]             ; refuse @0x0
;;   57  jmp 0
;;   59  ud2                                   ; @0xa: Interrupt
;;   5c  mov ebx, [rbp]                        ; @0xa: entry from the interpreter
;;   5f  jmp 0x28
