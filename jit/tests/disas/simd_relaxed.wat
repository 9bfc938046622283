;;! native
;; Relaxed operators in one instruction; a sum is computed in its own register.
(module
  (func (param v128 v128 v128 i32)
    (loop
      (local.set 2 (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
      (local.set 0 (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
      (br_if 0 (local.get 3))))
  (func (param v128 v128 v128) (result v128)
    (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128 v128) (result v128)
    (i16x8.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 v128) (result v128)
    (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func (param v128 v128 v128) (result v128)
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128) (result v128)
    (i32x4.relaxed_trunc_f32x4_s (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x78]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov ebx, [rbp+0x30]
;;   11  movups xmm8, [rbp]
;;   16  movups xmm9, [rbp+0x20]
;;   1b  movups xmm10, [rbp+0x10]
;;   20  cmp qword ptr [r13], 0
;;   25  jne 0x40
;;   2b  vfmadd231ps xmm9, xmm8, xmm10
;;   30  vfnmadd213pd xmm8, xmm10, xmm9
;;   35  test ebx, ebx
;;   37  jne 0x20
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x70]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x28
;;    e  movups xmm0, [rbp+0x20]
;;   12  movups xmm1, [rbp+0x10]
;;   16  movups xmm2, [rbp]
;;   1a  vpblendvb xmm3, xmm1, xmm2, xmm0
;;   20  movaps xmm0, xmm3
;;   23  movups [rbp], xmm0
;;   27  ret
;;   28  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2c  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x70]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x34
;;    e  movups xmm0, [rbp+0x20]
;;   12  movups xmm1, [rbp+0x10]
;;   16  movups xmm2, [rbp]
;;   1a  vpsraw xmm15, xmm0, 0xf
;;   1f  vpxor xmm3, xmm2, xmm1
;;   23  vpand xmm3, xmm3, xmm15
;;   28  vpxor xmm3, xmm3, xmm1
;;   2c  movaps xmm0, xmm3
;;   2f  movups [rbp], xmm0
;;   33  ret
;;   34  call qword ptr [r13+0x38]             ; refuse @0x0
;;   38  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  movups xmm0, [rbp]
;;   12  vpshufb xmm0, xmm0, [rbp+0x10]
;;   18  movups [rbp], xmm0
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x70]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  movups xmm0, [rbp+0x20]
;;   12  movups xmm1, [rbp+0x10]
;;   16  movups xmm2, [rbp]
;;   1a  vpmaddubsw xmm3, xmm1, xmm2
;;   1f  vpmaddwd xmm3, xmm3, [0x40]
;;   27  vpaddd xmm3, xmm3, xmm0
;;   2b  movaps xmm0, xmm3
;;   2e  movups [rbp], xmm0
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   40  0x0001000100010001
;;   48  0x0001000100010001
;; func 5
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  vcvttps2dq xmm0, [rbp]
;;   13  movups [rbp], xmm0
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
