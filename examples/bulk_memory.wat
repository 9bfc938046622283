;; Bulk memory: a passive data segment is copied in, doubled by copying until
;; the page is full, and summed up.
;;
;;   selvedge --invoke sum examples/bulk_memory.wat     prints 2282877
(module
  (memory 1)
  (data $letters "abcdefghijklmnop")

  (func (export "sum") (result i32)
    (local $len i32)
    (local $address i32)
    (local $sum i32)
    (memory.init $letters (i32.const 0) (i32.const 0) (i32.const 16))
    (data.drop $letters)
    (local.set $len (i32.const 16))
    (loop $double
      (memory.copy (local.get $len) (i32.const 0) (local.get $len))
      (local.set $len (i32.shl (local.get $len) (i32.const 1)))
      (br_if $double (i32.lt_u (local.get $len) (i32.const 0x10000))))
    ;; Blank two thirds of the page.
    (memory.fill (i32.const 0x5556) (i32.const 0) (i32.const 0xaaaa))
    (loop $add
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $address))))
      (local.set $address (i32.add (local.get $address) (i32.const 1)))
      (br_if $add (i32.lt_u (local.get $address) (i32.const 0x10000))))
    (local.get $sum)))
