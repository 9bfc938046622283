;;! pins=0
;; By `rep stosq`.
(module
  (func (result i32) (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (local.get 39)))
;; func 0
;;    0  lea rax, [rbp+0x158]
;;    7  cmp rax, [r13+8]
;;    b  ja 0x2d
;;   11  lea rdi, [rbp]
;;   18  mov ecx, 0x28
;;   1d  xor eax, eax
;;   1f  rep stosq [rdi]
;;   22  mov eax, [rbp+0x138]
;;   28  mov [rbp], rax
;;   2c  ret
;;   2d  call qword ptr [r13+0x38]             ; refuse @0x0
;;   31  jmp 0
