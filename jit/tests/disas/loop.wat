;; A loop's locals are in registers at its header; the header looks at the interrupt word.
(module
  (func (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  xor esi, esi
;;   10  mov ebx, [rbp]
;;   13  cmp qword ptr [r13], 0
;;   18  jne 0x32
;;   1e  add esi, ebx
;;   20  sub ebx, 1
;;   23  jne 0x13
;;   25  mov eax, esi
;;   27  mov [rbp], rax
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;;   32  ud2                                   ; @0x3: Interrupt
