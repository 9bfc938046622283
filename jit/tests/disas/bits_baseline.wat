;;! baseline-cpu
;; By `bsr`, `bsf`, and sums of bits.
(module
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.clz (local.get 0)))
      (local.set 0 (i32.clz (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.ctz (local.get 0)))
      (local.set 0 (i32.ctz (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i32 i32 i32)
    (loop
      (local.set 1 (i32.popcnt (local.get 0)))
      (local.set 0 (i32.popcnt (local.get 0)))
      (br_if 0 (local.get 2))))
  (func (param i64) (result i64)
    (i64.popcnt (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x47
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x4d
;;   22  mov r11d, 0x3f
;;   28  bsr esi, ebx
;;   2b  cmove esi, r11d
;;   2f  xor esi, 0x1f
;;   32  mov r11d, 0x3f
;;   38  bsr ebx, ebx
;;   3b  cmove ebx, r11d
;;   3f  xor ebx, 0x1f
;;   42  test edi, edi
;;   44  jne 0x17
;;   46  ret
;;   47  call qword ptr [r13+0x38]             ; refuse @0x0
;;   4b  jmp 0
;;   4d  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x41
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x47
;;   22  mov r11d, 0x20
;;   28  bsf esi, ebx
;;   2b  cmove esi, r11d
;;   2f  mov r11d, 0x20
;;   35  bsf ebx, ebx
;;   38  cmove ebx, r11d
;;   3c  test edi, edi
;;   3e  jne 0x17
;;   40  ret
;;   41  call qword ptr [r13+0x38]             ; refuse @0x0
;;   45  jmp 0
;;   47  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xb1
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0xba
;;   22  mov r11d, ebx
;;   25  shr r11d, 1
;;   29  mov eax, 0x55555555
;;   2e  and r11d, eax
;;   31  mov esi, ebx
;;   33  sub esi, r11d
;;   36  mov eax, 0x33333333
;;   3b  mov r11d, esi
;;   3e  shr r11d, 2
;;   42  and r11d, eax
;;   45  and esi, eax
;;   47  add esi, r11d
;;   4a  mov r11d, esi
;;   4d  shr r11d, 4
;;   51  add esi, r11d
;;   54  mov eax, 0xf0f0f0f
;;   59  and esi, eax
;;   5b  mov eax, 0x1010101
;;   60  imul esi, eax
;;   63  shr esi, 0x18
;;   66  mov r11d, ebx
;;   69  shr r11d, 1
;;   6d  mov eax, 0x55555555
;;   72  and r11d, eax
;;   75  sub ebx, r11d
;;   78  mov eax, 0x33333333
;;   7d  mov r11d, ebx
;;   80  shr r11d, 2
;;   84  and r11d, eax
;;   87  and ebx, eax
;;   89  add ebx, r11d
;;   8c  mov r11d, ebx
;;   8f  shr r11d, 4
;;   93  add ebx, r11d
;;   96  mov eax, 0xf0f0f0f
;;   9b  and ebx, eax
;;   9d  mov eax, 0x1010101
;;   a2  imul ebx, eax
;;   a5  shr ebx, 0x18
;;   a8  test edi, edi
;;   aa  jne 0x17
;;   b0  ret
;;   b1  call qword ptr [r13+0x38]             ; refuse @0x0
;;   b5  jmp 0
;;   ba  ud2                                   ; @0x1: Interrupt
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
