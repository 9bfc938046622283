;; One conditional jump.
(module
  (func (param i32 i32)
    (block $b
      (loop $l
        (br_if $b (i32.eq (local.get 0) (local.get 1)))
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br $l)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2d
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x33
;;   1f  cmp ebx, esi
;;   21  je 0x2c
;;   27  add ebx, 1
;;   2a  jmp 0x14
;;   2c  ret
;;   2d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   31  jmp 0
;;   33  ud2                                   ; @0x3: Interrupt
