;; A comparison goes into the pin or slot that is set, and stays in the flags for what follows `local.tee`, unless
;; that of floats takes two conditions.
(module
  (func (param i32 i32 f64) (result i32)
    (loop $l
      (local.set 0 (i32.lt_s (local.get 1) (i32.const 9)))
      (br_if $l (local.tee 1 (i32.gt_u (local.get 0) (i32.const 9))))
      (br_if $l (i32.eqz (local.tee 0 (i64.eqz (i64.extend_i32_s (local.get 1))))))
      (br_if $l (local.tee 1 (f64.eq (local.get 2) (f64.const 1)))))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x70
;;    e  mov ebx, [rbp+8]
;;   11  mov esi, [rbp]
;;   14  movsd xmm8, [rbp+0x10]
;;   1a  cmp qword ptr [r13], 0
;;   1f  jne 0x76
;;   25  cmp ebx, 9
;;   28  setl sil
;;   2c  movzx esi, sil
;;   30  cmp esi, 9
;;   33  seta bl
;;   36  movzx ebx, bl
;;   39  ja 0x1a
;;   3b  movsxd rax, ebx
;;   3e  test rax, rax
;;   41  sete sil
;;   45  movzx esi, sil
;;   49  jne 0x1a
;;   4b  ucomisd xmm8, [0x80]
;;   54  setnp r11b
;;   58  movzx r11d, r11b
;;   5c  sete bl
;;   5f  movzx ebx, bl
;;   62  and ebx, r11d
;;   65  test ebx, ebx
;;   67  jne 0x1a
;;   69  mov eax, esi
;;   6b  mov [rbp], rax
;;   6f  ret
;;   70  call qword ptr [r13+0x38]             ; refuse @0x0
;;   74  jmp 0
;;   76  ud2                                   ; @0x1: Interrupt
;;   80  0x3ff0000000000000
