;;! checked
;; Without a guard the base is loaded again after a call.
(module
  (import "m" "f" (func $f))
  (memory 1)
  (func (param i32) (result i32)
    (call $f)
    (i32.load (local.get 0))))
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x46
;;    e  lea rcx, [r15+0x40]
;;   13  add rbp, 0x18
;;   17  call qword ptr [r13+0x40]             ; cross @0x1: frame+24
;;   1b  add rbp, -0x18
;;   1f  mov r14, [r15+0x10]
;;   23  mov r14, [r14]
;;   28  mov eax, [rbp]
;;   2b  lea r11, [rax+4]
;;   30  cmp r11, [r14-8]
;;   34  ja 0x4c
;;   3a  mov ecx, [r14+r11-4]
;;   3f  mov eax, ecx
;;   41  mov [rbp], rax
;;   45  ret
;;   46  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4a  jmp 0
;;   4c  ud2                                   ; @0x5: MemoryOutOfBounds
