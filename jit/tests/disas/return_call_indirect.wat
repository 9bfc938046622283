;; The checks, then a jump.
(module
  (type $t (func (param i32) (result i32)))
  (table 4 funcref)
  (func (param i32 i32) (result i32)
    (return_call_indirect (type $t) (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5c
;;    e  mov ecx, [rbp+8]
;;   11  mov r11, [rbp]
;;   15  mov [rbp+0x20], r11
;;   19  cmp rcx, [r15+0x50]
;;   1d  jae 0x62
;;   23  mov rax, [r15+0x48]
;;   27  mov rcx, [rax+rcx*8]
;;   2c  test rcx, rcx
;;   2f  je 0x65
;;   35  cmp dword ptr [rcx+0x10], 0
;;   3a  jne 0x68
;;   40  mov r11, [rbp+0x20]
;;   44  mov [rbp], r11
;;   48  cmp [rcx+8], r15
;;   4d  je 0x53
;;   4f  jmp qword ptr [r13+0x48]              ; tail-cross
;;   53  mov rax, [rcx]
;;   58  jmp qword ptr [rax]
;;   5c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   60  jmp 0
;;   62  ud2                                   ; @0x5: TableOutOfBounds
;;   65  ud2                                   ; @0x5: IndirectCallToNull
;;   68  ud2                                   ; @0x5: BadSignature
