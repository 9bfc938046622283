;;! pins=1
;; Operands in `rax` and `rdx`, and values to be saved from there.
(module
  (func (param i32 i32) (result i32)
    (i32.add
      (i32.mul (local.get 0) (i32.const 10))
      (i32.div_u (i32.mul (local.get 1) (i32.const 11)) (local.get 0))))
  (func (param i32 i32) (result i32)
    (i32.div_u (i32.const 100) (i32.mul (local.get 1) (i32.const 11)))))
;; func 0
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  mov ecx, [rbp+8]
;;   17  imul ecx, 0xb
;;   1a  mov r11d, ebx
;;   1d  mov esi, eax
;;   1f  mov eax, ecx
;;   21  xor edx, edx
;;   23  div r11d                              ; @0xd: may divide by zero
;;   26  add esi, eax
;;   28  mov eax, esi
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  mov eax, [rbp+8]
;;   11  imul eax, 0xb
;;   14  mov r11d, eax
;;   17  mov eax, 0x64
;;   1c  xor edx, edx
;;   1e  div r11d                              ; @0x9: may divide by zero
;;   21  mov [rbp], rax
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
