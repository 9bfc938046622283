;; Operands in slots, on the stack and among constants.
(module
  (memory 1)
  (func (param i32 v128 v128) (result v128)
    (i32x4.add
      (i32x4.sub (local.get 1) (local.get 2))
      (i32x4.add (v128.load (local.get 0)) (v128.const i32x4 1 2 3 4))))
  (func (param v128) (result v128)
    (i8x16.eq (local.get 0) (v128.const i64x2 0 0)))
  (func (param v128) (result v128)
    (f32x4.div (v128.const f32x4 1 1 1 1) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  movups xmm0, [rbp+8]
;;   12  vpsubd xmm0, xmm0, [rbp+0x18]
;;   17  mov eax, [rbp]
;;   1a  movups xmm1, [r14+rax]                ; @0xa: may fault
;;   20  vpaddd xmm1, xmm1, [0x40]
;;   28  vpaddd xmm0, xmm0, xmm1
;;   2c  movups [rbp], xmm0
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   40  0x0000000200000001
;;   48  0x0000000400000003
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  xorps xmm15, xmm15
;;   12  movups xmm0, [rbp]
;;   16  vpcmpeqb xmm0, xmm0, xmm15
;;   1b  movups [rbp], xmm0
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  vmovaps xmm0, [0x30]
;;   16  vdivps xmm0, xmm0, [rbp]
;;   1b  movups [rbp], xmm0
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;;   30  0x3f8000003f800000
;;   38  0x3f8000003f800000
