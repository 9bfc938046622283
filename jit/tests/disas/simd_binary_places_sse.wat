;;! sse41
;; Operands in slots, on the stack and among constants, with two operands.
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
;;    8  ja 0x37
;;    e  movups xmm0, [rbp+0x18]
;;   12  movups xmm1, [rbp+8]
;;   16  psubd xmm1, xmm0
;;   1a  mov eax, [rbp]
;;   1d  movups xmm0, [r14+rax]                ; @0xa: may fault
;;   23  paddd xmm0, [0x40]
;;   2b  paddd xmm1, xmm0
;;   2f  movaps xmm0, xmm1
;;   32  movups [rbp], xmm0
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;;   40  0x0000000200000001
;;   48  0x0000000400000003
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x20
;;    e  xorps xmm15, xmm15
;;   12  movups xmm0, [rbp]
;;   16  pcmpeqb xmm0, xmm15
;;   1b  movups [rbp], xmm0
;;   1f  ret
;;   20  call qword ptr [r13+0x38]             ; refuse @0x0
;;   24  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  movups xmm0, [rbp]
;;   12  movaps xmm1, [0x30]
;;   19  divps xmm1, xmm0
;;   1c  movaps xmm0, xmm1
;;   1f  movups [rbp], xmm0
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;;   30  0x3f8000003f800000
;;   38  0x3f8000003f800000
