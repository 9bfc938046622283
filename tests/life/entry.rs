//! Entrypoints: which functions run when, with which arguments; start functions; faults.

use selvedge::region::{
    GlobalValue, InstanceRegion, LifeError, StartMode, TerminationDetails, UntypedRetVal,
};
use selvedge::{Caller, Trap, Val};

use crate::support::*;

const NOT_RUNNABLE: &str = "instance must be ready, starting, or non-fatally faulted";
const WRONG_COUNT: &str =
    "entrypoint function signature mismatch (number of arguments is incorrect)";
const WRONG_TYPE: &str = "entrypoint function signature mismatch";

const CALC: &str = r#"(module
    (import "env" "double" (func $double (param i32) (result i32)))
    (export "imported" (func $double))
    (func $add (export "add_2") (param i64 i64) (result i64)
        (i64.add (local.get 0) (local.get 1)))
    (func $mul (export "mul_2") (param i64 i64) (result i64)
        (i64.mul (local.get 0) (local.get 1)))
    (func (export "add_then_mul") (param i64 i64 i64) (result i64)
        (call $mul (call $add (local.get 0) (local.get 1)) (local.get 2)))
    (func (export "add_10") (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
        (i64.add (i64.add (i64.add (i64.add (i64.add (i64.add (i64.add (i64.add (i64.add
            (local.get 0) (local.get 1)) (local.get 2)) (local.get 3)) (local.get 4))
            (local.get 5)) (local.get 6)) (local.get 7)) (local.get 8)) (local.get 9)))
    (func (export "add_f32") (param f32 f32) (result f32)
        (f32.add (local.get 0) (local.get 1)))
    (func (export "add_f64") (param f64 f64) (result f64)
        (f64.add (local.get 0) (local.get 1)))
    (func (export "mixed_20") (param i32 i64 f32 f64 i32 i64 f32 f64 i32 i64
            f32 f64 i32 i64 f32 f64 i32 i64 f32 f64) (result f64)
        (f64.add (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 17)))
            (f64.add (f64.promote_f32 (local.get 18)) (local.get 19))))
    (func (export "pair") (param i32) (result i32 i64)
        (local.get 0) (i64.const 8))
    (func (export "no_result"))
    (table (export "table") 6 funcref)
    (table $second 1 externref)
    (elem (i32.const 0) $add $mul $double)
    (memory (export "memory") 1))"#;

fn calc(kind: &Kind) -> selvedge::region::InstanceHandle {
    let mut linker = kind.linker();
    linker
        .func_wrap("env", "double", |n: i32| n * 2)
        .expect("a function");
    kind.instance_with(CALC, &linker)
}

#[test]
fn arguments_and_results_of_every_type() {
    on_every_kind(|kind| {
        let mut calc = calc(kind);
        let i64s = |values: &[i64]| values.iter().map(|&v| Val::I64(v)).collect::<Vec<_>>();
        for _ in 0..10 {
            assert_eq!(returned(&mut calc, "add_2", &i64s(&[123, 456])), 579);
            assert_eq!(returned(&mut calc, "mul_2", &i64s(&[123, 456])), 56088);
            assert_eq!(returned(&mut calc, "add_then_mul", &i64s(&[1, 2, 3])), 9);
            let ten: Vec<i64> = (1..=10).collect();
            assert_eq!(returned(&mut calc, "add_10", &i64s(&ten)), 55);
            let sum = calc
                .run("add_f32", &[1.5f32.into(), (-6.0f32).into()])
                .unwrap();
            assert_eq!(f32::from(sum.unwrap_returned()), -4.5);
            let sum = calc
                .run("add_f64", &[1.5f64.into(), 0.25f64.into()])
                .unwrap();
            assert_eq!(f64::from(sum.unwrap_returned()), 1.75);
            assert_eq!(returned(&mut calc, "imported", &[21.into()]), 42);
        }
        let mixed: Vec<Val> = (0..5)
            .flat_map(|i| {
                [
                    Val::from(i),
                    Val::from(i64::from(i)),
                    Val::from(0.5f32),
                    Val::from(0.125f64),
                ]
            })
            .collect();
        let sum = calc.run("mixed_20", &mixed).unwrap().unwrap_returned();
        assert_eq!(sum.as_f64(), 0.0 + 4.0 + 0.5 + 0.125);
        assert_eq!(returned(&mut calc, "pair", &[7.into()]), 7);
        assert!(matches!(calc.results(), [Val::I32(7), Val::I64(8)]));
        let nothing = calc.run("no_result", &[]).unwrap().unwrap_returned();
        assert_eq!(nothing, UntypedRetVal::default());
        assert!(calc.results().is_empty());
    });
}

