;;! counts
;; Vector operators cost as others do.
(module
  (func (param v128) (result v128)
    (f32x4.add (local.get 0) (v128.const f32x4 1 2 3 4))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  add r12, 3
;;   15  jg 0x32
;;   1b  movups xmm0, [rbp]
;;   1f  vaddps xmm0, xmm0, [0x40]
;;   27  movups [rbp], xmm0
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;;   32  mov r11d, 3
;;   38  call qword ptr [r13+0x28]             ; routine 0 @0x1
;;   3c  jmp 0xe
;;   40  0x400000003f800000
;;   48  0x4080000040400000
