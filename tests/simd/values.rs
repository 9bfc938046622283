//! `v128` values wherever values go: between host and guest, in globals, through blocks, calls and loops that go on
//! in machine code, below operands while a guest is suspended, and in frames beyond 16-bit slot numbers.

use selvedge::{
    Caller, Config, Engine, ErrorKind, Extern, FuncType, Global, GlobalType, Instance, Linker,
    Module, Mutability, Store, Strategy, Trap, TypedFunc, V128, Val, ValType,
};

use super::support;

/// Every strategy, and machine code from the first passes through a loop on.
pub(super) fn engines() -> Vec<(String, Engine)> {
    let of = |(name, config): (String, Config)| {
        let engine = Engine::new(&config).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, engine)
    };
    configs().into_iter().map(of).collect()
}

fn configs() -> Vec<(String, Config)> {
    let strategies = support::strategies().into_iter();
    let mut all: Vec<_> = strategies
        .map(|(name, config)| (name.to_owned(), config))
        .collect();
    for passes in 1..=8 {
        let mut config = Config::new();
        config
            .strategy(Strategy::Auto)
            .tier_up_thresholds(u32::MAX, passes);
        all.push((format!("auto, {passes} passes"), config));
    }
    all
}

pub(super) fn instantiate(engine: &Engine, text: &str) -> (Store<()>, Instance) {
    let module = Module::new(engine, text).expect("a valid module");
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("there are no imports");
    (store, instance)
}

/// A vector that is like no other.
pub(super) fn v(number: u64) -> V128 {
    let low = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (u128::from(low) << 64 | u128::from(low.rotate_left(29) ^ number)).into()
}

/// The sums of lanes of 64 bits.
pub(super) fn add(a: V128, b: V128) -> V128 {
    let lanes = |v: V128| [v.as_u128() as u64, (v.as_u128() >> 64) as u64];
    let ([a, c], [b, d]) = (lanes(a), lanes(b));
    (u128::from(a.wrapping_add(b)) | u128::from(c.wrapping_add(d)) << 64).into()
}

#[test]
fn cross_between_host_and_guest() {
    for (name, engine) in engines() {
        let module = Module::new(
            &engine,
            r#"(module
                (type $t (func (param i32 v128 f64 v128) (result v128 i32 v128)))
                (import "host" "typed" (func $typed (type $t)))
                (import "host" "untyped" (func $untyped (type $t)))
                (table funcref (elem $typed $untyped $own))
                (func $own (type $t) (local.get 3) (local.get 0) (local.get 1))
                (func (export "run") (param $which i32) (param $a v128) (param $b v128) (result v128 i32 v128)
                    (local $kept v128)
                    (local.set $kept (i64x2.add (local.get $a) (local.get $b)))
                    (call_indirect (type $t)
                        (i32.const 7) (local.get $a) (f64.const 2.5) (local.get $b) (local.get $which))
                    (local.set $b) drop (local.set $a)
                    (local.get $a) (local.get $which) (i64x2.add (local.get $kept) (local.get $b))))"#,
        )
        .expect("a valid module");
        let mut linker = Linker::new(&engine);
        let swap = |i: i32, a: V128, x: f64, b: V128| {
            assert_eq!((i, x), (7, 2.5));
            (b, i, a)
        };
        linker.func_wrap("host", "typed", swap).expect("a new name");
        let ty = FuncType::new(
            &engine,
            [ValType::I32, ValType::V128, ValType::F64, ValType::V128],
            [ValType::V128, ValType::I32, ValType::V128],
        );
        let untyped = move |_: Caller<'_, ()>, args: &[Val], results: &mut [Val]| {
            let [i, a, _, b] = args else {
                panic!("{args:?}")
            };
            results.copy_from_slice(&[*b, *i, *a]);
            Ok(())
        };
        linker
            .func_new("host", "untyped", ty, untyped)
            .expect("a new name");
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).expect(&name);
        type Run = TypedFunc<(u32, V128, V128), (V128, u32, V128)>;
        let run: Run = instance.get_typed_func(&mut store, "run").expect(&name);
        let untyped = instance.get_func(&mut store, "run").expect(&name);
        for round in 0..12 {
            let (which, a, b) = (round % 3, v(round.into()), v(1000 + u64::from(round)));
            let expected = (b, which, add(add(a, b), a));
            assert_eq!(
                run.call(&mut store, (which, a, b)).expect(&name),
                expected,
                "{name}"
            );
            let mut results = [Val::I32(0); 3];
            let args = [Val::I32(which as i32), Val::V128(a), Val::V128(b)];
            untyped.call(&mut store, &args, &mut results).expect(&name);
            assert_eq!(results[0].unwrap_v128(), expected.0, "{name}");
            assert_eq!(results[2].unwrap_v128(), expected.2, "{name}");
        }
        let wrong = [Val::I32(0), Val::I64(0), Val::V128(v(0))];
        let error = untyped.call(&mut store, &wrong, &mut [Val::I32(0); 3]);
        let error = format!("{:#}", error.expect_err("an i64 is no v128"));
        assert!(
            error.contains("argument 1") && error.contains("expected v128"),
            "{error}"
        );
        assert!(
            instance
                .get_typed_func::<(u32, V128, i64), (V128, u32, V128)>(&mut store, "run")
                .is_err()
        );
    }
}

