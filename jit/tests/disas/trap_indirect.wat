;; Indirect calls that may trap.
(module
  (type $t (func))
  (table 1 funcref)
  (func (param i32)
    (call_indirect (type $t) (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x55
;;    e  mov ecx, [rbp]
;;   11  cmp rcx, [r15+0x50]
;;   15  jae 0x5b
;;   1b  mov rax, [r15+0x48]
;;   1f  mov rcx, [rax+rcx*8]
;;   24  test rcx, rcx
;;   27  je 0x5e
;;   2d  cmp dword ptr [rcx+0x10], 0
;;   32  jne 0x61
;;   38  add rbp, 0x18
;;   3c  cmp [rcx+8], r15
;;   41  jne 0x64
;;   47  mov rax, [rcx]
;;   4c  call qword ptr [rax]                  ; @0x3: frame+24
;;   50  add rbp, -0x18
;;   54  ret
;;   55  call qword ptr [r13+0x38]             ; refuse @0x0
;;   59  jmp 0
;;   5b  ud2                                   ; @0x3: TableOutOfBounds
;;   5e  ud2                                   ; @0x3: IndirectCallToNull
;;   61  ud2                                   ; @0x3: BadSignature
;;   64  call qword ptr [r13+0x40]             ; cross @0x3: frame+24
;;   68  jmp 0x50
