;; Parameters of a loop are in their slots.
(module
  (func (param i32) (result i32)
    (i32.const 1)
    (loop (param i32) (result i32)
      (i32.mul (i32.const 3))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (param i32) (result i32)
    (i32.const 1)
    (i32.const 2)
    (loop (param i32 i32) (result i32)
      (i32.add)
      (local.get 0)
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
      (drop))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  mov qword ptr [rbp+0x18], 1
;;   16  mov ebx, [rbp]
;;   19  cmp qword ptr [r13], 0
;;   1e  jne 0x45
;;   24  mov eax, [rbp+0x18]
;;   27  lea eax, [rax+rax*2]
;;   2b  sub ebx, 1
;;   2e  je 0x3a
;;   34  mov [rbp+0x18], rax
;;   38  jmp 0x19
;;   3a  mov [rbp], rax
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;;   45  ud2                                   ; @0x3: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x50
;;    e  mov qword ptr [rbp+0x18], 1
;;   16  mov qword ptr [rbp+0x20], 2
;;   1e  mov ebx, [rbp]
;;   21  cmp qword ptr [r13], 0
;;   26  jne 0x56
;;   2c  mov eax, [rbp+0x18]
;;   2f  add eax, [rbp+0x20]
;;   32  mov ecx, ebx
;;   34  sub ecx, 1
;;   37  mov edx, ebx
;;   39  mov ebx, ecx
;;   3b  je 0x4b
;;   41  mov [rbp+0x18], rax
;;   45  mov [rbp+0x20], rdx
;;   49  jmp 0x21
;;   4b  mov [rbp], rax
;;   4f  ret
;;   50  call qword ptr [r13+0x38]             ; refuse @0x0
;;   54  jmp 0
;;   56  ud2                                   ; @0x5: Interrupt
