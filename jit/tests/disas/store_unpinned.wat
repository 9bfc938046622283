;;! pins=0
;; Both operands are loaded first.
(module
  (memory 1)
  (func (param i32 i32)
    (i32.store (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  mov [r14+rcx], eax                    ; @0x5: may fault
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
