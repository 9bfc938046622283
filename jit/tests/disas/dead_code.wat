;; Emits nothing.
(module
  (func (param i32) (result i32)
    (return (local.get 0))
    (block (br_if 0 (local.get 0)) (loop (br 0)))
    (if (result i32) (i32.const 1)
      (then (i32.const 2))
      (else (i32.const 3)))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
