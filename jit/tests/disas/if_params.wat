;; Both sides find the parameters in their slots.
(module
  (func (param i32 i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (local.get 1)
    (if (param i32) (result i32)
      (then (i32.add (i32.const 1)))
      (else (i32.sub (i32.const 2)))))
  (func (param i32 i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (local.get 1)
    (if (param i32) (result i32) (then (i32.add (i32.const 1))))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x38
;;    e  mov eax, [rbp]
;;   11  imul eax, 0xa
;;   14  cmp dword ptr [rbp+8], 0
;;   18  mov [rbp+0x20], rax
;;   1c  je 0x2d
;;   22  mov eax, [rbp+0x20]
;;   25  add eax, 1
;;   28  jmp 0x33
;;   2d  mov eax, [rbp+0x20]
;;   30  sub eax, 2
;;   33  mov [rbp], rax
;;   37  ret
;;   38  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3c  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov eax, [rbp]
;;   11  imul eax, 0xa
;;   14  cmp dword ptr [rbp+8], 0
;;   18  mov [rbp+0x20], rax
;;   1c  je 0x2d
;;   22  mov eax, [rbp+0x20]
;;   25  add eax, 1
;;   28  jmp 0x30
;;   2d  mov eax, [rbp+0x20]
;;   30  mov [rbp], rax
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
