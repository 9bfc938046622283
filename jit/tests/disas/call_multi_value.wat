;; Results are where the callee left them.
(module
  (func $f (param i32) (result i32 i64)
    (local.get 0) (i64.const 5))
  (func (param i32) (result i64) (local i64)
    (call $f (local.get 0))
    (local.set 1)
    (drop)
    (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  mov qword ptr [rbp+0x20], 5
;;   16  mov r11, [rbp]
;;   1a  mov [rbp+0x18], r11
;;   1e  mov r11, [rbp+0x18]
;;   22  mov [rbp], r11
;;   26  mov r11, [rbp+0x20]
;;   2a  mov [rbp+8], r11
;;   2e  mov eax, [rbp]
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x35
;;    e  xor ebx, ebx
;;   10  mov r11, [rbp]
;;   14  mov [rbp+0x20], r11
;;   18  mov [rbp+8], rbx
;;   1c  add rbp, 0x20
;;   20  call 0                                ; func 0 @0x5: frame+32
;;   25  add rbp, -0x20
;;   29  mov rbx, [rbp+0x28]
;;   2d  mov rax, rbx
;;   30  mov [rbp], rax
;;   34  ret
;;   35  call qword ptr [r13+0x38]             ; refuse @0x0
;;   39  jmp 0
