;; Calls in every direction, each as cheap as can be: what is measured is the call.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (import "host" "nop" (func $host_nop))
  (import "host" "add" (func $host_add (type $binary)))
  (global $which (export "which") (mut i32) (i32.const 3))
  (table 4 4 funcref)
  (elem (i32.const 0) $add $sub $xor $add)

  (func (export "nop"))
  (func $add (export "add") (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $xor (type $binary) (i32.xor (local.get 0) (local.get 1)))

  ;; Calls a host function without parameters `n` times.
  (func (export "host_nop") (param $n i32) (result i32)
    (local $i i32)
    (block $done
      (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
      (loop $next
        (call $host_nop)
        (br_if $next (i32.lt_s
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n)))))
    (local.get $i))

  ;; Adds up 0..n by a host function.
  (func (export "host_add") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
      (loop $next
        (local.set $sum (call $host_add (local.get $sum) (local.get $i)))
        (br_if $next (i32.lt_s
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n)))))
    (local.get $sum))

  ;; Adds up 0..n by a function of the module.
  (func (export "direct") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
      (loop $next
        (local.set $sum (call $add (local.get $sum) (local.get $i)))
        (br_if $next (i32.lt_s
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n)))))
    (local.get $sum))

  ;; Adds up 0..n by one function of the table.
  (func (export "indirect_same") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
      (loop $next
        (local.set $sum (call_indirect (type $binary)
          (local.get $sum)
          (local.get $i)
          (global.get $which)))
        (br_if $next (i32.lt_s
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n)))))
    (local.get $sum))

  ;; Combines 0..n by the functions of the table in turn.
  (func (export "indirect") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
      (loop $next
        (local.set $sum (call_indirect (type $binary)
          (local.get $sum)
          (local.get $i)
          (i32.and (local.get $i) (i32.const 3))))
        (br_if $next (i32.lt_s
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n)))))
    (local.get $sum)))
