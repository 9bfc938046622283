;;! no-signals
;; Accesses that may trap.
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2c
;;    e  mov eax, [rbp]
;;   11  lea r11, [rax+4]
;;   16  cmp r11, [r14-8]
;;   1a  ja 0x32
;;   20  mov ecx, [r14+r11-4]
;;   25  mov eax, ecx
;;   27  mov [rbp], rax
;;   2b  ret
;;   2c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   30  jmp 0
;;   32  mov eax, 2
;;   37  call qword ptr [r13+0x30]             ; trap @0x3
