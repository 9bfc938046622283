;;! baseline-cpu
;; The count goes to `cl`.
(module
  (func (param i32 i32 i32 i32)
    (loop
      (local.set 2 (i32.shl (local.get 0) (local.get 1)))
      (local.set 0 (i32.shl (local.get 0) (local.get 2)))
      (local.set 1 (i32.shl (local.get 0) (local.get 1)))
      (br_if 0 (local.get 3))))
  (func (param i32 i32) (result i32)
    (i32.shr_u (i32.add (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1))))
  (func (param i32 i32 i32) (result i32)
    (i32.add
      (i32.mul (local.get 2) (i32.const 10))
      (i32.add (i32.mul (local.get 2) (i32.const 11)) (i32.shl (local.get 0) (local.get 1))))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  mov r8d, [rbp+0x18]
;;   1b  cmp qword ptr [r13], 0
;;   20  jne 0x42
;;   26  mov ecx, esi
;;   28  mov edi, ebx
;;   2a  shl edi, cl
;;   2c  mov ecx, edi
;;   2e  shl ebx, cl
;;   30  mov ecx, esi
;;   32  mov esi, ebx
;;   34  shl esi, cl
;;   36  test r8d, r8d
;;   39  jne 0x1b
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x1: Interrupt
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
