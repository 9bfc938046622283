;; A jump; the code behind it is left out.
(module
  (func (param i32) (result i32)
    (block (result i32)
      (br 0 (i32.add (local.get 0) (i32.const 1)))
      (drop (i32.mul)))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  add eax, 1
;;   14  jmp 0x19
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
