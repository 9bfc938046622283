;; The constant part of an address is the displacement, as long as the guard lasts; otherwise the end is compared.
(module
  (memory 1)
  (func (result i32)
    (i32.load offset=4 (i32.const 1024)))
  (func (param i32) (result i32)
    (i32.load offset=100 (local.get 0)))
  (func (param i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (param i32 i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2)))))
  (func (param i32) (result i32)
    (i32.load offset=0x10000000 (local.get 0)))
  (func (result i32)
    (i32.load offset=0xffffffff (i32.const -1))))
;; func 0
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1a
;;    e  mov eax, [r14+0x404]                  ; @0x4: may fault
;;   15  mov [rbp], rax
;;   19  ret
;;   1a  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1e  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1b
;;    e  mov eax, [rbp]
;;   11  mov eax, [r14+rax+0x64]               ; @0x3: may fault
;;   16  mov [rbp], rax
;;   1a  ret
;;   1b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   1f  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1e
;;    e  mov eax, [rbp]
;;   11  add eax, 8
;;   14  mov eax, [r14+rax]                    ; @0x6: may fault
;;   19  mov [rbp], rax
;;   1d  ret
;;   1e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   22  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x38]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x22
;;    e  mov eax, [rbp+8]
;;   11  mov ecx, [rbp]
;;   14  lea eax, [rcx+rax*4]
;;   18  mov eax, [r14+rax]                    ; @0x9: may fault
;;   1d  mov [rbp], rax
;;   21  ret
;;   22  call qword ptr [r13+0x38]             ; refuse @0x0
;;   26  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov eax, [rbp]
;;   11  lea r11, [rax+0x10000004]
;;   19  cmp r11, [r14-8]
;;   1d  ja 0x35
;;   23  mov ecx, [r14+r11-4]
;;   28  mov eax, ecx
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;;   35  ud2                                   ; @0x3: MemoryOutOfBounds
;; func 5
;;    0  lea rax, [rbp+0x18]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x3c
;;    e  mov eax, -1
;;   13  mov r11, 0x100000003
;;   1d  add r11, rax
;;   20  jb 0x42
;;   26  cmp r11, [r14-8]
;;   2a  ja 0x42
;;   30  mov ecx, [r14+r11-4]
;;   35  mov eax, ecx
;;   37  mov [rbp], rax
;;   3b  ret
;;   3c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   40  jmp 0
;;   42  ud2                                   ; @0x3: MemoryOutOfBounds
