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
;;    8  ja 0x4f
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x55
;;   1c  add ebx, 1
;;   1f  mov eax, ebx
;;   21  and eax, 3
;;   24  mov ecx, eax
;;   26  cmp ecx, 2
;;   29  jae 0x58
;;   2f  lea r11, [0x46]
;;   36  lea r11, [r11+rcx*4+4]
;;   3b  movsxd rcx, [r11-4]
;;   40  add r11, rcx
;;   43  jmp r11
;;   46  -> 58
;;   4a  -> 4e
;;   4e  ret
;;   4f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   53  jmp 0
;;   55  ud2                                   ; @0x3: Interrupt
;;   58  jmp 0x11
