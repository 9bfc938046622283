;; What differs is loaded and stored behind the code.
(module
  (func $f)
  (func (param i32 i32) (result i32)
    (block $b
      (br_if $b (local.get 0))
      (call $f)
      (br_if $b (i32.eqz (local.get 1)))
      (local.set 0 (i32.const 4)))
    (i32.add (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp]
;;   11  test ebx, ebx
;;   13  jne 0x36
;;   19  add rbp, 0x20
;;   1d  call 0                                ; func 0 @0x7: frame+32
;;   22  add rbp, -0x20
;;   26  mov esi, [rbp+8]
;;   29  test esi, esi
;;   2b  je 0x48
;;   31  mov ebx, 4
;;   36  mov esi, [rbp+8]
;;   39  lea eax, [rbx+rsi]
;;   3d  mov [rbp], rax
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
;;   48  mov ebx, [rbp]
;;   4b  jmp 0x36
