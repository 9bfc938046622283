;; An entry that leads to a loop goes by way of a stub.
(module
  (func (param i32)
    (block $out (loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br_table $l $out $l (i32.and (local.get 0) (i32.const 3)))))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x52
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x58
;;   1c  lea eax, [rbx+1]
;;   20  mov ebx, eax
;;   22  mov eax, ebx
;;   24  and eax, 3
;;   27  mov ecx, eax
;;   29  cmp ecx, 2
;;   2c  jae 0x5b
;;   32  lea r11, [0x49]
;;   39  lea r11, [r11+rcx*4+4]
;;   3e  movsxd rcx, [r11-4]
;;   43  add r11, rcx
;;   46  jmp r11
;;   49  -> 5b
;;   4d  -> 51
;;   51  ret
;;   52  call qword ptr [r13+0x38]             ; refuse @0x0
;;   56  jmp 0
;;   58  ud2                                   ; @0x3: Interrupt
;;   5b  jmp 0x11
