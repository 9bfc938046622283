;; The most used are in registers, the others in their slots.
(module
  (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (loop
      (local.set 0
        (i32.add
          (local.get 0)
          (i32.add
            (local.get 1)
            (i32.add
              (local.get 2)
              (i32.add
                (local.get 3)
                (i32.add
                  (local.get 4)
                  (i32.add
                    (local.get 5)
                    (i32.add (local.get 6) (i32.add (local.get 7) (local.get 8))))))))))
      (br_if 0 (local.get 0)))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0xa0]
;;    7  cmp rax, [r13+8]
;;    b  ja 0x56
;;   11  mov ebx, [rbp]
;;   14  mov esi, [rbp+8]
;;   17  mov edi, [rbp+0x10]
;;   1a  mov r8d, [rbp+0x18]
;;   1e  mov r9d, [rbp+0x20]
;;   22  mov r10d, [rbp+0x28]
;;   26  mov r12d, [rbp+0x30]
;;   2a  cmp qword ptr [r13], 0
;;   2f  jne 0x5c
;;   35  mov eax, [rbp+0x38]
;;   38  add eax, [rbp+0x40]
;;   3b  add eax, r12d
;;   3e  add eax, r10d
;;   41  add eax, r9d
;;   44  add eax, r8d
;;   47  add eax, edi
;;   49  add eax, esi
;;   4b  add ebx, eax
;;   4d  jne 0x2a
;;   4f  mov eax, ebx
;;   51  mov [rbp], rax
;;   55  ret
;;   56  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5a  jmp 0
;;   5c  ud2                                   ; @0x1: Interrupt
