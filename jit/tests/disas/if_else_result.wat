;; The condition is tested in the flags.
(module
  (func (param i32 i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (local.get 1))
      (then (local.get 0))
      (else (local.get 1))))
  (func (param i32) (result f64)
    (if (result f64) (local.get 0)
      (then (f64.const 1))
      (else (f64.const 2)))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2a
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp ebx, esi
;;   16  jge 0x23
;;   1c  mov eax, ebx
;;   1e  jmp 0x25
;;   23  mov eax, esi
;;   25  mov [rbp], rax
;;   29  ret
;;   2a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  cmp dword ptr [rbp], 0
;;   12  je 0x25
;;   18  movsd xmm0, [0x40]
;;   20  jmp 0x2d
;;   25  movsd xmm0, [0x48]
;;   2d  movsd [rbp], xmm0
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;;   40  0x3ff0000000000000
;;   48  0x4000000000000000
