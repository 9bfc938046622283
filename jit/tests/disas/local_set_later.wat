;; The results of a chain of operators are in the pin that its last one sets, unless that local is read in between.
(module
  (func (param i32 i32 i32) (result i32)
    (loop $l
      (local.set 0 (i32.add (i32.mul (local.get 1) (i32.const 1000)) (i32.const 7)))
      (local.set 1 (i32.and (i32.xor (i32.shl (local.get 0) (i32.const 5)) (local.get 2)) (i32.const 1023)))
      (local.set 2 (i32.xor (local.get 1) (i32.shr_u (local.get 0) (i32.const 8))))
      (; Not in place: the local is read, or the result is the second operand. ;)
      (local.set 0 (i32.sub (i32.mul (local.get 1) (i32.const 100)) (local.get 0)))
      (local.set 0 (i32.sub (local.get 1) (i32.mul (local.get 2) (i32.const 100))))
      (br_if $l (local.get 0)))
    (local.get 2)))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x56
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  mov edi, [rbp+0x10]
;;   17  cmp qword ptr [r13], 0
;;   1c  jne 0x5c
;;   22  imul ebx, esi, 0x3e8
;;   28  add ebx, 7
;;   2b  mov esi, ebx
;;   2d  shl esi, 5
;;   30  xor esi, edi
;;   32  and esi, 0x3ff
;;   38  mov edi, ebx
;;   3a  shr edi, 8
;;   3d  xor edi, esi
;;   3f  imul eax, esi, 0x64
;;   42  sub eax, ebx
;;   44  mov ebx, eax
;;   46  imul eax, edi, 0x64
;;   49  mov ebx, esi
;;   4b  sub ebx, eax
;;   4d  jne 0x17
;;   4f  mov eax, edi
;;   51  mov [rbp], rax
;;   55  ret
;;   56  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5a  jmp 0
;;   5c  ud2                                   ; @0x1: Interrupt
