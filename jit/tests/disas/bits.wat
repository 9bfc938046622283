;; One instruction each.
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
    (i64.clz (local.get 0))))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x37
;;   22  lzcnt esi, ebx
;;   27  lzcnt ebx, ebx
;;   2c  test edi, edi
;;   2e  jne 0x17
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x1: Interrupt
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x37
;;   22  tzcnt esi, ebx
;;   27  tzcnt ebx, ebx
;;   2c  test edi, edi
;;   2e  jne 0x17
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x1: Interrupt
;; func 2
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x31
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x37
;;   22  popcnt esi, ebx
;;   27  popcnt ebx, ebx
;;   2c  test edi, edi
;;   2e  jne 0x17
;;   30  ret
;;   31  call qword ptr [r13+0x38]             ; refuse @0x0
;;   35  jmp 0
;;   37  ud2                                   ; @0x1: Interrupt
;; func 3
;;    0  lea rax, [rbp+0x20]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x1c
;;    e  mov rax, [rbp]
;;   12  lzcnt rax, rax
;;   17  mov [rbp], rax
;;   1b  ret
;;   1c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   20  jmp 0
