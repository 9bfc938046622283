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
;;    8  ja 0x3c
;;    e  mov ecx, [rbp]
;;   11  mov eax, 7
;;   16  cmp ecx, 1
;;   19  jae 0x37
;;   1f  lea r11, [0x30]
;;   26  movsxd rcx, [r11+rcx*4]
;;   2b  add rcx, r11
;;   2e  jmp rcx
;;   30  -> 34
;;   34  add eax, 1
;;   37  mov [rbp], rax
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5d
;;    e  mov ecx, [rbp]
;;   11  mov qword ptr [rbp+0x20], 8
;;   19  mov qword ptr [rbp+0x18], 7
;;   21  cmp ecx, 1
;;   24  jae 0x63
;;   2a  lea r11, [0x3b]
;;   31  movsxd rcx, [r11+rcx*4]
;;   36  add rcx, r11
;;   39  jmp rcx
;;   3b  -> 65
;;   3f  mov eax, [rbp+0x20]
;;   42  add eax, 1
;;   45  mov [rbp+0x20], rax
;;   49  mov r11, [rbp+0x18]
;;   4d  mov [rbp], r11
;;   51  mov r11, [rbp+0x20]
;;   55  mov [rbp+8], r11
;;   59  mov eax, [rbp]
;;   5c  ret
;;   5d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   61  jmp 0
;;   63  jmp 0x49
;;   65  jmp 0x3f
