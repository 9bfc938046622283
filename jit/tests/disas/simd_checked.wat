;;! checked
;; Checked accesses.
(module
  (memory 1)
  (func (param i32) (result v128) (v128.load offset=5 (local.get 0)))
  (func (param i32 v128) (result v128) (v128.load8_lane 2 (local.get 0) (local.get 1)))
  (func (param i32 v128) (v128.store64_lane 1 (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2b
;;    e  mov eax, [rbp]
;;   11  lea r11, [rax+0x15]
;;   16  cmp r11, [r14-8]
;;   1a  ja 0x31
;;   20  movups xmm0, [r14+r11-0x10]
;;   26  movups [rbp], xmm0
;;   2a  ret
;;   2b  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2f  jmp 0
;;   31  ud2                                   ; @0x3: MemoryOutOfBounds
;; func 1
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov eax, [rbp]
;;   11  lea r11, [rax+1]
;;   16  cmp r11, [r14-8]
;;   1a  ja 0x37
;;   20  movups xmm0, [rbp+8]
;;   24  vpinsrb xmm0, xmm0, [r14+r11-1], 2
;;   2c  movups [rbp], xmm0
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x5: MemoryOutOfBounds
;; func 2
;;    0  lea rax, [rbp+0x48]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  movups xmm0, [rbp+8]
;;   12  mov eax, [rbp]
;;   15  lea r11, [rax+8]
;;   1a  cmp r11, [r14-8]
;;   1e  ja 0x32
;;   24  vmovhps [r14+r11-8], xmm0
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;;   32  ud2                                   ; @0x5: MemoryOutOfBounds
