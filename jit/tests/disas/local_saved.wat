;; A local that is set while its old value is an operand is copied first.
(module
  (func (param i32 i32 i32)
    (loop
      (local.get 0)
      (local.set 0 (i32.const 1))
      (local.set 1 (i32.add (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param f64) (result f64)
    (local.get 0)
    (local.set 0 (f64.const 1))
    (f64.add (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x38
;;   22  mov eax, ebx
;;   24  mov ebx, 1
;;   29  mov esi, eax
;;   2b  add esi, ebx
;;   2d  test edi, edi
;;   2f  jne 0x17
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;;   38  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movsd xmm0, [rbp]
;;   13  movsd xmm8, [0x30]
;;   1c  addsd xmm0, xmm8
;;   21  movsd [rbp], xmm0
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   30  0x3ff0000000000000
