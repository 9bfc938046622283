;; Reading emits nothing, setting a move.
(module
  (func (param i32 i32) (result i32)
    (local.set 0 (local.get 1)) (local.get 0))
  (func (param i32) (result i32)
    (local.set 0 (i32.const 0)) (local.get 0))
  (func (param i32 i32) (result i32)
    (local.set 0 (i32.add (local.get 0) (local.get 1))) (local.get 0))
  (func (param i32 i32) (result i32)
    (i32.mul (local.tee 0 (i32.add (local.get 1) (i32.const 3))) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov ebx, [rbp+8]
;;   11  mov eax, ebx
;;   13  mov [rbp], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x17
;;    e  xor ebx, ebx
;;   10  mov eax, ebx
;;   12  mov [rbp], rax
;;   16  ret
;;   17  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1b  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov ebx, [rbp]
;;   11  add ebx, [rbp+8]
;;   14  mov eax, ebx
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov ebx, [rbp+8]
;;   11  add ebx, 3
;;   14  mov eax, ebx
;;   16  imul eax, ebx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
