;; Results move down to their slots, over operands that are given up.
(module
  (func (param i32) (result i32 i32)
    (block (result i32 i32)
      (i32.mul (local.get 0) (i32.const 10))
      (local.get 0)
      (i32.const 2)
      (br_if 0 (local.get 0))
      (drop)
      (drop)
      (i32.const 3))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5d
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  test ebx, ebx
;;   16  je 0x3d
;;   1c  mov [rbp+0x20], rbx
;;   20  mov qword ptr [rbp+0x28], 2
;;   28  mov r11, [rbp+0x20]
;;   2c  mov [rbp+0x18], r11
;;   30  mov r11, [rbp+0x28]
;;   34  mov [rbp+0x20], r11
;;   38  jmp 0x49
;;   3d  mov qword ptr [rbp+0x20], 3
;;   45  mov [rbp+0x18], rax
;;   49  mov r11, [rbp+0x18]
;;   4d  mov [rbp], r11
;;   51  mov r11, [rbp+0x20]
;;   55  mov [rbp+8], r11
;;   59  mov eax, [rbp]
;;   5c  ret
;;   5d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   61  jmp 0
