;; Tests stay in the flags for what follows.
(module
  (func (param v128 v128) (result i32)
    (loop
      (local.set 0 (i8x16.add (local.get 0) (local.get 1)))
      (br_if 0 (v128.any_true (local.get 0)))
      (br_if 0 (i32.eqz (i32x4.all_true (local.get 0)))))
    (i8x16.bitmask (local.get 0)))
  (func (param v128) (result i32)
    (i32.add (i16x8.bitmask (local.get 0)) (v128.any_true (local.get 0)))))
;; func 0
;;    0  lea rax, [rbp+0x50]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4a
;;    e  movups xmm8, [rbp]
;;   13  movups xmm9, [rbp+0x10]
;;   18  cmp qword ptr [r13], 0
;;   1d  jne 0x50
;;   23  vpaddb xmm8, xmm8, xmm9
;;   28  vptest xmm8, xmm8
;;   2d  jne 0x18
;;   2f  vpxor xmm15, xmm15, xmm15
;;   34  vpcmpeqd xmm15, xmm15, xmm8
;;   39  vptest xmm15, xmm15
;;   3e  jne 0x18
;;   40  vpmovmskb eax, xmm8
;;   45  mov [rbp], rax
;;   49  ret
;;   4a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4e  jmp 0
;;   50  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  movups xmm8, [rbp]
;;   13  vpacksswb xmm15, xmm8, xmm8
;;   18  vpmovmskb eax, xmm15
;;   1d  movzx eax, al
;;   21  vptest xmm8, xmm8
;;   26  setne cl
;;   29  movzx ecx, cl
;;   2c  add eax, ecx
;;   2e  mov [rbp], rax
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
