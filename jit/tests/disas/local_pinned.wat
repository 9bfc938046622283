;; Reading emits nothing, setting a move.
(module
  (func (param i32 i32 i32)
    (loop
      (local.set 0 (local.get 1))
      (local.set 1 (i32.const 0))
      (local.set 1 (local.tee 0 (i32.add (local.get 0) (local.get 1))))
      (br_if 0 (local.get 2))))
  (func (param f64 f64 i32)
    (loop
      (local.set 0 (local.get 1))
      (local.set 1 (f64.const 0))
      (local.set 1 (local.tee 0 (f64.add (local.get 0) (local.get 1))))
      (br_if 0 (local.get 2))))
  (func (param i32 i32) (result i32)
    (i32.mul (local.tee 0 (i32.add (local.get 1) (i32.const 3))) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x35
;;   22  mov esi, ebx
;;   24  xor ebx, ebx
;;   26  add esi, ebx
;;   28  mov ebx, esi
;;   2a  test edi, edi
;;   2c  jne 0x17
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;;   35  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp+0x10]
;;   11  movsd xmm8, [rbp+8]
;;   17  movsd xmm9, [rbp]
;;   1d  cmp qword ptr [r13], 0
;;   22  jne 0x44
;;   28  movaps xmm9, xmm8
;;   2c  xorps xmm8, xmm8
;;   30  addsd xmm9, xmm8
;;   35  movaps xmm8, xmm9
;;   39  test ebx, ebx
;;   3b  jne 0x1d
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov ebx, [rbp+8]
;;   11  add ebx, 3
;;   14  mov eax, ebx
;;   16  imul eax, ebx
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
