;;! pins=0
;; The second operand is read from memory.
(module
  (func (param i32 i32) (result i32)
    (i32.mul (local.get 0) (local.get 1)))
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 100))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp]
;;   11  imul eax, [rbp+8]
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  imul eax, 0x64
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
