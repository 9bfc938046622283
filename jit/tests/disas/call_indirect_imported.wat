;; The table's definition is a pointer away.
(module
  (type $t (func))
  (import "m" "t" (table 4 funcref))
  (func (param i32)
    (call_indirect (type $t) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x60
;;    e  mov ecx, [rbp]
;;   11  mov rax, [r15+0x40]
;;   15  cmp rcx, [rax+8]
;;   1a  jae 0x66
;;   20  mov rax, [rax]
;;   25  lea rax, [rax+rcx*8]
;;   2a  mov rcx, [rax]
;;   2f  test rcx, rcx
;;   32  je 0x69
;;   38  cmp dword ptr [rcx+0x10], 0
;;   3d  jne 0x6c
;;   43  add rbp, 0x18
;;   47  cmp [rcx+8], r15
;;   4c  jne 0x6f
;;   52  mov rax, [rcx]
;;   57  call qword ptr [rax]                  ; @0x3: frame+24
;;   5b  add rbp, -0x18
;;   5f  ret
;;   60  call qword ptr [r13+0x38]             ; refuse @0x0
;;   64  jmp 0
;;   66  ud2                                   ; @0x3: TableOutOfBounds
;;   69  ud2                                   ; @0x3: IndirectCallToNull
;;   6c  ud2                                   ; @0x3: BadSignature
;;   6f  call qword ptr [r13+0x40]             ; cross @0x3: frame+24
;;   73  jmp 0x5b
