;; A comparison stays in the flags for the branch.
(module
  (func (param i32 i32)
    (block
      (br_if 0 (i32.ge_u (local.get 0) (local.get 1)))
      (local.set 0 (i32.const 1))))
  (func (param i32 i32)
    (block
      (br_if 0 (i32.eqz (i32.lt_s (local.get 0) (local.get 1))))
      (local.set 0 (i32.const 1))))
  (func (param i32 i32)
    (block
      (br_if 0 (i32.and (local.get 0) (local.get 1)))
      (local.set 0 (i32.const 1))))
  (func (param i32)
    (block (br_if 0 (local.get 0)) (local.set 0 (i32.const 1))))
  (func (param i32)
    (block
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
      (local.set 0 (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  cmp ebx, [rbp+8]
;;   14  jae 0x1f
;;   1a  mov ebx, 1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  cmp ebx, [rbp+8]
;;   14  jge 0x1f
;;   1a  mov ebx, 1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  test [rbp+8], ebx
;;   14  jne 0x1f
;;   1a  mov ebx, 1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  jne 0x1e
;;   19  mov ebx, 1
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov ebx, [rbp]
;;   11  sub ebx, 1
;;   14  jne 0x1f
;;   1a  mov ebx, 1
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
