;;! baseline-cpu
;; The count goes to `cl`.
(module
  (func (param i32 i32) (result i32)
    (i32.shl (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.shr_u (i32.add (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1))))
  (func (param i32 i32 i32) (result i32)
    (i32.add (i32.mul (local.get 2) (i32.const 10)) (i32.add (i32.mul (local.get 2) (i32.const 11)) (i32.shl (local.get 0) (local.get 1))))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov ecx, [rbp+8]
;;   11  mov eax, [rbp]
;;   14  shl eax, cl
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  mov eax, [rbp]
;;   11  add eax, 1
;;   14  mov ecx, [rbp+8]
;;   17  add ecx, 1
;;   1a  shr eax, cl
;;   1c  mov [rbp], rax
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov ebx, [rbp+0x10]
;;   11  imul eax, ebx, 0xa
;;   14  imul ecx, ebx, 0xb
;;   17  mov edx, ecx
;;   19  mov ecx, [rbp+8]
;;   1c  mov esi, [rbp]
;;   1f  shl esi, cl
;;   21  add edx, esi
;;   23  add eax, edx
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
