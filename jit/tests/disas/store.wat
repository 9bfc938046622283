;; Values and indices in every place.
(module
  (memory 1)
  (func (param i32)
    (i32.store (local.get 0) (i32.const 7)))
  (func (param i32)
    (i64.store (local.get 0) (i64.const -1)))
  (func (param i32)
    (i64.store (local.get 0) (i64.const 0x123456789abcdef0)))
  (func (param i32 i32 i32)
    (loop
      (i32.store8 (local.get 0) (local.get 1))
      (i32.store16 (local.get 0) (local.get 1))
      (i32.store (local.get 0) (local.get 1))
      (br_if 0 (local.get 2))))
  (func (param i32 i32)
    (i32.store16 offset=2 (local.get 0) (i32.add (local.get 1) (i32.const 1))))
  (func (param i32 f64)
    (f64.store (local.get 0) (local.get 1)))
  (func (param i32 i64)
    (i64.store32 (i32.const 16) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov dword ptr [r14+rax], 7            ; @0x5: may fault
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov qword ptr [r14+rax], -1           ; @0x5: may fault
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  mov rax, 0x123456789abcdef0
;;   18  mov ecx, [rbp]
;;   1b  mov [r14+rcx], rax                    ; @0xd: may fault
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x3d
;;   22  mov [r14+rbx], sil                    ; @0x7: may fault
;;   27  mov [r14+rbx], si                     ; @0xe: may fault
;;   2d  mov [r14+rbx], esi                    ; @0x15: may fault
;;   32  test edi, edi
;;   34  jne 0x17
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   3d  ud2                                   ; @0x1: Interrupt
;; func 4
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp+8]
;;   11  add eax, 1
;;   14  mov ecx, [rbp]
;;   17  mov [r14+rcx+2], ax                   ; @0x8: may fault
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  movsd xmm0, [rbp+8]
;;   13  mov eax, [rbp]
;;   16  movsd [r14+rax], xmm0                 ; @0x5: may fault
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 6
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x17
;;    e  mov rax, [rbp+8]
;;   12  mov [r14+0x10], eax                   ; @0x5: may fault
;;   16  ret
;;   17  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1b  jmp 0
