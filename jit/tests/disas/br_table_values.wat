;; One result is in its register, several are in slots.
(module
  (func (param i32) (result i32)
    (block $b (result i32)
      (block $a (result i32)
        (br_table $a $b (i32.const 7) (local.get 0)))
      (i32.add (i32.const 1))))
  (func (param i32) (result i32 i32)
    (block $b (result i32 i32)
      (block $a (result i32 i32)
        (br_table $a $b (i32.const 7) (i32.const 8) (local.get 0)))
      (i32.const 1)
      (i32.add))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ecx, [rbp]
;;   11  mov eax, 7
;;   16  cmp ecx, 1
;;   19  jae 0x3d
;;   1f  lea r11, [0x36]
;;   26  lea r11, [r11+rcx*4+4]
;;   2b  movsxd rcx, [r11-4]
;;   30  add r11, rcx
;;   33  jmp r11
;;   36  -> 3a
;;   3a  add eax, 1
;;   3d  mov [rbp], rax
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x63
;;    e  mov ecx, [rbp]
;;   11  mov qword ptr [rbp+0x20], 8
;;   19  mov qword ptr [rbp+0x18], 7
;;   21  cmp ecx, 1
;;   24  jae 0x69
;;   2a  lea r11, [0x41]
;;   31  lea r11, [r11+rcx*4+4]
;;   36  movsxd rcx, [r11-4]
;;   3b  add r11, rcx
;;   3e  jmp r11
;;   41  -> 6b
;;   45  mov eax, [rbp+0x20]
;;   48  add eax, 1
;;   4b  mov [rbp+0x20], rax
;;   4f  mov r11, [rbp+0x18]
;;   53  mov [rbp], r11
;;   57  mov r11, [rbp+0x20]
;;   5b  mov [rbp+8], r11
;;   5f  mov eax, [rbp]
;;   62  ret
;;   63  call qword ptr [r13+0x38]             ; refuse @0x0
;;   67  jmp 0
;;   69  jmp 0x4f
;;   6b  jmp 0x45
