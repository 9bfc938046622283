;; Nothing but the default.
(module
  (func (param i32)
    (block
      (br_table 0 (local.get 0))
      (local.set 0 (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov ebx, [rbp]
;;   11  cmp ebx, 0
;;   14  jae 0x1a
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
