;; A load stays by itself if what it is compared with does not fit, is of another width, or is not in a register.
(module (memory 1)
  (func (param i32 i32) (result i32)
    (loop $l
      (br_if $l (i32.lt_s (i32.load8_s (local.get 0)) (i32.const 3)))
      (br_if $l (i32.eq (i32.load8_u (local.get 0)) (i32.const 300)))
      (br_if $l (i32.eqz (i32.load16_u (local.get 0))))
      (br_if $l (i64.eq (i64.load (local.get 0)) (i64.const 0x123456789abc)))
      (br_if $l (i32.sub (local.get 1) (i32.load (local.get 0)))))
    (local.get 1)))
;; func 0
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x68
;;    e  mov ebx, [rbp]
;;   11  mov esi, [rbp+8]
;;   14  cmp qword ptr [r13], 0
;;   19  jne 0x6e
;;   1f  movsx eax, byte ptr [r14+rbx]         ; @0x5: may fault
;;   25  cmp eax, 3
;;   28  jl 0x14
;;   2a  movzx eax, byte ptr [r14+rbx]         ; @0xf: may fault
;;   30  cmp eax, 0x12c
;;   36  je 0x14
;;   38  movzx eax, word ptr [r14+rbx]         ; @0x1a: may fault
;;   3e  test eax, eax
;;   40  je 0x14
;;   42  mov rax, [r14+rbx]                    ; @0x22: may fault
;;   47  mov rcx, 0x123456789abc
;;   51  cmp rax, rcx
;;   54  je 0x14
;;   56  mov eax, [r14+rbx]                    ; @0x34: may fault
;;   5b  mov ecx, esi
;;   5d  sub ecx, eax
;;   5f  jne 0x14
;;   61  mov eax, esi
;;   63  mov [rbp], rax
;;   67  ret
;;   68  call qword ptr [r13+0x38]             ; refuse @0x0
;;   6c  jmp 0
;;   6e  ud2                                   ; @0x1: Interrupt
