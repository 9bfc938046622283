;; Bounds, null, type; then the code word of the same instance, or the stub.
(module
  (type $t (func (param i32) (result i32)))
  (table 4 funcref)
  (func (param i32 i32) (result i32)
    (call_indirect (type $t) (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x66
;;    e  mov ecx, [rbp+8]
;;   11  mov r11, [rbp]
;;   15  mov [rbp+0x20], r11
;;   19  cmp rcx, [r15+0x50]
;;   1d  jae 0x6c
;;   23  mov rax, [r15+0x48]
;;   27  lea rax, [rax+rcx*8]
;;   2c  mov rcx, [rax]
;;   31  test rcx, rcx
;;   34  je 0x6f
;;   3a  cmp dword ptr [rcx+0x10], 0
;;   3f  jne 0x72
;;   45  add rbp, 0x20
;;   49  cmp [rcx+8], r15
;;   4e  jne 0x75
;;   54  mov rax, [rcx]
;;   59  call qword ptr [rax]                  ; @0x5: frame+32
;;   5d  add rbp, -0x20
;;   61  mov [rbp], rax
;;   65  ret
;;   66  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6a  jmp 0
;;   6c  ud2                                   ; @0x5: TableOutOfBounds
;;   6f  ud2                                   ; @0x5: IndirectCallToNull
;;   72  ud2                                   ; @0x5: BadSignature
;;   75  call qword ptr [r13+0x40]             ; cross @0x5: frame+32
;;   79  jmp 0x5d
