;; An entry that leads to a loop goes by way of a stub.
(module
  (func (param i32)
    (block $out
      (loop $l
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_table $l $out $l (i32.and (local.get 0) (i32.const 3)))))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x47
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x4d
;;   1c  add ebx, 1
;;   1f  mov eax, ebx
;;   21  and eax, 3
;;   24  cmp eax, 2
;;   27  jae 0x50
;;   2d  lea r11, [0x3e]
;;   34  movsxd rax, [r11+rax*4]
;;   39  add rax, r11
;;   3c  jmp rax
;;   3e  -> 50
;;   42  -> 46
;;   46  ret
;;   47  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4b  jmp 0
;;   4d  ud2                                   ; @0x3: Interrupt
;;   50  jmp 0x11