#[test]
fn wrong_entrypoints_and_arguments_are_refused_in_order() {
    on_every_kind(|kind| {
        let mut calc = calc(kind);
        let a = Val::I64(1);
        for name in ["missing", "memory", "table", ""] {
            let error = calc.run(name, &[]).unwrap_err();
            assert!(matches!(error, LifeError::SymbolNotFound(n) if n == name));
        }
        assert_eq!(invalid_argument(calc.run("add_2", &[a])), WRONG_COUNT);
        assert_eq!(invalid_argument(calc.run("add_2", &[a, a, a])), WRONG_COUNT);
        assert_eq!(
            invalid_argument(calc.run("add_2", &[a, 1.into()])),
            WRONG_TYPE
        );
        assert_eq!(
            invalid_argument(calc.run("add_2", &[1.5f64.into(), a])),
            WRONG_TYPE
        );
        for (table, element) in [(0, 6), (0, u32::MAX), (1, 0), (2, 0), (u32::MAX, 0)] {
            let error = calc.run_func_idx(table, element, &[a]).unwrap_err();
            assert!(matches!(error, LifeError::FuncNotFound(t, e) if (t, e) == (table, element)));
        }
        // A null function comes before its arguments.
        let null = invalid_argument(calc.run_func_idx(0, 5, &[a]));
        assert_eq!(null, "entrypoint function cannot be null");
        assert_eq!(invalid_argument(calc.run_func_idx(0, 1, &[a])), WRONG_COUNT);
        assert!(calc.is_ready());
        let product = calc
            .run_func_idx(0, 1, &[Val::I64(6), Val::I64(7)])
            .unwrap();
        assert_eq!(product.unwrap_returned().as_i32(), 42);
        let double = calc.run_func_idx(0, 2, &[Val::I32(5)]).unwrap();
        assert_eq!(double.unwrap_returned().as_i32(), 10);
    });
}

#[test]
fn small_integers_are_passed_as_i32() {
    on_every_tier(|kind| {
        let mut instance = kind.instance(
            r#"(module (func (export "f") (param i32 i32 i32 i32 i32 i32) (result i32)
                (i32.add (i32.add (i32.add (local.get 0) (local.get 1))
                    (i32.add (local.get 2) (local.get 3)))
                    (i32.add (local.get 4) (local.get 5)))))"#,
        );
        let args: [Val; 6] = [
            (-1i8).into(),
            200u8.into(),
            (-300i16).into(),
            40_000u16.into(),
            5_000_000u32.into(),
            true.into(),
        ];
        let sum = instance.run("f", &args).unwrap().unwrap_returned();
        assert_eq!(sum.as_i32(), -1 + 200 - 300 + 40_000 + 5_000_000 + 1);
    });
}

const START: &str = r#"(module
    (global $n (mut i32) (i32.const 0))
    (func $start (global.set $n (i32.add (global.get $n) (i32.const 17))))
    (start $start)
    (export "start" (func $start))
    (table 1 funcref) (elem (i32.const 0) $start)
    (func (export "get") (result i32) (global.get $n))
    (func (export "trap") unreachable))"#;

