;; Constants: zeros and ones are computed, equal ones are once behind the code.
(module
  (global $g (mut v128) (v128.const i64x2 0 0))
  (func (result v128) (v128.const i64x2 0 0))
  (func (result v128) (v128.const i64x2 -1 -1))
  (func (param v128) (result v128)
    (f32x4.mul (f32x4.add (local.get 0) (v128.const f32x4 2 2 2 2)) (v128.const f32x4 2 2 2 2)))
  (func (result v128)
    (i8x16.add (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16) (v128.const i32x4 1 1 1 1)))
  (func (global.set $g (v128.const i32x4 1 2 3 4)))
  (func (param f64) (result v128 f64)
    (v128.const i32x4 1 2 3 4) (f64.add (local.get 0) (f64.const 3))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  xorps xmm0, xmm0
;;   11  movups [rbp], xmm0
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x17
;;    e  vpcmpeqd xmm0, xmm0, xmm0
;;   12  movups [rbp], xmm0
;;   16  ret
;;   17  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1b  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movups xmm0, [rbp]
;;   12  vaddps xmm0, xmm0, [0x30]
;;   1a  vmulps xmm0, xmm0, [0x30]
;;   22  movups [rbp], xmm0
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   30  0x4000000040000000
;;   38  0x4000000040000000
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  vmovaps xmm0, [0x30]
;;   16  movups [rbp], xmm0
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;;   30  0x0807060604030202
;;   38  0x100f0e0e0c0b0a0a
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  vmovaps xmm0, [0x30]
;;   16  movups [r15+0x40], xmm0
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;;   30  0x0000000200000001
;;   38  0x0000000400000003
;; func 5
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  movsd xmm0, [rbp]
;;   13  addsd xmm0, [0x60]
;;   1b  movsd [rbp+0x28], xmm0
;;   20  vmovaps xmm15, [0x50]
;;   28  movups [rbp+0x18], xmm15
;;   2d  mov r11, [rbp+0x18]
;;   31  mov [rbp], r11
;;   35  mov r11, [rbp+0x20]
;;   39  mov [rbp+8], r11
;;   3d  mov r11, [rbp+0x28]
;;   41  mov [rbp+0x10], r11
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;;   50  0x0000000200000001
;;   58  0x0000000400000003
;;   60  0x4008000000000000
