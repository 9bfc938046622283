;; What is computed between stays in a register.
(module
  (memory 1)
  (func (param i32 i32 i32)
    (loop
      (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1)))
      (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))
      (br_if 0 (local.get 2)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x40
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x46
;;   22  mov eax, [r14+rbx]                    ; @0x7: may fault
;;   27  add eax, esi
;;   29  mov [r14+rbx], eax                    ; @0xd: may fault
;;   2e  mov eax, [r14+rbx]                    ; @0x14: may fault
;;   33  add eax, 1
;;   36  mov [r14+rbx], eax                    ; @0x1a: may fault
;;   3b  test edi, edi
;;   3d  jne 0x17
;;   3f  ret
;;   40  call qword ptr [r13+0x38]             ; refuse @0x0
;;   44  jmp 0
;;   46  ud2                                   ; @0x1: Interrupt
