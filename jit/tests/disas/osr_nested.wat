;;! osr
;; Each loop has an entry.
(module
  (func (param i32 i32)
    (loop
      (loop
        (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x3b
;;   1f  cmp qword ptr [r13], 0
;;   24  jne 0x46
;;   2a  sub ebx, 1
;;   2d  jne 0x1f
;;   2f  sub esi, 1
;;   32  jne 0x14
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
;;   3b  ud2                                   ; @0x1: Interrupt
;;   3e  mov ebx, [rbp+8]                      ; @0x1: entry from the interpreter
;;   41  mov esi, [rbp]
;;   44  jmp 0x14
;;   46  ud2                                   ; @0x3: Interrupt
;;   49  mov ebx, [rbp+8]                      ; @0x3: entry from the interpreter
;;   4c  mov esi, [rbp]
;;   4f  jmp 0x1f
