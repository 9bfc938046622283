;;! pins=0
;; Memory is compared in place.
(module
  (func (param i32 i32) (result i32)
    (i32.lt_s (local.get 0) (local.get 1)))
  (func (param i32) (result i32)
    (i32.gt_u (local.get 0) (i32.const 9)))
  (func (param i64) (result i32)
    (i64.eqz (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1f
;;    e  mov eax, [rbp+8]
;;   11  cmp [rbp], eax
;;   14  setl al
;;   17  movzx eax, al
;;   1a  mov [rbp], rax
;;   1e  ret
;;   1f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   23  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1d
;;    e  cmp dword ptr [rbp], 9
;;   12  seta al
;;   15  movzx eax, al
;;   18  mov [rbp], rax
;;   1c  ret
;;   1d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   21  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  cmp qword ptr [rbp], 0
;;   13  sete al
;;   16  movzx eax, al
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