#[test]
fn a_start_function_runs_once() {
    on_every_tier(|kind| {
        let region = kind.region(1, &small());
        let pre = kind.pre(START);
        let mut instance = region.new_instance(&pre).unwrap();
        assert!(instance.is_ready());
        assert_eq!(returned(&mut instance, "get", &[]), 17);
        assert!(matches!(
            instance.run_start(),
            Err(LifeError::StartAlreadyRun)
        ));
        instance.reset().unwrap();
        assert_eq!(returned(&mut instance, "get", &[]), 17);
        drop(instance);

        let builder = region.new_instance_builder(&pre);
        let mut instance = builder.with_start(StartMode::Manual).build().unwrap();
        for _ in 0..3 {
            assert!(instance.is_not_started() && !instance.is_ready());
            assert_eq!(instance.globals().get(0), Some(GlobalValue::I32(0)));
            let error = instance.run("get", &[]).unwrap_err();
            assert!(matches!(error, LifeError::InstanceNeedsStart));
            let error = instance.run("missing", &[]).unwrap_err();
            assert!(matches!(error, LifeError::SymbolNotFound(_)));
            instance.run_start().unwrap();
            assert!(matches!(
                instance.run_start(),
                Err(LifeError::StartAlreadyRun)
            ));
            assert_eq!(returned(&mut instance, "get", &[]), 17);
            // As an ordinary function it may run again.
            instance.run("start", &[]).unwrap();
            assert_eq!(returned(&mut instance, "get", &[]), 34);
            instance.reset().unwrap();
        }
        // By name or index it starts the instance as well.
        instance.run("start", &[]).unwrap();
        assert!(instance.is_ready());
        instance.reset().unwrap();
        instance.run_func_idx(0, 0, &[]).unwrap();
        assert_eq!(returned(&mut instance, "get", &[]), 17);
    });
}

#[test]
fn without_a_start_function_there_is_nothing_to_start() {
    on_every_kind(|kind| {
        let region = kind.region(1, &small());
        let pre = kind.pre(r#"(module (func (export "f")))"#);
        let builder = region.new_instance_builder(&pre);
        let mut instance = builder.with_start(kind.start).build().unwrap();
        assert!(instance.is_ready());
        for _ in 0..2 {
            instance.run_start().unwrap();
            instance.run("f", &[]).unwrap();
        }
    });
}

#[test]
fn a_start_function_that_traps_leaves_no_instance_behind() {
    on_every_tier(|kind| {
        let region = kind.region(1, &small());
        let text = r#"(module (memory 1) (func $start unreachable) (start $start)
            (func (export "size") (result i32) (memory.size)))"#;
        let pre = kind.pre(text);
        let error = region.new_instance(&pre).unwrap_err();
        assert!(matches!(error, LifeError::RuntimeFault(_)), "{error:?}");
        assert_eq!(region.free_slots(), 1);
        let builder = region.new_instance_builder(&pre);
        let mut instance = builder.with_start(StartMode::Manual).build().unwrap();
        let error = instance.run_start().unwrap_err();
        assert!(matches!(error, LifeError::RuntimeFault(_)), "{error:?}");
        assert!(instance.is_faulted());
        assert!(matches!(
            instance.run_start(),
            Err(LifeError::StartAlreadyRun)
        ));
        assert_eq!(returned(&mut instance, "size", &[]), 1);
    });
}

