;; Results are in their slots.
(module
  (func (param i32 i32) (result i32)
    (block (result i32 i32)
      (local.get 0)
      (i32.const 7)
      (br_if 0 (local.get 1))
      (drop)
      (drop)
      (i32.const 1)
      (i32.const 2))
    (i32.sub)))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x48
;;    e  cmp dword ptr [rbp+8], 0
;;   12  je 0x2d
;;   18  mov r11, [rbp]
;;   1c  mov [rbp+0x20], r11
;;   20  mov qword ptr [rbp+0x28], 7
;;   28  jmp 0x3d
;;   2d  mov qword ptr [rbp+0x28], 2
;;   35  mov qword ptr [rbp+0x20], 1
;;   3d  mov eax, [rbp+0x20]
;;   40  sub eax, [rbp+0x28]
;;   43  mov [rbp], rax
;;   47  ret
;;   48  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4c  jmp 0
