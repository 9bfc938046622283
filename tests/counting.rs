//! The instruction count is the same whatever runs a guest, and is what `docs/instruction-count.md` says.

mod oracle;
mod support;

use oracle::campaign::compare;
use oracle::contest::Contest;
use oracle::{benchmarks, programs, smith};
use selvedge::{
    BaselineOptions, Caller, Config, Dispatch, Engine, Instance, Linker, Module, Optimisations,
    Store, Strategy, Trap, TypedFunc,
};
use support::strategies;

/// Random modules of `wasm-smith`.
const MODULES: u64 = if cfg!(debug_assertions) { 30 } else { 2000 };

/// Random programs.
const PROGRAMS: u64 = if cfg!(debug_assertions) { 30 } else { 600 };

/// Random modules that run out of fuel.
const STARVED_MODULES: u64 = if cfg!(debug_assertions) { 20 } else { 500 };

/// Random modules that are suspended over and over.
#[cfg(not(feature = "portable-sys"))]
const SUSPENDED_MODULES: u64 = if cfg!(debug_assertions) { 4 } else { 80 };

/// Every strategy, and the interpreter with the other dispatch.
fn engines(set: fn(&mut Config)) -> Vec<(String, Engine)> {
    let mut configs = strategies();
    let mut step = Config::new();
    step.strategy(Strategy::Interpreter)
        .dispatch(Dispatch::Step);
    configs.push(("interpreter, step", step));
    let mut plain = Config::new();
    plain
        .strategy(Strategy::Interpreter)
        .interpreter_optimisations(Optimisations::empty());
    configs.push(("interpreter, plain", plain));
    if support::HAS_BASELINE {
        let compilers: [(_, fn(&mut BaselineOptions)); 3] = [
            ("baseline, spills", |options| options.spill = true),
            ("baseline, no fusion", |options| options.fusion = false),
            ("baseline, no hints", |options| {
                options.destination_hints = false
            }),
        ];
        for (name, set) in compilers {
            let mut options = BaselineOptions::default();
            set(&mut options);
            let mut config = Config::new();
            config
                .strategy(Strategy::Baseline)
                .baseline_options(options);
            configs.push((name, config));
        }
    }
    let configs = configs.into_iter();
    configs
        .map(|(name, mut config)| {
            config
                .wasm_wide_arithmetic(true)
                .wasm_custom_page_sizes(true)
                .max_wasm_stack(64 << 20);
            set(&mut config);
            let engine = Engine::new(&config).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name.to_owned(), engine)
        })
        .collect()
}

fn counting() -> Vec<(String, Engine)> {
    engines(|config| {
        config.count_instructions(true);
    })
}

fn on_fuel() -> Vec<(String, Engine)> {
    engines(|config| {
        config.consume_fuel(true);
    })
}

/// The count of calling `f` in `wat`, if it returns, the same on every engine.
fn count(wat: &str) -> u64 {
    let mut counts = Vec::new();
    for (name, engine) in counting() {
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let before = store.instruction_count().unwrap();
        let f = instance.get_func(&mut store, "f").unwrap();
        f.call(&mut store, &[], &mut []).unwrap();
        counts.push((store.instruction_count().unwrap() - before, name));
    }
    let (first, _) = counts[0];
    assert!(
        counts.iter().all(|(count, _)| *count == first),
        "{counts:?}"
    );
    first
}

/// The count of a function with this body, on a module with what bodies here use.
fn body(body: &str) -> u64 {
    count(&format!(
        r#"(module
            (memory 1) (table $t 20 funcref) (data $d "0123456789") (elem $e func $three $three)
            (type $v (func)) (elem (table $t) (i32.const 0) func $three)
            (func $three (drop (i32.add (i32.const 1) (i32.const 2))))
            (func $result (result i32) (i32.const 1))
            (func (export "f") (local $i i32) {body}))"#
    ))
}

#[test]
fn operators_cost_what_the_table_says() {
    assert_eq!(body(""), 0);
    assert_eq!(body("(drop (i32.add (i32.const 1) (i32.const 2)))"), 3);
    assert_eq!(body("nop (block) (loop) (block (nop)) return"), 0);
    assert_eq!(body("(local.set $i (local.get $i))"), 2);
    assert_eq!(body("(block (br 0))"), 1);
    assert_eq!(
        body("(block (br_if 0 (i32.const 1)) (drop (i32.const 0)))"),
        2
    );
    assert_eq!(
        body("(block (br_if 0 (i32.const 0)) (drop (i32.const 0)))"),
        3
    );
    assert_eq!(body("(block (br_table 0 0 (i32.const 5)))"), 3);
    assert_eq!(body("(if (i32.const 1) (then (drop (i32.const 7))))"), 3);
    assert_eq!(body("(if (i32.const 0) (then (drop (i32.const 7))))"), 2);
    assert_eq!(
        body("(if (i32.const 0) (then) (else (drop (i32.eqz (i32.const 7)))))"),
        4
    );
    assert_eq!(
        body("(i32.store (i32.const 0) (i32.load (i32.const 4)))"),
        4
    );
}