#[test]
fn are_in_globals() {
    for (name, engine) in engines() {
        let module = Module::new(
            &engine,
            r#"(module
                (import "host" "const" (global $const v128))
                (import "host" "mut" (global $mut (mut v128)))
                (global $copy v128 (global.get $const))
                (global $own (export "own") (mut v128) (v128.const i32x4 1 2 3 4))
                (global $after (export "after") (mut i32) (i32.const 77))
                (func (export "turn") (param v128) (result v128 v128) (local $i i32)
                    (loop $l
                        (global.set $own (i64x2.add (global.get $own) (global.get $mut)))
                        (global.set $mut (i64x2.add (global.get $mut) (local.get 0)))
                        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20))))
                    (global.get $own)
                    (i64x2.add (global.get $const) (global.get $copy))))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, ());
        let of = |mutability| GlobalType::new(ValType::V128, mutability);
        let constant =
            Global::new(&mut store, of(Mutability::Const), v(1).into_val()).expect(&name);
        let variable = Global::new(&mut store, of(Mutability::Var), v(2).into_val()).expect(&name);
        let imports = [Extern::from(constant), Extern::from(variable)];
        let instance = Instance::new(&mut store, &module, &imports).expect(&name);
        type Turn = TypedFunc<V128, (V128, V128)>;
        let turn: Turn = instance.get_typed_func(&mut store, "turn").expect(&name);
        let own = instance.get_global(&mut store, "own").expect(&name);
        let (mut expected_own, mut expected_mut) =
            (V128::from(0x4_0000_0003_0000_0002_0000_0001), v(2));
        for round in 0..5 {
            for _ in 0..20 {
                expected_own = add(expected_own, expected_mut);
                expected_mut = add(expected_mut, v(round));
            }
            let results = turn.call(&mut store, v(round)).expect(&name);
            assert_eq!(results, (expected_own, add(v(1), v(1))), "{name}");
            assert_eq!(own.get(&mut store).unwrap_v128(), expected_own, "{name}");
            assert_eq!(
                variable.get(&mut store).unwrap_v128(),
                expected_mut,
                "{name}"
            );
            expected_own = v(100 + round);
            own.set(&mut store, expected_own.into_val()).expect(&name);
        }
        let error = own.set(&mut store, Val::I64(1)).expect_err("another type");
        assert!(format!("{error:#}").contains("v128"), "{error:#}");
        let after = instance.get_global(&mut store, "after").expect(&name);
        assert_eq!(after.get(&mut store).unwrap_i32(), 77, "{name}");
    }
}

/// A vector as a value.
trait IntoVal {
    fn into_val(self) -> Val;
}

impl IntoVal for V128 {
    fn into_val(self) -> Val {
        Val::V128(self)
    }
}

