;; The result is in `rax` or `xmm0` on every path.
(module
  (func (param i32 i32) (result i32)
    (block (result i32)
      (br_if 0 (i32.const 5) (local.get 0))
      (drop)
      (local.get 1)))
  (func (param i32 f64) (result f64)
    (block (result f64)
      (br_if 0 (local.get 1) (local.get 0))
      (drop)
      (f64.const 2))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x25
;;    e  cmp dword ptr [rbp], 0
;;   12  mov eax, 5
;;   17  jne 0x20
;;   1d  mov eax, [rbp+8]
;;   20  mov [rbp], rax
;;   24  ret
;;   25  call qword ptr [r13+0x38]             ; refuse @0x0
;;   29  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  cmp dword ptr [rbp], 0
;;   12  movsd xmm0, [rbp+8]
;;   17  jne 0x25
;;   1d  movsd xmm0, [0x38]
;;   25  movsd [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
;;   38  0x4000000000000000