#[test]
fn calls_cost_themselves_the_return_and_the_callee() {
    assert_eq!(body("(drop (i32.const 1)) (call $three)"), 6);
    assert_eq!(
        body("(call $three) (call $three) (drop (call $result))"),
        13
    );
    assert_eq!(body("(call_indirect (type $v) (i32.const 0))"), 7);
    assert_eq!(body("(return_call $three)"), 4);
    assert_eq!(body("(return_call_indirect (type $v) (i32.const 0))"), 6);
}

#[test]
fn loops_cost_each_pass() {
    // Four operators of a pass's step and test, and the branch.
    let step = "(local.tee $i (i32.add (local.get $i) (i32.const 1)))";
    let back = format!("(loop (br_if 0 (i32.lt_s {step} (i32.const 10))))");
    assert_eq!(body(&back), 70);
    let top = format!(
        "(block (loop (br_if 1 (i32.ge_s (local.get $i) (i32.const 10))) (drop {step}) (br 0)))"
    );
    assert_eq!(body(&top), 11 * 4 + 10 * 5);
}

#[test]
fn bulk_operators_cost_their_size() {
    let fill = |len| {
        body(&format!(
            "(memory.fill (i32.const 0) (i32.const 1) (i32.const {len}))"
        ))
    };
    assert_eq!(
        [fill(0), fill(1), fill(64), fill(65), fill(65536)],
        [4, 5, 5, 6, 1028]
    );
    let three = "(i32.const 0) (i32.const 0) (i32.const 10)";
    assert_eq!(body(&format!("(memory.copy {three})")), 5);
    assert_eq!(body(&format!("(memory.init $d {three})")), 5);
    assert_eq!(body(&format!("(table.copy {three})")), 4 + 2);
    assert_eq!(
        body("(table.init $e (i32.const 0) (i32.const 0) (i32.const 2))"),
        5
    );
    assert_eq!(
        body("(table.fill $t (i32.const 0) (ref.null func) (i32.const 20))"),
        4 + 3
    );
    assert_eq!(body("(drop (memory.grow (i32.const 1)))"), 2);
    assert_eq!(
        body("(drop (table.grow $t (ref.func $three) (i32.const 9)))"),
        3
    );
}

#[test]
fn a_start_function_is_counted_and_segments_are_not() {
    for (name, engine) in counting() {
        let module = r#"(module (memory 1) (data (i32.const 0) "many bytes, more than sixty-four, for nothing: a segment costs nothing")
            (table 20 funcref) (elem (i32.const 0) func 0 0 0 0 0 0 0 0 0 0)
            (func (drop (i32.const 1))) (start 0))"#;
        let module = Module::new(&engine, module).unwrap();
        let mut store = Store::new(&engine, ());
        Instance::new(&mut store, &module, &[]).unwrap();
        assert_eq!(store.instruction_count(), Some(1), "{name}");
    }
}

#[test]
fn a_trap_counts_its_block() {
    for (name, engine) in counting() {
        let wat = r#"(module (func (export "f") (param i32)
            (drop (i32.div_s (i32.const 1) (local.get 0))) (drop (i32.const 1))))"#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f: TypedFunc<i32, ()> = instance.get_typed_func(&mut store, "f").unwrap();
        f.call(&mut store, 0).unwrap_err();
        assert_eq!(store.instruction_count(), Some(4), "{name}");
        f.call(&mut store, 1).unwrap();
        assert_eq!(store.instruction_count(), Some(8), "{name}");
        store.set_instruction_count(1 << 40);
        f.call(&mut store, 1).unwrap();
        assert_eq!(store.instruction_count(), Some((1 << 40) + 4), "{name}");
    }
}

#[test]
fn nothing_is_counted_unless_asked_for() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    assert_eq!(store.instruction_count(), None);
    assert!(store.get_fuel().is_err());
    let error = store.set_fuel(1).unwrap_err();
    assert!(error.to_string().contains("consume_fuel"), "{error}");
}

