;; Arguments of every kind go to their slots; a result is an argument of the next call.
(module
  (func $f (param i32 i64 f32 f64) (result i32)
    (local.get 0))
  (func (param i32 f64) (result i32)
    (call $f
      (call $f (local.get 0) (i64.const -1) (f32.const 1) (local.get 1))
      (i64.extend_i32_s (local.get 0))
      (f32.demote_f64 (local.get 1))
      (f64.const 0))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x16
;;    e  mov eax, [rbp]
;;   11  mov [rbp], rax
;;   15  ret
;;   16  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1a  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x76
;;    e  mov r11, [rbp+8]
;;   12  mov [rbp+0x38], r11
;;   16  mov qword ptr [rbp+0x30], 0x3f800000
;;   1e  mov r11, -1
;;   25  mov [rbp+0x28], r11
;;   29  mov r11, [rbp]
;;   2d  mov [rbp+0x20], r11
;;   31  add rbp, 0x20
;;   35  call 0                                ; func 0 @0xc: frame+32
;;   3a  add rbp, -0x20
;;   3e  mov ebx, [rbp]
;;   41  movsxd rcx, ebx
;;   44  movsd xmm8, [rbp+8]
;;   4a  cvtsd2ss xmm0, xmm8
;;   4f  mov qword ptr [rbp+0x38], 0
;;   57  movss [rbp+0x30], xmm0
;;   5c  mov [rbp+0x28], rcx
;;   60  mov [rbp+0x20], rax
;;   64  add rbp, 0x20
;;   68  call 0                                ; func 0 @0x1d: frame+32
;;   6d  add rbp, -0x20
;;   71  mov [rbp], rax
;;   75  ret
;;   76  call qword ptr [r13+0x38]             ; refuse @0x0
;;   7a  jmp 0
