;; By a constant without a move with BMI2; by a variable through `cl`.
(module
  (func (param i32) (result i32)
    (i32.rotl (local.get 0) (i32.const 5)))
  (func (param i64) (result i64)
    (i64.rotr (local.get 0) (i64.const 5)))
  (func (param i32 i32) (result i32)
    (i32.rotl (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x19
;;    e  mov eax, [rbp]
;;   11  rol eax, 5
;;   14  mov [rbp], rax
;;   18  ret
;;   19  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [rbp]
;;   12  ror rax, 5
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov ecx, [rbp+8]
;;   11  mov eax, [rbp]
;;   14  rol eax, cl
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