/// Every amount of fuel stops a program at the same place, with the same effects.
#[test]
fn fuel_runs_out_at_the_same_place_everywhere() {
    let wat = r#"(module (memory (export "m") 1) (global $g (export "g") (mut i32) (i32.const 0))
        (func $fib (param i32) (result i32)
            (global.set $g (i32.add (global.get $g) (i32.const 1)))
            (i32.store (i32.mul (global.get $g) (i32.const 4)) (local.get 0))
            (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
                (then (local.get 0))
                (else (i32.add
                    (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "f") (param i32) (result i32) (local $i i32) (local $sum i32)
            (loop (local.set $sum (i32.add (local.get $sum) (call $fib (local.get $i))))
                (memory.fill (i32.const 4096) (local.get $i) (i32.mul (local.get $i) (i32.const 100)))
                (br_if 0 (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0))))
            (local.get $sum)))"#;
    let engines = on_fuel();
    let mut enough = false;
    for fuel in (0..2000).step_by(7) {
        let mut first = None;
        for (name, engine) in &engines {
            let module = Module::new(engine, wat).unwrap();
            let mut store = Store::new(engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            let f: TypedFunc<i32, i32> = instance.get_typed_func(&mut store, "f").unwrap();
            store.set_fuel(fuel).unwrap();
            let result = f
                .call(&mut store, 5)
                .map_err(|error| error.downcast_ref().copied());
            enough |= result.is_ok();
            let memory = instance
                .get_memory(&mut store, "m")
                .unwrap()
                .data(&store)
                .to_vec();
            let (count, left) = (
                store.instruction_count().unwrap(),
                store.get_fuel().unwrap(),
            );
            assert_eq!(count + left, fuel, "{name}");
            if let Err(trap) = result {
                assert_eq!(trap, Some(Trap::OutOfFuel), "{name}");
            }
            let seen = (result, left, memory);
            let first = first.get_or_insert_with(|| seen.clone());
            assert!(
                *first == seen,
                "{name}: {fuel} of fuel, {} or {} left",
                first.1,
                seen.1
            );
        }
    }
    assert!(enough, "the most is enough");
}

/// The host reads and gives fuel while the guest that calls it waits.
#[test]
fn the_host_gives_fuel() {
    for (name, engine) in on_fuel() {
        let wat = r#"(module (import "" "more" (func $more))
            (func (export "f") (loop (call $more) (br 0))))"#;
        let module = Module::new(&engine, wat).unwrap();
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("", "more", |mut caller: Caller<'_, u32>| {
                *caller.data_mut() += 1;
                let left = caller.get_fuel()?;
                if *caller.data() < 1000 {
                    caller.set_fuel(left + 3)?;
                }
                Ok::<_, selvedge::Error>(())
            })
            .unwrap();
        let mut store = Store::new(&engine, 0);
        store.set_fuel(10).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let f: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "f").unwrap();
        let error = f.call(&mut store, ()).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::OutOfFuel), "{name}");
        // 999 gifts of 3 and what there was at first pay for 1002 passes of 3, and 1 is too little for the next.
        assert_eq!(store.instruction_count(), Some(3 * 1002), "{name}");
        assert_eq!(*store.data(), 1002, "{name}");
    }
}

#[test]
fn benchmark_programs() {
    benchmarks::compare(&counting());
}

#[test]
fn modules_of_wasm_smith() {
    let contest = Contest::among(counting());
    compare(&contest, MODULES, |bytes| smith::generate(bytes).ok());
}

#[test]
fn programs_that_meet_what_translation_does() {
    let contest = Contest::among(counting());
    compare(&contest, PROGRAMS, |bytes| Some(programs::module(bytes)));
}

#[test]
fn modules_of_wasm_smith_on_little_fuel() {
    let contest = Contest::among(on_fuel());
    compare(&contest, STARVED_MODULES, |bytes| {
        smith::generate(bytes).ok()
    });
}

// Guests are suspended where there are guard pages.
#[cfg(not(feature = "portable-sys"))]
#[test]
fn modules_that_are_suspended_everywhere() {
    for portion in [1, 7] {
        let contest = Contest::among(on_fuel()).in_portions(portion);
        compare(&contest, SUSPENDED_MODULES, |bytes| {
            smith::generate(bytes).ok()
        });
        compare(&contest, SUSPENDED_MODULES, |bytes| {
            Some(programs::module(bytes))
        });
    }
}

#[test]
fn programs_on_little_fuel() {
    let contest = Contest::among(on_fuel());
    compare(&contest, STARVED_MODULES, |bytes| {
        Some(programs::module(bytes))
    });
}
