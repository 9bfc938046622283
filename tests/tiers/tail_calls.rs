//! Tail calls between tiers, instances and the host take no stack.

use selvedge::{Caller, Instance, Linker, Module, Store};

use crate::calls::{Kind, Pair, Place, mixtures};
use crate::support::on_small_stack;

/// How many tail calls there are, in each mixture; fewer in a debug build.
const TAIL_CALLS: i32 = if cfg!(debug_assertions) {
    1_000_000
} else {
    10_000_000
};

/// How many tail calls of the host there are; fewer in a debug build.
const TAIL_CALLS_OF_HOST: i32 = if cfg!(debug_assertions) {
    200_000
} else {
    10_000_000
};

#[test]
fn tail_calls_take_no_stack_in_any_mixture() {
    on_small_stack(|| {
        for place in [Place::Same, Place::Other] {
            // Less than a word for each call.
            for (name, engine, hot) in mixtures(|config| {
                config.max_wasm_stack(64 << 10);
            }) {
                let mut store = Store::new(&engine, 0);
                let pair = Pair::new(&mut store, Kind::TailCall, place).unwrap();
                for func in hot {
                    assert_eq!(pair.call(&mut store, func, -5).unwrap(), 0);
                }
                let result = pair.call(&mut store, "first", TAIL_CALLS);
                assert_eq!(result.unwrap(), 0, "{place:?}, {name}");
            }
        }
    });
}

/// Functions that end with a call of the host: by name, and through a table.
const CALL_HOST: &str = r#"
    (type $t (func (param i32) (result i32)))
    (import "" "host" (func $host (type $t)))
    (table 1 1 funcref)
    (elem (i32.const 0) $host)
    (func $first (export "first") (param $n i32) (result i32)
        (if (i32.lt_s (local.get $n) (i32.const 0)) (then
            (loop $l (br_if $l (i32.lt_s
                (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                (i32.const 0))))))
        (return_call $host (local.get $n)))
    (func $second (export "second") (param $n i32) (result i32)
        (if (i32.lt_s (local.get $n) (i32.const 0)) (then
            (loop $l (br_if $l (i32.lt_s
                (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                (i32.const 0))))))
        (return_call_indirect (type $t) (local.get $n) (i32.const 0)))
"#;

/// Functions that call these: in a loop, which is hot at once, and without one.
const CALL_CALLERS: &str = r#"
    (func (export "run") (param $n i32) (result i32) (local $sum i32)
        (block $none
            (br_if $none (i32.eqz (local.get $n)))
            (loop $l
                (local.set $sum (i32.add (local.get $sum)
                    (i32.add (call $first (local.get $n)) (call $second (i32.const 0)))))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (local.get $sum))
    (func (export "calm") (param $n i32) (result i32)
        (i32.add (call $first (local.get $n)) (call $second (i32.const 0))))
"#;

/// The instance that calls the host, and the one that calls that, which may be the same.
fn callers_of_host(store: &mut Store<u32>, place: Place) -> [Instance; 2] {
    let engine = store.engine().clone();
    let mut linker = Linker::new(&engine);
    let host = |mut caller: Caller<'_, u32>, n: i32| {
        *caller.data_mut() += 1;
        i32::from(n > 0)
    };
    linker.func_wrap("", "host", host).unwrap();
    let mut instantiate = |store: &mut Store<u32>, text: String| {
        let module = Module::new(&engine, text).unwrap();
        let instance = linker.instantiate(&mut *store, &module).unwrap();
        linker.instance(store, "callees", instance).unwrap();
        instance
    };
    match place {
        Place::Same => [instantiate(store, format!("(module {CALL_HOST} {CALL_CALLERS})")); 2],
        Place::Other => [
            instantiate(store, format!("(module {CALL_HOST})")),
            instantiate(
                store,
                format!(
                    r#"(module
                        (import "callees" "first" (func $first (param i32) (result i32)))
                        (import "callees" "second" (func $second (param i32) (result i32)))
                        {CALL_CALLERS})"#
                ),
            ),
        ],
    }
}

#[test]
fn tail_calls_of_the_host_take_no_stack() {
    on_small_stack(|| {
        for place in [Place::Same, Place::Other] {
            for (name, engine, hot) in mixtures(|config| {
                config.max_wasm_stack(64 << 10);
            }) {
                let mut store = Store::new(&engine, 0);
                let [callees, callers] = callers_of_host(&mut store, place);
                let call = |store: &mut Store<u32>, instance: Instance, name: &str, n| {
                    let func = instance.get_typed_func::<i32, i32>(&mut *store, name);
                    func.unwrap().call(store, n).unwrap()
                };
                for func in hot {
                    assert_eq!(call(&mut store, callees, func, -5), 0);
                }
                for n in 0..3000 {
                    let result = call(&mut store, callers, "calm", n);
                    assert_eq!(result, i32::from(n > 0), "{place:?}, {name}");
                }
                *store.data_mut() = 0;
                let passes = TAIL_CALLS_OF_HOST / 2;
                let result = call(&mut store, callers, "run", passes);
                assert_eq!(result, passes, "{place:?}, {name}");
                assert_eq!(
                    *store.data(),
                    TAIL_CALLS_OF_HOST as u32,
                    "{place:?}, {name}"
                );
            }
        }
    });
}
