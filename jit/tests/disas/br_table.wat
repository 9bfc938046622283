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
;;    8  ja 0x5b
;;    e  mov ecx, [rbp]
;;   11  cmp ecx, 3
;;   14  jae 0x51
;;   1a  lea r11, [0x31]
;;   21  lea r11, [r11+rcx*4+4]
;;   26  movsxd rcx, [r11-4]
;;   2b  add r11, rcx
;;   2e  jmp r11
;;   31  -> 3d
;;   35  -> 47
;;   39  -> 3d
;;   3d  mov eax, 0xa
;;   42  mov [rbp], rax
;;   46  ret
;;   47  mov eax, 0x14
;;   4c  mov [rbp], rax
;;   50  ret
;;   51  mov eax, 0x1e
;;   56  mov [rbp], rax
;;   5a  ret
;;   5b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5f  jmp 0
