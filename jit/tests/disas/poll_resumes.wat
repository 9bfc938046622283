;;! resumes
;; The poll of a loop stores the pins, asks, loads them, and goes on.
(module (func (param i32 i64) (result i64)
    (loop
        (local.set 1 (i64.add (local.get 1) (i64.extend_i32_u (local.get 0))))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x32
;;    e  mov ebx, [rbp]
;;   11  mov rsi, [rbp+8]
;;   15  cmp qword ptr [r13], 0
;;   1a  jne 0x38
;;   20  mov eax, ebx
;;   22  add rsi, rax
;;   25  sub ebx, 1
;;   28  jne 0x15
;;   2a  mov rax, rsi
;;   2d  mov [rbp], rax
;;   31  ret
;;   32  call qword ptr [r13+0x38]             ; refuse @0x0
;;   36  jmp 0
;;   38  mov [rbp], rbx
;;   3c  mov [rbp+8], rsi
;;   40  call qword ptr [r13+0x58]             ; poll @0x1
;;   44  mov ebx, [rbp]
;;   47  mov rsi, [rbp+8]
;;   4b  jmp 0x20
