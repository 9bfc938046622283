;; Splats, extractions and replacements.
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
;;    8  ja 0x45
;;    e  xor ebx, ebx
;;   10  mov esi, [rbp+0x10]
;;   13  movups xmm8, [rbp]
;;   18  cmp qword ptr [r13], 0
;;   1d  jne 0x4b
;;   23  vpextrb ebx, xmm8, 3
;;   29  movsx ebx, bl
;;   2d  vmovd xmm8, ebx
;;   31  vpbroadcastb xmm8, xmm8
;;   36  vpinsrw xmm8, xmm8, ebx, 5
;;   3b  movd ebx, xmm8
;;   40  test esi, esi
;;   42  jne 0x18
;;   44  ret
;;   45  call qword ptr [r13+0x38]             ; refuse @0x0
;;   49  jmp 0
;;   4b  ud2                                   ; @0x3: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3e
;;    e  mov ebx, [rbp+0x18]
;;   11  movups xmm8, [rbp]
;;   16  movss xmm9, [rbp+0x10]
;;   1c  cmp qword ptr [r13], 0
;;   21  jne 0x44
;;   27  vpshufd xmm9, xmm8, 2
;;   2d  vshufps xmm8, xmm9, xmm9, 0
;;   33  vinsertps xmm8, xmm8, xmm9, 0x10
;;   39  test ebx, ebx
;;   3b  jne 0x1c
;;   3d  ret
;;   3e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   42  jmp 0
;;   44  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov eax, [rbp]
;;   11  movups xmm0, [r14+rax]                ; @0x3: may fault
;;   17  vpextrw eax, xmm0, 3
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  vmovaps xmm0, [0x30]
;;   16  movups [rbp], xmm0
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;;   30  0x0000000700000007
;;   38  0x0000000700000007
