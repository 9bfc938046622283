//! Memories that move while code of every kind is using them.

use selvedge::{AsContextMut, Caller, Linker, Memory, Module, Store};

use crate::memories::{BACKINGS, engine};
use crate::support::strategies;

/// Memory 0 grows and moves: by the guest itself, by a function of another instance, by the host,
/// and by calls of each through the others.
const GROWING: &str = r#"
    (module
        (import "" "grow" (func $host))
        (import "" "m" (memory 1 200))
        (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "through") (call $host))
        (func (export "jump") (return_call $host)))
"#;

const GROWN: &str = r#"
    (module
        (import "" "grow" (func $host))
        (import "" "m" (memory 1 200))
        (import "other" "grow" (func $other))
        (import "other" "through" (func $through))
        (import "other" "jump" (func $jump))
        (table funcref (elem $host $other $through $jump))
        (type $grow (func))
        (func $own (drop (memory.grow (i32.const 1))))
        (func $deep (param i32)
            (if (local.get 0)
                (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
                (else (call $own)))
            (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1))))
        (func (export "run") (param $n i32) (result i64) (local $sum i64) (local $at i32)
            (loop $l
                (local.set $at (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 8)))
                (i64.store (local.get $at) (i64.extend_i32_u (local.get $n)))
                (block $done (block $four (block $three (block $two (block $one
                    (br_table $one $two $three $four $done
                        (i32.rem_u (local.get $n) (i32.const 5))))
                    (call $own) (br $done))
                    (call $other) (br $done))
                    (call_indirect (type $grow) (i32.rem_u (local.get $n) (i32.const 4)))
                    (br $done))
                    (call $deep (i32.const 7)))
                (local.set $sum (i64.add (local.get $sum)
                    (i64.add (i64.load (local.get $at)) (i64.extend_i32_u (memory.size)))))
                (i64.store (i32.const 16) (local.get $sum))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i64.add (i64.load (i32.const 16)) (i64.load32_u (i32.const 4)))))
"#;

#[test]
fn a_memory_that_moves_is_found_again() {
    let mut expected = None;
    for (strategy, config) in strategies() {
        for (backing, set) in BACKINGS {
            let mut config = config.clone();
            set(&mut config);
            config.memory_reservation_for_growth(0);
            let Some(engine) = engine(backing, strategy, &config) else {
                continue;
            };
            let mut store = Store::new(&engine, ());
            let mut linker = Linker::new(&engine);
            let ty = selvedge::MemoryType::new(1, Some(200));
            let memory = Memory::new(&mut store, ty).unwrap();
            linker.define(&store, "", "m", memory).unwrap();
            let grow = move |mut caller: Caller<'_, ()>| {
                memory.grow(caller.as_context_mut(), 1).unwrap();
            };
            linker.func_wrap("", "grow", grow).unwrap();
            let module = Module::new(&engine, GROWING).unwrap();
            let other = linker.instantiate(&mut store, &module).unwrap();
            linker.instance(&mut store, "other", other).unwrap();
            let module = Module::new(&engine, GROWN).unwrap();
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance
                .get_typed_func::<i32, i64>(&mut store, "run")
                .unwrap();
            let sum = run.call(&mut store, 150).unwrap();
            let found = (sum, memory.size(&store), memory.data(&store).to_vec());
            assert!(found.1 > 100, "{}", found.1);
            let expected = expected.get_or_insert_with(|| found.clone());
            assert!(
                *expected == found,
                "{strategy}, {backing}: {sum} and {} pages instead of {} and {}",
                found.1,
                expected.0,
                expected.1
            );
        }
    }
}
