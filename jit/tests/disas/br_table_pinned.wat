;; An index in a pin is read there.
(module
  (func (param i32) (result i32)
    (loop $l
      (block $a (block $b (br_table $a $b $l (local.get 0))) (local.set 0 (i32.const 1)) (br $l)))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  mov ebx, [rbp]
;;   11  cmp qword ptr [r13], 0
;;   16  jne 0x52
;;   1c  cmp ebx, 2
;;   1f  jae 0x55
;;   25  lea r11, [0x36]
;;   2c  movsxd rcx, [r11+rbx*4]
;;   31  add rcx, r11
;;   34  jmp rcx
;;   36  -> 45
;;   3a  -> 3e
;;   3e  mov ebx, 1
;;   43  jmp 0x11
;;   45  mov eax, ebx
;;   47  mov [rbp], rax
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   52  ud2                                   ; @0x1: Interrupt
;;   55  jmp 0x11
