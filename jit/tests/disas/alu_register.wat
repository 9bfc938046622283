;; Results of operators, which may be changed in place.
(module
  (func (param i32 i32) (result i32)
    (i32.sub (i32.mul (local.get 0) (i32.const 10)) (i32.mul (local.get 1) (i32.const 11))))
  (func (param i32 i32) (result i32)
    (i32.add (local.get 0) (i32.mul (local.get 1) (i32.const 11))))
  (func (param i32 i32) (result i32)
    (i32.sub (local.get 0) (i32.mul (local.get 1) (i32.const 11)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  mov eax, [rbp]
;;   11  imul eax, 0xa
;;   14  mov ecx, [rbp+8]
;;   17  imul ecx, 0xb
;;   1a  sub eax, ecx
;;   1c  mov [rbp], rax
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov eax, [rbp+8]
;;   11  imul eax, 0xb
;;   14  add eax, [rbp]
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  imul eax, 0xb
;;   14  mov ecx, [rbp]
;;   17  sub ecx, eax
;;   19  mov eax, ecx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
