;; Checked, by their definitions; an imported one is a pointer away.
(module
  (import "m" "m" (memory 1))
  (memory 1)
  (memory 1)
  (func (param i32) (result i32)
    (i32.load 0 (local.get 0)))
  (func (param i32) (result i32)
    (i32.load 1 (local.get 0)))
  (func (param i32 i32)
    (i32.store 2 (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov eax, [r14+rax]                    ; @0x3: may fault
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x39
;;    e  mov eax, [rbp]
;;   11  lea r11, [rax+4]
;;   16  mov rcx, [r15+0x48]
;;   1a  mov rcx, [rcx]
;;   1f  cmp r11, [rcx-8]
;;   24  ja 0x3f
;;   2a  mov ecx, [rcx+r11-4]
;;   32  mov eax, ecx
;;   34  mov [rbp], rax
;;   38  ret
;;   39  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3d  jmp 0
;;   3f  ud2                                   ; @0x3: MemoryOutOfBounds
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x36
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  lea r11, [rcx+4]
;;   19  mov rdx, [r15+0x50]
;;   1d  mov rdx, [rdx]
;;   22  cmp r11, [rdx-8]
;;   27  ja 0x3c
;;   2d  mov [rdx+r11-4], eax
;;   35  ret
;;   36  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3a  jmp 0
;;   3c  ud2                                   ; @0x5: MemoryOutOfBounds
