;;! baseline-cpu
;; By `bsr`, `bsf`, and sums of bits.
(module
  (func (param i32) (result i32)
    (i32.clz (local.get 0)))
  (func (param i32) (result i32)
    (i32.ctz (local.get 0)))
  (func (param i32) (result i32)
    (i32.popcnt (local.get 0)))
  (func (param i64) (result i64)
    (i64.popcnt (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x26
;;    e  mov eax, [rbp]
;;   11  mov r11d, 0x3f
;;   17  bsr eax, eax
;;   1a  cmove eax, r11d
;;   1e  xor eax, 0x1f
;;   21  mov [rbp], rax
;;   25  ret
;;   26  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2a  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x23
;;    e  mov eax, [rbp]
;;   11  mov r11d, 0x20
;;   17  bsf eax, eax
;;   1a  cmove eax, r11d
;;   1e  mov [rbp], rax
;;   22  ret
;;   23  call qword ptr [r13+0x38]             ; refuse @0x0
;;   27  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x58
;;    e  mov eax, [rbp]
;;   11  mov r11d, eax
;;   14  shr r11d, 1
;;   18  mov ecx, 0x55555555
;;   1d  and r11d, ecx
;;   20  sub eax, r11d
;;   23  mov ecx, 0x33333333
;;   28  mov r11d, eax
;;   2b  shr r11d, 2
;;   2f  and r11d, ecx
;;   32  and eax, ecx
;;   34  add eax, r11d
;;   37  mov r11d, eax
;;   3a  shr r11d, 4
;;   3e  add eax, r11d
;;   41  mov ecx, 0xf0f0f0f
;;   46  and eax, ecx
;;   48  mov ecx, 0x1010101
;;   4d  imul eax, ecx
;;   50  shr eax, 0x18
;;   53  mov [rbp], rax
;;   57  ret
;;   58  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5c  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x71
;;    e  mov rax, [rbp]
;;   12  mov r11, rax
;;   15  shr r11, 1
;;   19  mov rcx, 0x5555555555555555
;;   23  and r11, rcx
;;   26  sub rax, r11
;;   29  mov rcx, 0x3333333333333333
;;   33  mov r11, rax
;;   36  shr r11, 2
;;   3a  and r11, rcx
;;   3d  and rax, rcx
;;   40  add rax, r11
;;   43  mov r11, rax
;;   46  shr r11, 4
;;   4a  add rax, r11
;;   4d  mov rcx, 0xf0f0f0f0f0f0f0f
;;   57  and rax, rcx
;;   5a  mov rcx, 0x101010101010101
;;   64  imul rax, rcx
;;   68  shr rax, 0x38
;;   6c  mov [rbp], rax
;;   70  ret
;;   71  call qword ptr [r13+0x38]             ; refuse @0x0
;;   75  jmp 0
