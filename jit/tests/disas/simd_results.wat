;; Vectors as results of blocks, calls and functions.
(module
  (global $g (mut v128) (v128.const i64x2 0 0))
  (func $f (param v128) (result v128) (local.get 0))
  (func (param v128 i32) (result v128)
    (i32x4.add
      (if (result v128) (local.get 1) (then (local.get 0)) (else (global.get $g)))
      (call $f (local.get 0))))
  (func (param v128 v128 i32) (result v128)
    (select (local.get 0) (local.get 1) (local.get 2)))
  (func (param v128 i32) (result v128)
    (block $a (result v128)
      (block $b (result v128)
        (br_table $a $b (v128.load (local.get 1)) (local.get 1)))
      (br_if $a (local.get 1))
      (drop) (local.get 0)))
  (func (param v128) (global.set $g (local.get 0)))
  (memory 1))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x17
;;    e  movups xmm0, [rbp]
;;   12  movups [rbp], xmm0
;;   16  ret
;;   17  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1b  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4f
;;    e  cmp dword ptr [rbp+0x10], 0
;;   12  je 0x21
;;   18  movups xmm0, [rbp]
;;   1c  jmp 0x26
;;   21  movups xmm0, [r15+0x50]
;;   26  movups xmm15, [rbp]
;;   2b  movups [rbp+0x38], xmm15
;;   30  movups [rbp+0x28], xmm0
;;   34  add rbp, 0x38
;;   38  call 0                                ; func 0 @0xd: frame+56
;;   3d  add rbp, -0x38
;;   41  movups xmm0, [rbp+0x28]
;;   45  vpaddd xmm0, xmm0, [rbp+0x38]
;;   4a  movups [rbp], xmm0
;;   4e  ret
;;   4f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   53  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x68]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x21
;;    e  cmp dword ptr [rbp+0x20], 0
;;   12  movups xmm0, [rbp]
;;   16  jne 0x1c
;;   18  movups xmm0, [rbp+0x10]
;;   1c  movups [rbp], xmm0
;;   20  ret
;;   21  call qword ptr [r13+0x38]             ; refuse @0x0
;;   25  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  mov ebx, [rbp+0x10]
;;   11  movups xmm0, [r14+rbx]                ; @0x7: may fault
;;   17  cmp ebx, 1
;;   1a  jae 0x35
;;   20  lea r11, [0x31]
;;   27  movsxd rcx, [r11+rbx*4]
;;   2c  add rcx, r11
;;   2f  jmp rcx
;;   31  -> 41
;;   35  test ebx, ebx
;;   37  jne 0x41
;;   3d  movups xmm0, [rbp]
;;   41  movups [rbp], xmm0
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  movups xmm0, [rbp]
;;   12  movups [r15+0x50], xmm0
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
