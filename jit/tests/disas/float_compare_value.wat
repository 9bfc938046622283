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
;;    8  ja 0x2e
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setnp r11b
;;   1c  movzx r11d, r11b
;;   20  sete al
;;   23  movzx eax, al
;;   26  and eax, r11d
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setp r11b
;;   1c  movzx r11d, r11b
;;   20  setne al
;;   23  movzx eax, al
;;   26  or eax, r11d
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  movsd xmm0, [rbp+8]
;;   13  ucomisd xmm0, [rbp]
;;   18  seta al
;;   1b  movzx eax, al
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  movsd xmm0, [rbp]
;;   13  ucomisd xmm0, [rbp+8]
;;   18  setae al
;;   1b  movzx eax, al
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  movss xmm0, [0x30]
;;   16  ucomiss xmm0, [rbp]
;;   1a  seta al
;;   1d  movzx eax, al
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;;   30  0x000000003f800000