#[test]
fn a_guest_can_run_after_a_fault() {
    on_every_kind(|kind| {
        let mut instance = kind.instance(
            r#"(module (memory 1)
                (func (export "store") (param i32) (i32.store (local.get 0) (i32.const 5)))
                (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
                (func (export "div") (param i32) (result i32)
                    (i32.div_s (i32.const 7) (local.get 0)))
                (func $deep (export "deep") (param i32) (result i32)
                    (if (result i32) (local.get 0)
                        (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
                        (else (i32.const 1))))
                (func (export "trap") unreachable))"#,
        );
        for _ in 0..3 {
            instance.run("store", &[64.into()]).unwrap();
            let traps = [
                ("load", 65536, Trap::MemoryOutOfBounds),
                ("load", -1, Trap::MemoryOutOfBounds),
                ("store", 0x7fff_ffff, Trap::MemoryOutOfBounds),
                ("div", 0, Trap::IntegerDivisionByZero),
                ("deep", 100_000_000, Trap::StackOverflow),
            ];
            for (entry, argument, trap) in traps {
                let result = instance.run(entry, &[argument.into()]);
                assert_eq!(fault(result), trap);
                assert!(instance.is_faulted());
                assert_eq!(returned(&mut instance, "load", &[64.into()]), 5);
                assert!(instance.is_ready());
            }
            let error = instance.run("trap", &[]).unwrap_err();
            let LifeError::RuntimeFault(details) = &error else {
                panic!("{error:?}");
            };
            assert_eq!(details.trapcode, Some(Trap::UnreachableCodeReached));
            assert!(!details.fatal);
            let backtrace = details.backtrace.as_ref().expect("a backtrace");
            assert_eq!(backtrace.frames()[0].func_name(), Some("trap"));
            assert_eq!(
                error.to_string(),
                "runtime fault: wasm `unreachable` instruction executed"
            );
            kind.reset(&mut instance);
            assert_eq!(returned(&mut instance, "load", &[64.into()]), 0);
        }
    });
}

#[test]
fn a_stack_ends_at_the_same_depth_everywhere() {
    let depths = std::cell::RefCell::new(Vec::new());
    on_every_kind(|kind| {
        let mut instance = kind.instance(
            r#"(module (global $n (mut i32) (i32.const 0))
                (func $f (export "f") (param i64 i64)
                    (global.set $n (i32.add (global.get $n) (i32.const 1)))
                    (call $f (local.get 0) (local.get 1))))"#,
        );
        let args = [Val::I64(1), Val::I64(2)];
        assert_eq!(fault(instance.run("f", &args)), Trap::StackOverflow);
        depths.borrow_mut().push(instance.globals().get(0));
    });
    let depths = depths.into_inner();
    assert!(depths.iter().all(|depth| *depth == depths[0]), "{depths:?}");
    assert!(matches!(depths[0], Some(GlobalValue::I32(n)) if n > 1000));
}

#[test]
fn a_terminated_instance_can_only_be_reset() {
    on_every_kind(|kind| {
        let mut linker = kind.linker();
        linker
            .func_wrap(
                "env",
                "end",
                |caller: Caller<'_, _>| -> selvedge::Result<()> { Err(caller.terminate("enough")) },
            )
            .unwrap();
        let mut instance = kind.instance_with(
            r#"(module (import "env" "end" (func $end)) (memory 1)
                (func (export "run") (i32.store8 (i32.const 3) (i32.const 4)) (call $end))
                (func (export "get") (result i32) (i32.load8_u (i32.const 3))))"#,
            &linker,
        );
        for _ in 0..2 {
            let details = terminated(instance.run("run", &[]));
            let provided = details.provided_details().expect("a value");
            let provided: &dyn std::any::Any = provided;
            assert_eq!(provided.downcast_ref::<&str>(), Some(&"enough"));
            assert!(instance.is_terminated() && !instance.is_faulted());
            assert_eq!(invalid_argument(instance.run("get", &[])), NOT_RUNNABLE);
            assert_eq!(
                invalid_argument(instance.run("get", &[1.into()])),
                NOT_RUNNABLE
            );
            let error = instance.run("missing", &[]).unwrap_err();
            assert!(matches!(error, LifeError::SymbolNotFound(_)));
            // What the guest did can still be looked at.
            assert_eq!(instance.heap()[3], 4);
            kind.reset(&mut instance);
            assert_eq!(returned(&mut instance, "get", &[]), 0);
        }
        assert!(TerminationDetails::Remote == TerminationDetails::Remote);
    });
}

#[test]
fn instructions_are_counted_alike() {
    let counts = std::cell::RefCell::new(Vec::new());
    on_every_kind(|kind| {
        let mut instance = kind.instance(
            r#"(module (func (export "loop") (param i32)
                (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))"#,
        );
        instance.set_instruction_count(1_000_000);
        instance.run("loop", &[100.into()]).unwrap();
        instance.run("loop", &[7.into()]).unwrap();
        counts.borrow_mut().push(instance.get_instruction_count());
    });
    let counts = counts.into_inner();
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    assert!(counts[0] > Some(1_000_400));
}
