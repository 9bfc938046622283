;; Own ones are in the context, imported ones a pointer away.
(module
  (import "m" "g" (global $i (mut i32)))
  (global $g (mut i64) (i64.const 1))
  (global $f (mut f32) (f32.const 1))
  (func (result i32)
    (global.get $i))
  (func (param i32)
    (global.set $i (local.get 0)))
  (func
    (global.set $g (i64.add (global.get $g) (i64.const 1))))
  (func (param f32) (result f32)
    (global.get $f)
    (global.set $f (local.get 0)))
  (func
    (global.set $g (i64.const 5))))
;; func 0
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov r11, [r15+0x40]
;;   12  mov eax, [r11]
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov r11, [r15+0x40]
;;   15  mov [r11], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov rax, [r15+0x50]
;;   12  add rax, 1
;;   16  mov [r15+0x50], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movss xmm0, [r15+0x60]
;;   14  movss xmm1, [rbp]
;;   19  movd eax, xmm1
;;   1d  mov [r15+0x60], rax
;;   21  movss [rbp], xmm0
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x18
;;    e  mov eax, 5
;;   13  mov [r15+0x50], rax
;;   17  ret
;;   18  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1c  jmp 0
