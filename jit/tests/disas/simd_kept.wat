;;! pins=0
;; Vectors of locals in slots are read from the registers that they were stored from, until paths meet.
(module
  (func (param v128 v128 i32) (result v128)
    (local.set 0 (i32x4.add (local.get 0) (local.get 1)))
    (local.set 1 (v128.xor (local.get 0) (local.tee 1 (i32x4.sub (local.get 0) (local.get 1)))))
    (if (local.get 2) (then (local.set 1 (i8x16.add (local.get 0) (local.get 1)))))
    (v128.or (local.get 0) (local.get 1)))
  (func $f)
  (func (param v128) (result v128)
    (local.set 0 (i32x4.add (local.get 0) (local.get 0)))
    (call $f)
    (i32x4.mul (local.get 0) (v128.not (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  movups xmm0, [rbp]
;;   12  vpaddd xmm0, xmm0, [rbp+0x10]
;;   17  movups [rbp], xmm0
;;   1b  vpsubd xmm1, xmm0, [rbp+0x10]
;;   20  movups [rbp+0x10], xmm1
;;   24  vpxor xmm2, xmm1, xmm0
;;   28  movups [rbp+0x10], xmm2
;;   2c  cmp dword ptr [rbp+0x20], 0
;;   30  je 0x3e
;;   36  vpaddb xmm1, xmm0, xmm2
;;   3a  movups [rbp+0x10], xmm1
;;   3e  movups xmm0, [rbp]
;;   42  vpor xmm0, xmm0, [rbp+0x10]
;;   47  movups [rbp], xmm0
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x44
;;    e  movups xmm0, [rbp]
;;   12  vpaddd xmm0, xmm0, [rbp]
;;   17  movups [rbp], xmm0
;;   1b  add rbp, 0x20
;;   1f  call 0                                ; func 1 @0xa: frame+32
;;   24  add rbp, -0x20
;;   28  movups xmm0, [rbp]
;;   2c  vpcmpeqd xmm15, xmm15, xmm15
;;   31  vpxor xmm1, xmm0, xmm15
;;   36  vpmulld xmm1, xmm1, [rbp]
;;   3c  movaps xmm0, xmm1
;;   3f  movups [rbp], xmm0
;;   43  ret
;;   44  call qword ptr [r13+0x38]             ; refuse @0x0
;;   48  jmp 0
