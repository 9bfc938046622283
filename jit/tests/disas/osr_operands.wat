;;! osr
;; Operands below a loop are in their slots, where the interpreter has them.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10)) (i32.const 7) (i32.const 1) (loop (param i32) (result i32) (i32.add (i32.const 2)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.add) (i32.add)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x59
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov [rbp+0x18], rax
;;   18  mov qword ptr [rbp+0x20], 7
;;   20  mov qword ptr [rbp+0x28], 1
;;   28  cmp qword ptr [r13], 0
;;   2d  jne 0x5f
;;   33  mov eax, [rbp+0x28]
;;   36  add eax, 2
;;   39  mov ecx, ebx
;;   3b  sub ecx, 1
;;   3e  mov ebx, ecx
;;   40  test ebx, ebx
;;   42  je 0x4e
;;   48  mov [rbp+0x28], rax
;;   4c  jmp 0x28
;;   4e  add eax, [rbp+0x20]
;;   51  add eax, [rbp+0x18]
;;   54  mov [rbp], rax
;;   58  ret
;;   59  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5d  jmp 0
;;   5f  ud2                                   ; @0xa: Interrupt
;;   62  mov ebx, [rbp]                        ; @0xa: entry from the interpreter
;;   65  jmp 0x28
