;; A table of distances behind the jump.
(module
  (func (param i32) (result i32)
    (block $c
      (block $b
        (block $a (br_table $a $b $a $c (local.get 0)))
        (return (i32.const 10)))
      (return (i32.const 20)))
    (i32.const 30)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x55
;;    e  mov ecx, [rbp]
;;   11  cmp ecx, 3
;;   14  jae 0x4b
;;   1a  lea r11, [0x2b]
;;   21  movsxd rcx, [r11+rcx*4]
;;   26  add rcx, r11
;;   29  jmp rcx
;;   2b  -> 37
;;   2f  -> 41
;;   33  -> 37
;;   37  mov eax, 0xa
;;   3c  mov [rbp], rax
;;   40  ret
;;   41  mov eax, 0x14
;;   46  mov [rbp], rax
;;   4a  ret
;;   4b  mov eax, 0x1e
;;   50  mov [rbp], rax
;;   54  ret
;;   55  call qword ptr [r13+0x38]             ; refuse @0x0
;;   59  jmp 0
