;; What is below a block is in its slot before.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (block (br_if 0 (local.get 0)) (local.set 0 (i32.const 1)))
    (i32.add (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov [rbp+0x18], rax
;;   18  test ebx, ebx
;;   1a  jne 0x25
;;   20  mov ebx, 1
;;   25  mov eax, [rbp+0x18]
;;   28  add eax, ebx
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
