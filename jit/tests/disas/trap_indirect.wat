;; Indirect calls that may trap.
(module
  (type $t (func))
  (table 1 funcref)
  (func (param i32)
    (call_indirect (type $t) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5a
;;    e  mov ecx, [rbp]
;;   11  cmp rcx, [r15+0x50]
;;   15  jae 0x60
;;   1b  mov rax, [r15+0x48]
;;   1f  lea rax, [rax+rcx*8]
;;   24  mov rcx, [rax]
;;   29  test rcx, rcx
;;   2c  je 0x63
;;   32  cmp dword ptr [rcx+0x10], 0
;;   37  jne 0x66
;;   3d  add rbp, 0x18
;;   41  cmp [rcx+8], r15
;;   46  jne 0x69
;;   4c  mov rax, [rcx]
;;   51  call qword ptr [rax]                  ; @0x3: frame+24
;;   55  add rbp, -0x18
;;   59  ret
;;   5a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5e  jmp 0
;;   60  ud2                                   ; @0x3: TableOutOfBounds
;;   63  ud2                                   ; @0x3: IndirectCallToNull
;;   66  ud2                                   ; @0x3: BadSignature
;;   69  call qword ptr [r13+0x40]             ; cross @0x3: frame+24
;;   6d  jmp 0x55
