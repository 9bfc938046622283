;; The checks, then a jump.
(module
  (type $t (func (param i32) (result i32)))
  (table 4 funcref)
  (func (param i32 i32) (result i32)
    (return_call_indirect (type $t) (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x61
;;    e  mov ecx, [rbp+8]
;;   11  mov r11, [rbp]
;;   15  mov [rbp+0x20], r11
;;   19  cmp rcx, [r15+0x50]
;;   1d  jae 0x67
;;   23  mov rax, [r15+0x48]
;;   27  lea rax, [rax+rcx*8]
;;   2c  mov rcx, [rax]
;;   31  test rcx, rcx
;;   34  je 0x6a
;;   3a  cmp dword ptr [rcx+0x10], 0
;;   3f  jne 0x6d
;;   45  mov r11, [rbp+0x20]
;;   49  mov [rbp], r11
;;   4d  cmp [rcx+8], r15
;;   52  je 0x58
;;   54  jmp qword ptr [r13+0x48]              ; tail-cross
;;   58  mov rax, [rcx]
;;   5d  jmp qword ptr [rax]
;;   61  call qword ptr [r13+0x38]             ; refuse @0x0
;;   65  jmp 0
;;   67  ud2                                   ; @0x5: TableOutOfBounds
;;   6a  ud2                                   ; @0x5: IndirectCallToNull
;;   6d  ud2                                   ; @0x5: BadSignature
