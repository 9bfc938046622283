;;! pins=0
;; The index is loaded first.
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load8_u offset=1 (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov eax, [rbp]
;;   11  movzx eax, byte ptr [r14+rax+1]       ; @0x3: may fault
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
