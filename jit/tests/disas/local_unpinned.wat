;;! pins=0
;; A local in its slot is loaded when it is used.
(module
  (func (param i32 i32) (result i32)
    (local.set 0 (local.get 1))
    (local.get 0))
  (func (param i64) (result i64)
    (local.set 0 (i64.const 0x123456789abcdef0))
    (local.get 0))
  (func (param i32 i32) (result i32)
    (i32.mul (local.tee 0 (i32.add (local.get 1) (i32.const 3))) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp], r11
;;   16  mov eax, [rbp]
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  mov r11, 0x123456789abcdef0
;;   18  mov [rbp], r11
;;   1c  mov rax, [rbp]
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  mov eax, [rbp+8]
;;   11  add eax, 3
;;   14  mov [rbp], rax
;;   18  imul eax, [rbp]
;;   1c  mov [rbp], rax
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
