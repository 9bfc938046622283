;; What is known of operands saves instructions.
(module
  (func (param v128) (result v128)
    (i8x16.lt_u (local.get 0) (v128.const i32x4 0x1a1a1a1a 0x1a1a1a1a 0x1a1a1a1a 0x1a1a1a1a)))
  (func (param v128) (result v128)
    (i16x8.gt_u (local.get 0) (v128.const i16x8 1 2 3 4 5 6 7 -1)))
  (func (param v128 v128) (result i32)
    (if (result i32) (v128.any_true (v128.and (local.get 0) (local.get 1)))
      (then (i32.const 1)) (else (i32.const 2))))
  (func (param v128) (result v128)
    (v128.andnot (local.get 0) (v128.const i64x2 1 2)))
  (func (param v128 v128) (result v128)
    (i8x16.swizzle (local.get 0)
      (v128.and (local.get 1) (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))))
  (func (param v128 v128 i32) (result v128)
    (i8x16.swizzle (local.get 0)
      (block (result v128)
        (br_if 0 (local.get 1) (local.get 2))
        (drop)
        (v128.and (local.get 1) (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  movups xmm0, [rbp]
;;   12  vpminub xmm1, xmm0, [0x30]
;;   1a  vpcmpeqb xmm1, xmm1, xmm0
;;   1e  movaps xmm0, xmm1
;;   21  movups [rbp], xmm0
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;;   30  0x1919191919191919
;;   38  0x1919191919191919
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  movups xmm0, [rbp]
;;   12  vpminuw xmm1, xmm0, [0x40]
;;   1b  vpcmpeqw xmm1, xmm1, xmm0
;;   1f  vpcmpeqd xmm15, xmm15, xmm15
;;   24  vpxor xmm1, xmm1, xmm15
;;   29  movaps xmm0, xmm1
;;   2c  movups [rbp], xmm0
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   40  0x0004000300020001
;;   48  0xffff000700060005
;; func 2
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  movups xmm0, [rbp]
;;   12  vptest xmm0, [rbp+0x10]
;;   18  je 0x28
;;   1e  mov eax, 1
;;   23  jmp 0x2d
;;   28  mov eax, 2
;;   2d  mov [rbp], rax
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  movups xmm0, [rbp]
;;   12  vpand xmm0, xmm0, [0x30]
;;   1a  movups [rbp], xmm0
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;;   30  0xfffffffffffffffe
;;   38  0xfffffffffffffffd
;; func 4
;;    0  lea rax, [rbp+0x60]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  movups xmm0, [rbp+0x10]
;;   12  vpand xmm0, xmm0, [0x40]
;;   1a  movups xmm1, [rbp]
;;   1e  vpshufb xmm1, xmm1, xmm0
;;   23  movaps xmm0, xmm1
;;   26  movups [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
;;   40  0x0f0f0f0f0f0f0f0f
;;   48  0x0f0f0f0f0f0f0f0f
;; func 5
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  movups xmm15, [rbp]
;;   13  movups [rbp+0x38], xmm15
;;   18  cmp dword ptr [rbp+0x20], 0
;;   1c  movups xmm0, [rbp+0x10]
;;   20  jne 0x33
;;   26  movups xmm8, [rbp+0x10]
;;   2b  vpand xmm0, xmm8, [0x60]
;;   33  movups xmm1, [rbp+0x38]
;;   37  vpaddusb xmm15, xmm0, [0x70]
;;   3f  vpshufb xmm2, xmm1, xmm15
;;   44  movaps xmm0, xmm2
;;   47  movups [rbp], xmm0
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;;   60  0x0f0f0f0f0f0f0f0f
;;   68  0x0f0f0f0f0f0f0f0f
;;   70  0x7070707070707070
;;   78  0x7070707070707070
