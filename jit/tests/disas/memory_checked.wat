;;! checked
;; The end is compared with the length, which is before the base.
(module
  (memory 1)
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.load offset=8 (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i32 f32)
    (f32.store (local.get 0) (local.get 1)))
  (func (result i32)
    (i32.load (i32.const 16))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3b
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x41
;;   22  lea r11, [rbx+0xc]
;;   27  cmp r11, [r14-8]
;;   2b  ja 0x44
;;   31  mov esi, [r14+r11-4]
;;   36  test edi, edi
;;   38  jne 0x17
;;   3a  ret
;;   3b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3f  jmp 0
;;   41  ud2                                   ; @0x1: Interrupt
;;   44  ud2                                   ; @0x5: MemoryOutOfBounds
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2d
;;    e  movss xmm0, [rbp+8]
;;   13  mov eax, [rbp]
;;   16  lea r11, [rax+4]
;;   1b  cmp r11, [r14-8]
;;   1f  ja 0x33
;;   25  movss [r14+r11-4], xmm0
;;   2c  ret
;;   2d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   31  jmp 0
;;   33  ud2                                   ; @0x5: MemoryOutOfBounds
;; func 2
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  mov eax, 0x10
;;   13  lea r11, [rax+4]
;;   18  cmp r11, [r14-8]
;;   1c  ja 0x34
;;   22  mov ecx, [r14+r11-4]
;;   27  mov eax, ecx
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;;   34  ud2                                   ; @0x3: MemoryOutOfBounds
