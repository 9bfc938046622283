;; Changed pins are stored before, and loaded when they are used again.
(module
  (func $f)
  (func (param i32 i32) (result i32)
    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
    (call $f)
    (call $f)
    (i32.add (local.get 0) (local.get 1))))
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
;;    8  ja 0x3f
;;    e  mov ebx, [rbp]
;;   11  add ebx, 1
;;   14  mov [rbp], rbx
;;   18  add rbp, 0x20
;;   1c  call 0                                ; func 0 @0x8: frame+32
;;   21  add rbp, -0x20
;;   25  add rbp, 0x20
;;   29  call 0                                ; func 0 @0xa: frame+32
;;   2e  add rbp, -0x20
;;   32  mov ebx, [rbp]
;;   35  mov eax, ebx
;;   37  add eax, [rbp+8]
;;   3a  mov [rbp], rax
;;   3e  ret
;;   3f  call qword ptr [r13+0x38]             ; refuse @0x0
;;   43  jmp 0
