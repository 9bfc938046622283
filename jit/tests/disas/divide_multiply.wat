;; Division of 32 bits by a constant: the factor has 31, 32 or 33 bits; signed, by powers of two, by negative
;; divisors; remainders.
(module
  (func (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 5)))
  (func (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 100)))
  (func (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 7)))
  (func (param i32) (result i32) (i32.rem_u (local.get 0) (i32.const 7)))
  (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 3)))
  (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const -7)))
  (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 2)))
  (func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const -8)))
  (func (param i32) (result i32) (i32.rem_s (local.get 0) (i32.const 16)))
  (func (param i32 i32) (result i32)
    (loop $l
      (local.set 0 (i32.rem_u (local.get 0) (i32.const 10)))
      (br_if $l (local.tee 1 (i32.div_u (local.get 1) (i32.const 10)))))
    (local.get 0)))
;; func 0
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  mov eax, [rbp]
;;   11  mov r11d, -0x33333333
;;   17  imul r11, rax
;;   1b  shr r11, 0x22
;;   1f  mov eax, r11d
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x24
;;    e  mov eax, [rbp]
;;   11  imul r11, rax, 0x51eb851f
;;   18  shr r11, 0x25
;;   1c  mov eax, r11d
;;   1f  mov [rbp], rax
;;   23  ret
;;   24  call qword ptr [r13+0x38]             ; refuse @0x0
;;   28  jmp 0
;; func 2
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov eax, [rbp]
;;   11  imul r11, rax, 0x24924925
;;   18  shr r11, 0x20
;;   1c  mov ecx, eax
;;   1e  sub ecx, r11d
;;   21  shr ecx, 1
;;   24  add r11d, ecx
;;   27  shr r11d, 2
;;   2b  mov eax, r11d
;;   2e  mov [rbp], rax
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;; func 3
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x37
;;    e  mov eax, [rbp]
;;   11  imul r11, rax, 0x24924925
;;   18  shr r11, 0x20
;;   1c  mov ecx, eax
;;   1e  sub ecx, r11d
;;   21  shr ecx, 1
;;   24  add r11d, ecx
;;   27  shr r11d, 2
;;   2b  imul r11d, 7
;;   2f  sub eax, r11d
;;   32  mov [rbp], rax
;;   36  ret
;;   37  call qword ptr [r13+0x38]             ; refuse @0x0
;;   3b  jmp 0
;; func 4
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x30
;;    e  mov eax, [rbp]
;;   11  movsxd rcx, eax
;;   14  mov r11d, -0x55555555
;;   1a  imul r11, rcx
;;   1e  sar r11, 0x21
;;   22  shr ecx, 0x1f
;;   25  add r11d, ecx
;;   28  mov eax, r11d
;;   2b  mov [rbp], rax
;;   2f  ret
;;   30  call qword ptr [r13+0x38]             ; refuse @0x0
;;   34  jmp 0
;; func 5
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x33
;;    e  mov eax, [rbp]
;;   11  movsxd rcx, eax
;;   14  mov r11d, -0x6db6db6d
;;   1a  imul r11, rcx
;;   1e  sar r11, 0x22
;;   22  shr ecx, 0x1f
;;   25  add r11d, ecx
;;   28  neg r11d
;;   2b  mov eax, r11d
;;   2e  mov [rbp], rax
;;   32  ret
;;   33  call qword ptr [r13+0x38]             ; refuse @0x0
;;   37  jmp 0
;; func 6
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x27
;;    e  mov eax, [rbp]
;;   11  mov r11d, eax
;;   14  shr r11d, 0x1f
;;   18  add r11d, eax
;;   1b  sar r11d, 1
;;   1f  mov eax, r11d
;;   22  mov [rbp], rax
;;   26  ret
;;   27  call qword ptr [r13+0x38]             ; refuse @0x0
;;   2b  jmp 0
;; func 7
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2e
;;    e  mov eax, [rbp]
;;   11  mov r11d, eax
;;   14  sar r11d, 0x1f
;;   18  shr r11d, 0x1d
;;   1c  add r11d, eax
;;   1f  sar r11d, 3
;;   23  neg r11d
;;   26  mov eax, r11d
;;   29  mov [rbp], rax
;;   2d  ret
;;   2e  call qword ptr [r13+0x38]             ; refuse @0x0
;;   32  jmp 0
;; func 8
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x2f
;;    e  mov eax, [rbp]
;;   11  mov r11d, eax
;;   14  sar r11d, 0x1f
;;   18  shr r11d, 0x1c
;;   1c  add r11d, eax
;;   1f  sar r11d, 4
;;   23  shl r11d, 4
;;   27  sub eax, r11d
;;   2a  mov [rbp], rax
;;   2e  ret
;;   2f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   33  jmp 0
;; func 9
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x50
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x56
;;   1f  mov r11d, -0x33333333
;;   25  imul r11, rbx
;;   29  shr r11, 0x23
;;   2d  imul r11d, 0xa
;;   31  sub ebx, r11d
;;   34  mov r11d, -0x33333333
;;   3a  imul r11, rsi
;;   3e  shr r11, 0x23
;;   42  mov esi, r11d
;;   45  test esi, esi
;;   47  jne 0x14
;;   49  mov eax, ebx
;;   4b  mov [rbp], rax
;;   4f  ret
;;   50  call qword ptr [r13+0x38]             ; refuse @0x0
;;   54  jmp 0
;;   56  ud2                                   ; @0x1: Interrupt
