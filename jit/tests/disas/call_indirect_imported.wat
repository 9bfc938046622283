;; The table's definition is a pointer away.
(module
  (type $t (func))
  (import "m" "t" (table 4 funcref))
  (func (param i32)
    (call_indirect (type $t) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x5b
;;    e  mov ecx, [rbp]
;;   11  mov rax, [r15+0x40]
;;   15  cmp rcx, [rax+8]
;;   1a  jae 0x61
;;   20  mov rax, [rax]
;;   25  mov rcx, [rax+rcx*8]
;;   2a  test rcx, rcx
;;   2d  je 0x64
;;   33  cmp dword ptr [rcx+0x10], 0
;;   38  jne 0x67
;;   3e  add rbp, 0x18
;;   42  cmp [rcx+8], r15
;;   47  jne 0x6a
;;   4d  mov rax, [rcx]
;;   52  call qword ptr [rax]                  ; @0x3: frame+24
;;   56  add rbp, -0x18
;;   5a  ret
;;   5b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5f  jmp 0
;;   61  ud2                                   ; @0x3: TableOutOfBounds
;;   64  ud2                                   ; @0x3: IndirectCallToNull
;;   67  ud2                                   ; @0x3: BadSignature
;;   6a  call qword ptr [r13+0x40]             ; cross @0x3: frame+24
;;   6e  jmp 0x56
