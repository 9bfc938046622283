;;! osr
;; Each loop has an entry.
(module
  (func (param i32 i32)
    (loop (loop (br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x41
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x47
;;   1f  cmp qword ptr [r13], 0
;;   24  jne 0x52
;;   2a  mov eax, ebx
;;   2c  sub eax, 1
;;   2f  mov ebx, eax
;;   31  test ebx, ebx
;;   33  jne 0x1f
;;   35  mov eax, esi
;;   37  sub eax, 1
;;   3a  mov esi, eax
;;   3c  test esi, esi
;;   3e  jne 0x14
;;   40  ret
;;   41  call qword ptr [r13+0x38]             ; refuse @0x0
;;   45  jmp 0
;;   47  ud2                                   ; @0x1: Interrupt
;;   4a  mov ebx, [rbp+8]                      ; @0x1: entry from the interpreter
;;   4d  mov esi, [rbp]
;;   50  jmp 0x14
;;   52  ud2                                   ; @0x3: Interrupt
;;   55  mov ebx, [rbp+8]                      ; @0x3: entry from the interpreter
;;   58  mov esi, [rbp]
;;   5b  jmp 0x1f