#[test]
fn are_stored_whole_or_not_at_all() {
    const MEMORY: &str = r#"(module (memory (export "memory") 1)
        (func (export "store") (param i32 v128) (v128.store (local.get 0) (local.get 1)))
        (func (export "load") (param i32) (result v128) (v128.load (local.get 0)))
        (func (export "lane") (param i32 v128) (v128.store16_lane offset=1 3 (local.get 0) (local.get 1)))
        (func (export "low") (param i32) (result v128) (v128.load32_zero offset=4 (local.get 0))))"#;
    for (name, engine) in engines() {
        let (mut store, instance) = instantiate(&engine, MEMORY);
        let memory = instance.get_memory(&mut store, "memory").expect(&name);
        let put = instance
            .get_typed_func::<(u32, V128), ()>(&mut store, "store")
            .expect(&name);
        let get = instance
            .get_typed_func::<u32, V128>(&mut store, "load")
            .expect(&name);
        let lane = instance
            .get_typed_func::<(u32, V128), ()>(&mut store, "lane")
            .expect(&name);
        let low = instance
            .get_typed_func::<u32, V128>(&mut store, "low")
            .expect(&name);
        let end = 1 << 16;
        let bounds = Some(&Trap::MemoryOutOfBounds);
        for at in [0, 1, 7, end - 17, end - 16] {
            put.call(&mut store, (at, v(at.into()))).expect(&name);
            assert_eq!(
                get.call(&mut store, at).expect(&name),
                v(at.into()),
                "{name}"
            );
        }
        let before = memory.data(&store).to_vec();
        for at in [end - 15, end - 1, end, u32::MAX - 15, u32::MAX] {
            let error = put.call(&mut store, (at, v(3))).expect_err("out of bounds");
            assert_eq!(error.downcast_ref(), bounds, "{name}");
            let error = get.call(&mut store, at).expect_err("out of bounds");
            assert_eq!(error.downcast_ref(), bounds, "{name}");
        }
        for at in [end - 2, u32::MAX] {
            let error = lane
                .call(&mut store, (at, v(3)))
                .expect_err("out of bounds");
            assert_eq!(error.downcast_ref(), bounds, "{name}");
        }
        let error = low.call(&mut store, end - 7).expect_err("out of bounds");
        assert_eq!(
            (error.kind(), error.downcast_ref()),
            (ErrorKind::Trap, bounds),
            "{name}"
        );
        assert!(
            memory.data(&store) == before,
            "{name}: nothing is stored by halves"
        );
        lane.call(&mut store, (end - 3, v(3))).expect(&name);
        let lanes = v(3).as_u128().to_le_bytes();
        assert_eq!(
            memory.data(&store)[end as usize - 2..],
            lanes[6..8],
            "{name}"
        );
        let last = &before[end as usize - 4..];
        let expected = [last[0], last[1], lanes[6], lanes[7]];
        assert_eq!(
            low.call(&mut store, end - 8).expect(&name).as_u128(),
            u32::from_le_bytes(expected).into()
        );
    }
}

