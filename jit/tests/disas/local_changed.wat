;;! pins=0
;; A local in its slot that is set to the sum of itself and something is changed there.
(module
  (func (param i32 i32 i64)
    (local.set 0 (i32.add (local.get 0) (i32.const 1)))
    (local.set 0 (i32.xor (local.get 1) (local.get 0)))
    (local.set 0 (i32.sub (local.get 0) (i32.const 1000)))
    (local.set 2 (i64.or (local.get 2) (i64.const 0x40000000)))
    (local.set 2 (i64.and (i64.const -8) (local.get 2)))
    (; Not in place: another is set. ;)
    (local.set 1 (i32.sub (local.get 1) (i32.add (local.get 0) (local.get 0))))
    (local.set 1 (i32.sub (i32.const 3) (local.get 1)))
    (local.set 0 (i32.add (local.get 1) (i32.const 1)))))
;; func 0
;;    0  lea rax, [rbp+0x40]
;;    4  cmp rax, [r13+8]
;;    8  ja 0x4c
;;    e  add dword ptr [rbp], 1
;;   12  mov eax, [rbp+8]
;;   15  xor [rbp], eax
;;   18  sub dword ptr [rbp], 0x3e8
;;   1f  or qword ptr [rbp+0x10], 0x40000000
;;   27  and qword ptr [rbp+0x10], -8
;;   2c  mov eax, [rbp]
;;   2f  add eax, [rbp]
;;   32  sub [rbp+8], eax
;;   35  mov eax, 3
;;   3a  sub eax, [rbp+8]
;;   3d  mov [rbp+8], rax
;;   41  mov eax, [rbp+8]
;;   44  add eax, 1
;;   47  mov [rbp], rax
;;   4b  ret
;;   4c  call qword ptr [r13+0x38]             ; refuse @0x0
;;   50  jmp 0
