;; Changed pins are stored before, and loaded when they are used again.
(module
  (func $f)
  (func (param i32 i32) (result i32)
    (local.set 0 (i32.add (local.get 0) (i32.const 1))) (call $f) (call $f) (i32.add (local.get 0) (local.get 1))))
;; func 0
;;    0  lea rax, [rbp+0x10]
;;    4  cmp rax, [r13+8]
;;    8  ja 0xf
;;    e  ret
;;    f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   13  jmp 0
;; func 1
;;    0  lea rax, [rbp+0x30]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x42
;;    e  mov ebx, [rbp]
;;   11  lea eax, [rbx+1]
;;   15  mov ebx, eax
;;   17  mov [rbp], rbx
;;   1b  add rbp, 0x20
;;   1f  call 0                                ; func 0 @0x8: frame+32
;;   24  add rbp, 0xffffffffffffffe0
;;   28  add rbp, 0x20
;;   2c  call 0                                ; func 0 @0xa: frame+32
;;   31  add rbp, 0xffffffffffffffe0
;;   35  mov ebx, [rbp]
;;   38  mov eax, ebx
;;   3a  add eax, [rbp+8]
;;   3d  mov [rbp], rax
;;   41  ret
;;   42  call qword ptr [r13+0x38]             ; refuse @0x0
;;   46  jmp 0
