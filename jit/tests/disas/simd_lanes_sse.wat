;;! sse41
;; Splats, extractions and replacements, with two operands.
(module
  (func (param v128 i32) (local i32)
    (loop
      (local.set 2 (i8x16.extract_lane_s 3 (local.get 0)))
      (local.set 0 (i8x16.splat (local.get 2)))
      (local.set 0 (i16x8.replace_lane 5 (local.get 0) (local.get 2)))
      (local.set 2 (i32x4.extract_lane 0 (local.get 0)))
      (br_if 0 (local.get 1))))
  (func (param v128 f32 i32)
    (loop
      (local.set 1 (f32x4.extract_lane 2 (local.get 0)))
      (local.set 0 (f32x4.splat (local.get 1)))
      (local.set 0 (f32x4.replace_lane 1 (local.get 0) (local.get 1)))
      (br_if 0 (local.get 2))))
  (memory 1)
  (func (param i32) (result i32)
    (i16x8.extract_lane_u 3 (v128.load (local.get 0))))
  (func (result v128)
    (i32x4.splat (i32.const 7))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4e
;;    e  xor ebx, ebx
;;   10  mov esi, [rbp+0x10]
;;   13  movups xmm8, [rbp]
;;   18  cmp qword ptr [r13], 0
;;   1d  jne 0x54
;;   23  pextrb ebx, xmm8, 3
;;   2a  movsx ebx, bl
;;   2e  movd xmm8, ebx
;;   33  pxor xmm15, xmm15
;;   38  pshufb xmm8, xmm15
;;   3e  pinsrw xmm8, ebx, 5
;;   44  movd ebx, xmm8
;;   49  test esi, esi
;;   4b  jne 0x18
;;   4d  ret
;;   4e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   52  jmp 0
;;   54  ud2                                   ; @0x3: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3f
;;    e  mov ebx, [rbp+0x18]
;;   11  movups xmm8, [rbp]
;;   16  movss xmm9, [rbp+0x10]
;;   1c  cmp qword ptr [r13], 0
;;   21  jne 0x45
;;   27  pshufd xmm9, xmm8, 2
;;   2d  pshufd xmm8, xmm9, 0
;;   33  insertps xmm8, xmm9, 0x10
;;   3a  test ebx, ebx
;;   3c  jne 0x1c
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
;;   45  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov eax, [rbp]
;;   11  movups xmm0, [r14+rax]                ; @0x3: may fault
;;   17  pextrw eax, xmm0, 3
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  movaps xmm0, [0x20]
;;   15  movups [rbp], xmm0
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;;   20  0x0000000700000007
;;   28  0x0000000700000007
