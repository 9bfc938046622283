;; Inner loops, and branches out of two.
(module
  (func (param i32 i32 i32) (result i32)
    (block $out (loop $a (loop $b (br_if $out (i32.eq (local.get 2) (i32.const 9))) (local.set 2 (i32.add (local.get 2) (local.get 1))) (br_if $b (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))) (br_if $a (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))) (local.get 2)))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x59
;;    e  mov ebx, [rbp+0x10]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x5f
;;   22  cmp qword ptr [r13], 0
;;   27  jne 0x62
;;   2d  cmp ebx, 9
;;   30  je 0x52
;;   36  lea eax, [rbx+rsi]
;;   3a  mov ebx, eax
;;   3c  mov eax, esi
;;   3e  sub eax, 1
;;   41  mov esi, eax
;;   43  test esi, esi
;;   45  jne 0x22
;;   47  mov eax, edi
;;   49  sub eax, 1
;;   4c  mov edi, eax
;;   4e  test edi, edi
;;   50  jne 0x17
;;   52  mov eax, ebx
;;   54  mov [rbp], rax
;;   58  ret
;;   59  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5d  jmp 0
;;   5f  ud2                                   ; @0x3: Interrupt
;;   62  ud2                                   ; @0x5: Interrupt
