;;! osr
;; Pinned vectors: zeroed, loaded at a loop's entries, and stored before a call.
(module
  (func $f)
  (func (param i32) (result v128) (local v128 v128)
    (loop
      (local.set 1 (i32x4.add (local.get 1) (local.get 2)))
      (local.set 2 (i32x4.add (local.get 2) (local.get 1)))
      (br_if 0 (local.get 0)))
    (call $f)
    (local.get 1))
  (func (param i32 v128) (result v128 v128)
    (local.set 1 (i32x4.add (local.get 1) (local.get 1)))
    (local.get 1) (local.tee 1 (v128.load (local.get 0))))
  (memory 1))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x58]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x52
;;    e  xorps xmm8, xmm8
;;   12  xorps xmm9, xmm9
;;   16  mov ebx, [rbp]
;;   19  cmp qword ptr [r13], 0
;;   1e  jne 0x58
;;   24  vpaddd xmm8, xmm8, xmm9
;;   29  vpaddd xmm9, xmm9, xmm8
;;   2e  test ebx, ebx
;;   30  jne 0x19
;;   32  movups [rbp+8], xmm8
;;   37  movups [rbp+0x18], xmm9
;;   3c  add rbp, 0x38
;;   40  call 0                                ; func 0 @0x1c: frame+56
;;   45  add rbp, -0x38
;;   49  movups xmm0, [rbp+8]
;;   4d  movups [rbp], xmm0
;;   51  ret
;;   52  call qword ptr [r13+0x38]             ; refuse @0x0
;;   56  jmp 0
;;   58  ud2                                   ; @0x3: Interrupt
;;   5b  mov ebx, [rbp]                        ; @0x3: entry from the interpreter
;;   5e  movups xmm8, [rbp+8]
;;   63  movups xmm9, [rbp+0x18]
;;   68  jmp 0x19
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x53
;;    e  movups xmm8, [rbp+8]
;;   13  vpaddd xmm8, xmm8, xmm8
;;   18  mov eax, [rbp]
;;   1b  movups xmm0, [r14+rax]                ; @0xe: may fault
;;   21  movaps xmm1, xmm8
;;   25  movaps xmm8, xmm0
;;   29  movups [rbp+0x38], xmm8
;;   2e  movups [rbp+0x28], xmm1
;;   32  mov r11, [rbp+0x28]
;;   36  mov [rbp], r11
;;   3a  mov r11, [rbp+0x30]
;;   3e  mov [rbp+8], r11
;;   42  mov r11, [rbp+0x38]
;;   46  mov [rbp+0x10], r11
;;   4a  mov r11, [rbp+0x40]
;;   4e  mov [rbp+0x18], r11
;;   52  ret
;;   53  call qword ptr [r13+0x38]             ; refuse @0x0
;;   57  jmp 0
