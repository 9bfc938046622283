;; A load that is compared with a constant or with zero, or is the second operand of a comparison or an operation on
;; a register, is an operand of that. Of bytes the comparison is unsigned.
(module (memory 1)
  (func (param i32 i32) (result i32)
    (loop $l
      (br_if $l (i32.load8_u (local.get 0)))
      (br_if $l (i32.lt_s (i32.load8_u offset=1 (local.get 0)) (i32.const 200)))
      (br_if $l (i32.eqz (i32.load offset=2 (local.get 0))))
      (br_if $l (i32.ne (i32.load offset=4 (local.get 0)) (i32.const 1000)))
      (br_if $l (i64.gt_s (i64.load offset=8 (local.get 0)) (i64.const -1)))
      (br_if $l (i32.lt_u (local.get 1) (i32.load offset=16 (local.get 0))))
      (local.set 1 (i32.add (local.get 1) (i32.load offset=20 (local.get 0))))
      (br_if $l (i32.xor (i32.mul (local.get 1) (i32.const 7)) (i32.load offset=24 (local.get 0)))))
    (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x67
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x6d
;;   1f  cmp byte ptr [r14+rbx], 0             ; @0x5: may fault
;;   25  jne 0x14
;;   27  cmp byte ptr [r14+rbx+1], -0x38       ; @0xc: may fault
;;   2d  jb 0x14
;;   2f  cmp dword ptr [r14+rbx+2], 0          ; @0x17: may fault
;;   35  je 0x14
;;   37  cmp dword ptr [r14+rbx+4], 0x3e8      ; @0x1f: may fault
;;   40  jne 0x14
;;   42  cmp qword ptr [r14+rbx+8], -1         ; @0x2a: may fault
;;   48  jg 0x14
;;   4a  cmp esi, [r14+rbx+0x10]               ; @0x36: may fault
;;   4f  jb 0x14
;;   51  add esi, [r14+rbx+0x14]               ; @0x40: may fault
;;   56  imul eax, esi, 7
;;   59  xor eax, [r14+rbx+0x18]               ; @0x4d: may fault
;;   5e  jne 0x14
;;   60  mov eax, esi
;;   62  mov [rbp], rax
;;   66  ret
;;   67  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6b  jmp 0
;;   6d  ud2                                   ; @0x1: Interrupt
