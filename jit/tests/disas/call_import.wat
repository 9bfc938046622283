;; Through the stub that changes the context.
(module
  (import "m" "f" (func $f (param i32) (result f64)))
  (func (param i32) (result f64)
    (f64.neg (call $f (local.get 0)))))
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3a
;;    e  mov r11, [rbp]
;;   12  mov [rbp+0x18], r11
;;   16  lea rcx, [r15+0x40]
;;   1b  add rbp, 0x18
;;   1f  call qword ptr [r13+0x40]             ; cross @0x3: frame+24
;;   23  add rbp, -0x18
;;   27  movsd xmm15, [0x40]
;;   30  xorps xmm0, xmm15
;;   34  movsd [rbp], xmm0
;;   39  ret
;;   3a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3e  jmp 0
;;   40  0x8000000000000000
