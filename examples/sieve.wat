;; The sieve of Eratosthenes: how many primes are below a number. The memory
;; holds one byte for each number and grows to what is needed.
;;
;;   selvedge --invoke primes examples/sieve.wat 1000000     prints 78498
(module
  (memory 1)

  ;; Makes the memory at least $len bytes long and all zero, or traps.
  (func $reserve (param $len i32)
    (local $missing i32)
    (local.set $missing
      (i32.sub
        (i32.add (i32.shr_u (local.get $len) (i32.const 16)) (i32.const 1))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then (unreachable)))))
    (memory.fill (i32.const 0) (i32.const 0) (local.get $len)))

  (func (export "primes") (param $limit i32) (result i32)
    (local $number i32)
    (local $multiple i32)
    (local $count i32)
    (call $reserve (local.get $limit))
    (local.set $number (i32.const 2))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $number) (local.get $limit)))
        (if (i32.eqz (i32.load8_u (local.get $number)))
          (then
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            ;; Strike out the multiples, from the next one on.
            (local.set $multiple (i32.add (local.get $number) (local.get $number)))
            (block $struck
              (loop $strike
                (br_if $struck (i32.ge_u (local.get $multiple) (local.get $limit)))
                (i32.store8 (local.get $multiple) (i32.const 1))
                (local.set $multiple (i32.add (local.get $multiple) (local.get $number)))
                (br $strike)))))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (br $next)))
    (local.get $count)))
