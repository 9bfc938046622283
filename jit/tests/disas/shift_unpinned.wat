;;! pins=0
;; The count of a shift in memory, and in a register.
(module
  (func (param i32 i32) (result i32)
    (i32.shl (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (i32.shl (local.get 0) (i32.add (local.get 1) (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  shlx ecx, ecx, eax
;;   19  mov eax, ecx
;;   1b  mov [rbp], rax
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  mov eax, [rbp+8]
;;   11  add eax, 1
;;   14  mov ecx, [rbp]
;;   17  shlx ecx, ecx, eax
;;   1c  mov eax, ecx
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
