;; One instruction each.
(module
  (func (param i32) (result i32)
    (i32.clz (local.get 0)))
  (func (param i32) (result i32)
    (i32.ctz (local.get 0)))
  (func (param i32) (result i32)
    (i32.popcnt (local.get 0)))
  (func (param i64) (result i64)
    (i64.clz (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  lzcnt eax, eax
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  tzcnt eax, eax
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  popcnt eax, eax
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov rax, [rbp]
;;   12  lzcnt rax, rax
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
