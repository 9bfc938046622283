;; Equality of floats needs two flags; "less" is "greater" with operands exchanged.
(module
  (func (param f64 f64) (result i32)
    (f64.eq (local.get 0) (local.get 1)))
  (func (param f64 f64) (result i32)
    (f64.ne (local.get 0) (local.get 1)))
  (func (param f64 f64) (result i32)
    (f64.lt (local.get 0) (local.get 1)))
  (func (param f64 f64) (result i32)
    (f64.ge (local.get 0) (local.get 1)))
  (func (param f32) (result i32)
    (f32.lt (local.get 0) (f32.const 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setnp r11b
;;   1c  movzx r11d, r11b
;;   20  sete al
;;   24  movzx eax, al
;;   28  and eax, r11d
;;   2b  mov [rbp], rax
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setp r11b
;;   1c  movzx r11d, r11b
;;   20  setne al
;;   24  movzx eax, al
;;   28  or eax, r11d
;;   2b  mov [rbp], rax
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movsd xmm0, [rbp+8]
;;   13  ucomisd xmm0, [rbp]
;;   18  seta al
;;   1c  movzx eax, al
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setae al
;;   1c  movzx eax, al
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  movss xmm0, [0x30]
;;   16  ucomiss xmm0, [rbp]
;;   1a  seta al
;;   1e  movzx eax, al
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;;   30  0x000000003f800000
