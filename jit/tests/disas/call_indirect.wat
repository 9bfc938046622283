;; Bounds, null, type; then the code word of the same instance, or the stub.
(module
  (type $t (func (param i32) (result i32)))
  (table 4 funcref)
  (func (param i32 i32) (result i32)
    (call_indirect (type $t) (local.get 0) (local.get 1))))
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
;;   27  mov rcx, [rax+rcx*8]
;;   2c  test rcx, rcx
;;   2f  je 0x6a
;;   35  cmp dword ptr [rcx+0x10], 0
;;   3a  jne 0x6d
;;   40  add rbp, 0x20
;;   44  cmp [rcx+8], r15
;;   49  jne 0x70
;;   4f  mov rax, [rcx]
;;   54  call qword ptr [rax]                  ; @0x5: frame+32
;;   58  add rbp, -0x20
;;   5c  mov [rbp], rax
;;   60  ret
;;   61  call qword ptr [r13+0x38]             ; refuse @0x0
;;   65  jmp 0
;;   67  ud2                                   ; @0x5: TableOutOfBounds
;;   6a  ud2                                   ; @0x5: IndirectCallToNull
;;   6d  ud2                                   ; @0x5: BadSignature
;;   70  call qword ptr [r13+0x40]             ; cross @0x5: frame+32
;;   74  jmp 0x58
