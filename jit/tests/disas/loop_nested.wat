;; Inner loops, and branches out of two.
(module
  (func (param i32 i32 i32) (result i32)
    (block $out
      (loop $a
        (loop $b
          (br_if $out (i32.eq (local.get 2) (i32.const 9)))
          (local.set 2 (i32.add (local.get 2) (local.get 1)))
          (br_if $b (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
        (br_if $a (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (local.get 2)))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x49
;;    e  mov ebx, [rbp+0x10]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x4f
;;   22  cmp qword ptr [r13], 0
;;   27  jne 0x52
;;   2d  cmp ebx, 9
;;   30  je 0x42
;;   36  add ebx, esi
;;   38  sub esi, 1
;;   3b  jne 0x22
;;   3d  sub edi, 1
;;   40  jne 0x17
;;   42  mov eax, ebx
;;   44  mov [rbp], rax
;;   48  ret
;;   49  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4d  jmp 0
;;   4f  ud2                                   ; @0x3: Interrupt
;;   52  ud2                                   ; @0x5: Interrupt