#[test]
fn are_in_frames_of_many_slots() {
    // The last ones have slots that 16 bits cannot number, and so have operands.
    let text = format!(
        "(module (func $id (param v128) (result v128) (local.get 0))
           (func (export \"run\") (param v128 v128 i32) (result v128 v128) {}
             (local $i i32)
             (local.set 3 (local.get 0))
             (local.set 39999 (local.get 1))
             (loop $l
               (local.set 40000 (i64x2.add (local.get 3) (local.get 39999)))
               (local.set 3 (v128.bitselect (local.get 40000) (local.get 3) (v128.const i64x2 -1 0)))
               (local.set 39999 (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
                 (local.get 40000) (call $id (local.get 39999))))
               (br_if $l (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
             (local.get 3) (local.get 39999)))",
        "(local v128) ".repeat(40_000)
    );
    let halves = |v: V128| [v.as_u128() as u64, (v.as_u128() >> 64) as u64];
    let join = |[low, high]: [u64; 2]| V128::from(u128::from(low) | u128::from(high) << 64);
    for (name, mut config) in configs() {
        config.max_wasm_stack(16 << 20);
        let engine = Engine::new(&config).expect(&name);
        let (mut store, instance) = instantiate(&engine, &text);
        type Run = TypedFunc<(V128, V128, u32), (V128, V128)>;
        let run: Run = instance.get_typed_func(&mut store, "run").expect(&name);
        for n in [1, 2, 20] {
            let (mut a, mut b) = (v(5), v(6));
            for _ in 0..n {
                let sum = halves(add(a, b));
                a = join([sum[0], halves(a)[1]]);
                b = join([sum[1], halves(b)[0]]);
            }
            assert_eq!(
                run.call(&mut store, (v(5), v(6), n)).expect(&name),
                (a, b),
                "{name}"
            );
        }
    }
}

#[test]
fn are_zero_in_a_new_frame_and_a_reset_instance() {
    const STATE: &str = r#"(module
        (global $g (mut v128) (v128.const i64x2 7 8))
        (func $dirty (param v128) (result v128) (local v128 v128 v128)
            (local.set 1 (local.get 0)) (local.set 2 (local.get 0)) (local.set 3 (local.get 0))
            (i64x2.add (local.get 1) (i64x2.add (local.get 2) (local.get 3))))
        (func $clean (result v128) (local i32 v128 f64 v128 v128)
            (i64x2.add (local.get 1) (i64x2.add (local.get 3) (local.get 4))))
        (func (export "run") (param v128) (result v128)
            (drop (call $dirty (local.get 0)))
            (global.set $g (i64x2.add (global.get $g) (call $clean)))
            (global.get $g)
            (global.set $g (local.get 0))))"#;
    for (name, engine) in engines() {
        let (mut store, instance) = instantiate(&engine, STATE);
        let run = instance
            .get_typed_func::<V128, V128>(&mut store, "run")
            .expect(&name);
        let first = V128::from(8 << 64 | 7);
        for round in 0..3 {
            assert_eq!(
                run.call(&mut store, v(round)).expect(&name),
                first,
                "{name}"
            );
            assert_eq!(run.call(&mut store, v(9)).expect(&name), v(round), "{name}");
            instance.reset(&mut store).expect(&name);
        }
    }
}

#[cfg(all(unix, not(feature = "portable-sys")))]
#[test]
fn survive_suspension() {
    use selvedge::{Func, TypedResumableCall};

    const LIVE: &str = r#"(module
        (import "host" "f" (func $f (param v128) (result v128)))
        (func (export "run") (param $n i32) (param $a v128) (param $b v128) (result v128 v128)
            (local $c v128)
            (local.get $a)
            (loop $l (param v128) (result v128)
                (i64x2.add (local.get $b))
                (local.set $c (i64x2.add (local.get $c) (call $f (local.get $b))))
                (local.set $b (i64x2.add (local.get $b) (local.get $a)))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $c)))"#;
    let expected = |n: u32| {
        let (mut sum, mut b, mut c) = (v(1), v(2), V128::from(0));
        for _ in 0..n {
            sum = add(sum, b);
            c = add(c, add(b, b));
            b = add(b, v(1));
        }
        (sum, c)
    };
    for (name, mut config) in configs() {
        config.consume_fuel(true);
        let engine = Engine::new(&config).expect(&name);
        let module = Module::new(&engine, LIVE).expect("a valid module");
        let mut store = Store::new(&engine, ());
        let double = Func::wrap(&mut store, |a: V128| add(a, a));
        let instance = Instance::new(&mut store, &module, &[double.into()]).expect(&name);
        type Run = TypedFunc<(u32, V128, V128), (V128, V128)>;
        let run: Run = instance.get_typed_func(&mut store, "run").expect(&name);
        for portion in [1, 7, 100] {
            store.set_fuel(0).expect("fuel is on");
            let mut call = run
                .call_resumable(&mut store, (20, v(1), v(2)))
                .expect(&name);
            let mut suspensions = 0;
            let result = loop {
                call = match call {
                    TypedResumableCall::Finished(result) => break result,
                    TypedResumableCall::OutOfFuel(call) => {
                        suspensions += 1;
                        let fuel = call.required_fuel().max(portion);
                        store.set_fuel(fuel).expect("fuel is on");
                        call.resume(&mut store).expect(&name)
                    }
                    other => panic!("{name}: {other:?}"),
                };
            };
            assert_eq!(result, expected(20), "{name}");
            assert!(suspensions > 2, "{name}: {suspensions}");
        }
    }
}

#[cfg(all(unix, not(feature = "portable-sys")))]
#[test]
fn are_results_of_host_functions_that_failed() {
    use selvedge::{Error, Func, ResumableCall};

    for (name, engine) in engines() {
        let module = Module::new(
            &engine,
            r#"(module
                (import "host" "fail" (func $fail (param v128) (result v128 i32)))
                (func (export "run") (param v128) (result v128 i32 v128)
                    (i64x2.add (local.get 0) (local.get 0))
                    (local.set 0)
                    (call $fail (local.get 0))
                    (local.get 0)))"#,
        )
        .expect("a valid module");
        let mut store = Store::new(&engine, ());
        let fail = Func::wrap(&mut store, |_: V128| -> Result<(V128, i32), Error> {
            Err(Error::msg("later"))
        });
        let instance = Instance::new(&mut store, &module, &[fail.into()]).expect(&name);
        let run = instance.get_func(&mut store, "run").expect(&name);
        let mut results = [Val::I32(0); 3];
        let call = run
            .call_resumable(&mut store, &[v(1).into_val()], &mut results)
            .expect(&name);
        let ResumableCall::HostTrap(call) = call else {
            panic!("{name}: {call:?}")
        };
        let with = [v(2).into_val(), Val::I32(3)];
        let call = call.resume(&mut store, &with, &mut results).expect(&name);
        assert!(matches!(call, ResumableCall::Finished), "{name}: {call:?}");
        let [a, b, c] = results;
        let results = (a.unwrap_v128(), b.unwrap_i32(), c.unwrap_v128());
        assert_eq!(results, (v(2), 3, add(v(1), v(1))), "{name}");
    }
}
