;; An operand that was spilled for a call is read from its slot.
(module
  (func $f (param i32) (result i32) (local.get 0))
  (func (param i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 10)) (call $f (local.get 0))))
  (func (param i32) (result i32)
    (i32.sub (i32.mul (local.get 0) (i32.const 10)) (call $f (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov [rbp+0x20], rbx
;;   18  mov [rbp+0x18], rax
;;   1c  add rbp, 0x20
;;   20  call 0                                ; func 0 @0x8: frame+32
;;   25  add rbp, -0x20
;;   29  add eax, [rbp+0x18]
;;   2c  mov [rbp], rax
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov [rbp+0x20], rbx
;;   18  mov [rbp+0x18], rax
;;   1c  add rbp, 0x20
;;   20  call 0                                ; func 0 @0x8: frame+32
;;   25  add rbp, -0x20
;;   29  mov ecx, [rbp+0x18]
;;   2c  sub ecx, eax
;;   2e  mov eax, ecx
;;   30  mov [rbp], rax
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
