;;! pins=2
;; The deepest operand goes to its slot.
(module
  (func (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 10))
    (i32.mul (local.get 0) (i32.const 11))
    (i32.mul (local.get 0) (i32.const 12))
    (i32.mul (local.get 0) (i32.const 13))
    (i32.mul (local.get 0) (i32.const 14))
    (i32.mul (local.get 0) (i32.const 15))
    (i32.mul (local.get 0) (i32.const 16))
    (i32.mul (local.get 0) (i32.const 17))
    (i32.mul (local.get 0) (i32.const 18))
    (i32.mul (local.get 0) (i32.const 19))
    i32.add
    i32.add
    i32.add
    i32.add
    i32.add
    i32.add
    i32.add
    i32.add
    i32.add)
  (func (param f64) (result f64)
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    (f64.sqrt (local.get 0))
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add
    f64.add))
;; func 0
;;    0  lea rax, [rbp+0x70]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x59
;;    e  mov ebx, [rbp]
;;   11  imul eax, ebx, 0xa
;;   14  imul ecx, ebx, 0xb
;;   17  imul edx, ebx, 0xc
;;   1a  imul esi, ebx, 0xd
;;   1d  imul edi, ebx, 0xe
;;   20  imul r8d, ebx, 0xf
;;   24  mov r9d, ebx
;;   27  shl r9d, 4
;;   2b  imul r10d, ebx, 0x11
;;   2f  imul r12d, ebx, 0x12
;;   33  mov [rbp+0x18], rax
;;   37  imul eax, ebx, 0x13
;;   3a  add r12d, eax
;;   3d  add r10d, r12d
;;   40  add r9d, r10d
;;   43  add r8d, r9d
;;   46  add edi, r8d
;;   49  add esi, edi
;;   4b  add edx, esi
;;   4d  add ecx, edx
;;   4f  add ecx, [rbp+0x18]
;;   52  mov eax, ecx
;;   54  mov [rbp], rax
;;   58  ret
;;   59  call qword ptr [r13+0x38]             ; refuse @0x0
;;   5d  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x98]
;;    7  cmp rax, [r13+8]
;;    b  ja 0xbf
;;   11  movsd xmm8, [rbp]
;;   17  sqrtsd xmm0, xmm8
;;   1c  sqrtsd xmm1, xmm8
;;   21  sqrtsd xmm2, xmm8
;;   26  sqrtsd xmm3, xmm8
;;   2b  sqrtsd xmm4, xmm8
;;   30  sqrtsd xmm5, xmm8
;;   35  sqrtsd xmm6, xmm8
;;   3a  sqrtsd xmm7, xmm8
;;   3f  sqrtsd xmm9, xmm8
;;   44  sqrtsd xmm10, xmm8
;;   49  sqrtsd xmm11, xmm8
;;   4e  sqrtsd xmm12, xmm8
;;   53  sqrtsd xmm13, xmm8
;;   58  sqrtsd xmm14, xmm8
;;   5d  movsd [rbp+0x18], xmm0
;;   62  sqrtsd xmm0, xmm8
;;   67  movsd [rbp+0x20], xmm1
;;   6c  sqrtsd xmm1, xmm8
;;   71  addsd xmm0, xmm1
;;   75  addsd xmm14, xmm0
;;   7a  addsd xmm13, xmm14
;;   7f  addsd xmm12, xmm13
;;   84  addsd xmm11, xmm12
;;   89  addsd xmm10, xmm11
;;   8e  addsd xmm9, xmm10
;;   93  addsd xmm7, xmm9
;;   98  addsd xmm6, xmm7
;;   9c  addsd xmm5, xmm6
;;   a0  addsd xmm4, xmm5
;;   a4  addsd xmm3, xmm4
;;   a8  addsd xmm2, xmm3
;;   ac  addsd xmm2, [rbp+0x20]
;;   b1  addsd xmm2, [rbp+0x18]
;;   b6  movaps xmm0, xmm2
;;   b9  movsd [rbp], xmm0
;;   be  ret
;;   bf  call qword ptr [r13+0x38]             ; refuse @0x0
;;   c3  jmp 0
