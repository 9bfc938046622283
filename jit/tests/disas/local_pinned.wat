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
;;    8  ja 0x1f
;;    e  mov ebx, [rbp]
;;   11  mov eax, ebx
;;   13  add eax, [rbp+8]
;;   16  mov ebx, eax
;;   18  mov eax, ebx
;;   1a  mov [rbp], rax
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  add eax, 3
;;   14  mov ebx, eax
;;   16  mov eax, ebx
;;   18  imul eax, ebx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
