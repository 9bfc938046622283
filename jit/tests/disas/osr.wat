;;! osr
;; Loads the pins of the loop, and goes to its header.
(module
  (func (param i32) (result i32) (local i32)
    (loop (local.set 1 (i32.add (local.get 1) (local.get 0))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x36
;;    e  xor esi, esi
;;   10  mov ebx, [rbp]
;;   13  cmp qword ptr [r13], 0
;;   18  jne 0x3c
;;   1e  lea eax, [rsi+rbx]
;;   22  mov esi, eax
;;   24  mov eax, ebx
;;   26  sub eax, 1
;;   29  mov ebx, eax
;;   2b  test ebx, ebx
;;   2d  jne 0x13
;;   2f  mov eax, esi
;;   31  mov [rbp], rax
;;   35  ret
;;   36  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3a  jmp 0
;;   3c  ud2                                   ; @0x3: Interrupt
;;   3f  mov ebx, [rbp]                        ; @0x3: entry from the interpreter
;;   42  mov esi, [rbp+8]
;;   45  jmp 0x13
