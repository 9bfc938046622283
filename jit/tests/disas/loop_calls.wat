;; A loop that calls loads pins when they are used.
(module
  (import "m" "f" (func $f (param i32)))
  (func (param i32)
    (loop (call $f (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
;; func 1
;;    0  lea rax, [rbp+0x28]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x43
;;    e  cmp qword ptr [r13], 0
;;   13  jne 0x49
;;   19  mov r11, [rbp]
;;   1d  mov [rbp+0x18], r11
;;   21  lea rcx, [r15+0x40]
;;   26  add rbp, 0x18
;;   2a  call qword ptr [r13+0x40]             ; cross @0x5: frame+24
;;   2e  add rbp, 0xffffffffffffffe8
;;   32  mov eax, [rbp]
;;   35  sub eax, 1
;;   38  mov ebx, eax
;;   3a  test ebx, ebx
;;   3c  jne 0x4c
;;   42  ret
;;   43  call qword ptr [r13+0x38]             ; refuse @0x0
;;   47  jmp 0
;;   49  ud2                                   ; @0x1: Interrupt
;;   4c  mov [rbp], rbx
;;   50  jmp 0xe
