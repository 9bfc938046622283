;; One instruction, which faults outside the memory.
(module
  (memory 1)
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.load offset=4 (local.get 0)))
      (local.set 1 (i32.load8_s offset=4 (local.get 0)))
      (local.set 1 (i32.load8_u offset=4 (local.get 0)))
      (local.set 1 (i32.load16_s offset=4 (local.get 0)))
      (local.set 1 (i32.load16_u offset=4 (local.get 0)))
      (local.set 0 (i32.load (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i32 i64 i32)
    (loop
      (local.set 1 (i64.load offset=4 (local.get 0)))
      (local.set 1 (i64.load8_s offset=4 (local.get 0)))
      (local.set 1 (i64.load8_u offset=4 (local.get 0)))
      (local.set 1 (i64.load16_s offset=4 (local.get 0)))
      (local.set 1 (i64.load16_u offset=4 (local.get 0)))
      (local.set 1 (i64.load32_s offset=4 (local.get 0)))
      (local.set 1 (i64.load32_u offset=4 (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i32 f32 f64 i32)
    (loop
      (local.set 1 (f32.load (local.get 0)))
      (local.set 2 (f64.load (local.get 0)))
      (br_if 0 (local.get 3)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x49
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x4f
;;   22  mov esi, [r14+rbx+4]                  ; @0x5: may fault
;;   27  movsx esi, byte ptr [r14+rbx+4]       ; @0xc: may fault
;;   2d  movzx esi, byte ptr [r14+rbx+4]       ; @0x13: may fault
;;   33  movsx esi, word ptr [r14+rbx+4]       ; @0x1a: may fault
;;   39  movzx esi, word ptr [r14+rbx+4]       ; @0x21: may fault
;;   3f  mov ebx, [r14+rbx]                    ; @0x28: may fault
;;   44  test edi, edi
;;   46  jne 0x17
;;   48  ret
;;   49  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4d  jmp 0
;;   4f  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4f
;;    e  mov ebx, [rbp]
;;   11  mov rsi, [rbp+8]
;;   15  mov edi, [rbp+0x10]
;;   18  cmp qword ptr [r13], 0
;;   1d  jne 0x55
;;   23  mov rsi, [r14+rbx+4]                  ; @0x5: may fault
;;   28  movsx rsi, byte ptr [r14+rbx+4]       ; @0xc: may fault
;;   2e  movzx esi, byte ptr [r14+rbx+4]       ; @0x13: may fault
;;   34  movsx rsi, word ptr [r14+rbx+4]       ; @0x1a: may fault
;;   3a  movzx esi, word ptr [r14+rbx+4]       ; @0x21: may fault
;;   40  movsxd rsi, [r14+rbx+4]               ; @0x28: may fault
;;   45  mov esi, [r14+rbx+4]                  ; @0x2f: may fault
;;   4a  test edi, edi
;;   4c  jne 0x18
;;   4e  ret
;;   4f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   53  jmp 0
;;   55  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+0x18]
;;   14  movss xmm8, [rbp+8]
;;   1a  movsd xmm9, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x44
;;   2b  movss xmm8, [r14+rbx]                 ; @0x5: may fault
;;   32  movsd xmm9, [r14+rbx]                 ; @0xc: may fault
;;   39  test esi, esi
;;   3b  jne 0x20
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
