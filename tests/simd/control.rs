//! `v128` values through blocks, branches, loops and calls.

use selvedge::{Trap, TypedFunc, V128};

use super::values::{add, engines, instantiate, v};

const CONTROL: &str = r#"(module
    (func (export "select") (param $c i32) (param $a v128) (param $b v128) (result v128 v128 v128)
        (select (local.get $a) (local.get $b) (local.get $c))
        (select (result v128) (local.get $b) (local.get $a) (local.get $c))
        (select (v128.const i64x2 1 2) (i64x2.add (local.get $a) (local.get $b)) (i32.eqz (local.get $c))))
    (func (export "if") (param $c i32) (param $a v128) (param $b v128) (result v128 v128 v128)
        (local.get $a) (local.get $b)
        (if (param v128 v128) (result v128 v128) (local.get $c)
            (then (local.set $a) (i64x2.add (local.get $b)) (local.get $a))
            (else drop (local.get $a)))
        (if (result v128) (i32.gt_u (local.get $c) (i32.const 1))
            (then (local.get $a))
            (else (local.get $b))))
    ;; Values below those that branches take, and different numbers of them.
    (func (export "br_table") (param $c i32) (param $a v128) (param $b v128) (result v128 v128 v128)
        (local $i i32)
        (v128.const i64x2 5 6)
        (block $three (result v128 i32 v128)
            (i32.const 3) (local.get $a)
            (block $two (param v128) (result v128 i32 v128)
                (local.get $b) (v128.const i32x4 9 9 9 9)
                (block $one (param v128 v128 v128) (result v128 i32 v128)
                    drop drop
                    (local.get $c) (local.get $b)
                    (br_table $one $two $three $one (local.get $c)))
                (local.set $a) (local.set $i) (i64x2.add (local.get $b)) (local.get $i) (local.get $a))
            (local.set $b) (local.set $i) (local.set $a)
            drop
            (local.get $b) (local.get $i) (local.get $a))
        (local.set $b) drop (local.set $a)
        (local.get $a) (local.get $b))
    ;; A loop with parameters, and a value below it.
    (func (export "loop") (param $n i32) (param $a v128) (param $b v128) (result v128 v128 v128)
        (local $m i32) (local $unset v128)
        (local.get $unset)
        (local.get $a) (i64.const 3) (local.get $b)
        (loop $l (param v128 i64 v128) (result v128 v128)
            (local.set $b)
            drop
            (i64x2.add (local.get $b))
            (i64.const 3)
            (i64x2.add (local.get $b) (v128.const i64x2 1 1))
            (br_if $l (i32.le_u (local.tee $m (i32.add (local.get $m) (i32.const 1))) (local.get $n)))
            (local.set $b) drop (local.get $b)))
    ;; Many alive at once, in a loop in a loop.
    (func (export "alive") (param $n i32) (param $a v128) (param $b v128) (result v128 v128 v128)
        (local $c v128) (local $d v128) (local $e v128) (local $f v128) (local $g v128) (local $h v128)
        (local $i i32) (local $j i32) (local $x f64)
        (local.set $c (local.get $a))
        (loop $outer
            (local.set $d (i64x2.add (local.get $c) (local.get $b)))
            (local.set $j (i32.const 3))
            (loop $inner
                (local.set $e (i64x2.add (local.get $d) (local.get $f)))
                (local.set $f (i64x2.add (local.get $e) (local.get $g)))
                (local.set $g (i64x2.add (local.get $f) (local.get $h)))
                (local.set $h (i64x2.add (local.get $g) (local.get $a)))
                (local.set $x (f64.add (local.get $x) (f64.const 1)))
                (br_if $inner (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
            (local.set $c (i64x2.add (local.get $c) (i64x2.splat (i64.trunc_f64_u (local.get $x)))))
            (br_if $outer (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
        (local.get $f) (local.get $g) (i64x2.add (local.get $h) (local.get $c))))"#;

/// What the functions of [`CONTROL`] give.
fn control(name: &str, c: u32, a: V128, b: V128) -> [V128; 3] {
    let small = |low: u64, high: u64| V128::from(u128::from(low) | u128::from(high) << 64);
    match name {
        "select" if c == 0 => [b, a, small(1, 2)],
        "select" => [a, b, add(a, b)],
        // `$a` is set to `$b`.
        "if" if c == 0 => [a, a, b],
        "if" => [add(a, b), b, b],
        "br_table" => {
            let first = small(5, 6);
            match c {
                // To the end of the loop's block: `$b` is added, then both are exchanged.
                0 | 3.. => [first, b, add(a, b)],
                1 => [first, b, a],
                _ => [first, a, b],
            }
        }
        "loop" => {
            let (mut a, mut b) = (a, b);
            for _ in 0..=c {
                a = add(a, b);
                b = add(b, small(1, 1));
            }
            [small(0, 0), a, b]
        }
        "alive" => {
            let mut lanes = [small(0, 0); 4];
            let (mut c_, mut x) = (a, 0);
            for _ in 0..=c {
                let d = add(c_, b);
                for _ in 0..3 {
                    let [e, f, g, h] = &mut lanes;
                    *e = add(d, *f);
                    *f = add(*e, *g);
                    *g = add(*f, *h);
                    *h = add(*g, a);
                    x += 1;
                }
                c_ = add(c_, small(x, x));
            }
            let [_, f, g, h] = lanes;
            [f, g, add(h, c_)]
        }
        other => panic!("{other} is new here"),
    }
}

#[test]
fn go_through_control() {
    for (name, engine) in engines() {
        for func in ["select", "if", "br_table", "loop", "alive"] {
            let (mut store, instance) = instantiate(&engine, CONTROL);
            type Run = TypedFunc<(u32, V128, V128), (V128, V128, V128)>;
            let run: Run = instance.get_typed_func(&mut store, func).expect(func);
            for c in (0..6).chain([30]) {
                let (a, b) = (v(c.into()), v(50 + u64::from(c)));
                let (x, y, z) = run.call(&mut store, (c, a, b)).expect(func);
                assert_eq!([x, y, z], control(func, c, a, b), "{func} of {c} on {name}");
            }
        }
    }
}

#[test]
fn go_through_calls() {
    const CALLS: &str = r#"(module
        (type $one (func (param i32 v128) (result v128)))
        (type $many (func (param i32 v128 f32 v128 v128 i64 v128) (result v128)))
        (table funcref (elem $sum $rest $turn))
        ;; Recursion with a vector that lives across it, below operands and in a local.
        (func $sum (export "sum") (type $one) (local $kept v128)
            (local.set $kept (i64x2.add (local.get 1) (local.get 1)))
            (if (result v128) (local.get 0)
                (then
                    (local.get 1)
                    (call $sum (i32.sub (local.get 0) (i32.const 1)) (local.get $kept))
                    (i64x2.add (local.get $kept))
                    i64x2.add)
                (else (local.get 1))))
        ;; Tail calls of functions with more and with fewer parameters.
        (func $rest (type $many)
            (if (local.get 0) (then (return_call_indirect (type $one)
                (i32.sub (local.get 0) (i32.const 1))
                (i64x2.add (i64x2.add (local.get 1) (local.get 3)) (i64x2.add (local.get 4) (local.get 6)))
                (i32.const 2))))
            (i64x2.add (local.get 1) (local.get 6)))
        (func $turn (export "turn") (type $one)
            (return_call $rest (local.get 0) (local.get 1) (f32.const 1) (v128.const i64x2 1 2)
                (i64x2.add (local.get 1) (local.get 1)) (i64.const 9) (v128.const i64x2 3 4))))"#;
    let small = |low: u64, high: u64| V128::from(u128::from(low) | u128::from(high) << 64);
    fn sum(n: u32, a: V128) -> V128 {
        match n {
            0 => a,
            n => add(add(sum(n - 1, add(a, a)), add(a, a)), a),
        }
    }
    for (name, engine) in engines() {
        let (mut store, instance) = instantiate(&engine, CALLS);
        type Run = TypedFunc<(u32, V128), V128>;
        let run: Run = instance.get_typed_func(&mut store, "sum").expect(&name);
        for n in 0..12 {
            assert_eq!(
                run.call(&mut store, (n, v(n.into()))).expect(&name),
                sum(n, v(n.into())),
                "{name}"
            );
        }
        let run: Run = instance.get_typed_func(&mut store, "turn").expect(&name);
        for n in [0, 1, 2, 10, 1000] {
            let first = v(n.into());
            let sums = (0..n).fold(first, |a, _| add(add(a, small(4, 6)), add(a, a)));
            let actual = run.call(&mut store, (n, first)).expect(&name);
            assert_eq!(actual, add(sums, small(3, 4)), "{name}: {n}");
        }
        let error = instance
            .get_typed_func::<(u32, V128), V128>(&mut store, "sum")
            .and_then(|run| run.call(&mut store, (u32::MAX, v(1))))
            .expect_err("it is too deep");
        assert_eq!(error.downcast_ref(), Some(&Trap::StackOverflow), "{name}");
    }
}
