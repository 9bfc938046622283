;; Pins that only one side has changed or loaded.
(module
  (func $f)
  (func (param i32 i32) (result i32)
    (if (local.get 0)
      (then (call $f))
      (else (local.set 1 (i32.add (local.get 1) (i32.const 1)))))
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
;;    8  ja 0x44
;;    e  mov esi, [rbp]
;;   11  test esi, esi
;;   13  je 0x2b
;;   19  add rbp, 0x20
;;   1d  call 0                                ; func 0 @0x5: frame+32
;;   22  add rbp, -0x20
;;   26  jmp 0x35
;;   2b  mov ebx, [rbp+8]
;;   2e  add ebx, 1
;;   31  mov [rbp+8], rbx
;;   35  mov ebx, [rbp+8]
;;   38  mov esi, [rbp]
;;   3b  lea eax, [rsi+rbx]
;;   3f  mov [rbp], rax
;;   43  ret
;;   44  call qword ptr [r13+0x38]             ; refuse @0x0
;;   48  jmp 0
