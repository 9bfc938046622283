//! Machine code that may not be, goes away, or is shared by threads.

use std::thread;

use selvedge::{
    CompilationMode, Config, Engine, Error, ErrorKind, Instance, Module, Store, Strategy,
};

use crate::support::{HAS_BASELINE, engines};

/// A module with a lot of code: every function adds some numbers, and the last one calls all.
pub fn text() -> String {
    let mut text = String::from("(module (memory 1)");
    let mut calls = String::new();
    for number in 0..40 {
        text += &format!("(func $f{number} (param i64) (result i64) (local.get 0)");
        for at in 0..60 {
            text += &format!(
                "(i64.add (i64.load offset={at} (i32.wrap_i64 (i64.and (local.get 0) (i64.const 255)))))
                 (i64.mul (i64.const {}))",
                number * 1_000_003 + at * 7919 + 1
            );
        }
        text += ")";
        calls += &format!(
            "(local.set $sum (i64.xor (local.get $sum)
                (call $f{number} (i64.extend_i32_u (local.get $n)))))"
        );
    }
    text += &format!(
        "(func (export \"run\") (param $n i32) (result i64) (local $sum i64)
            (loop $l
                {calls}
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $sum)))"
    );
    text
}

pub fn run(engine: &Engine, module: &Module) -> Result<i64, Error> {
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, module, &[])?;
    let run = instance.get_typed_func::<i32, i64>(&mut store, "run")?;
    run.call(&mut store, 30)
}

pub fn expected() -> i64 {
    let engine = Engine::new(Config::new().strategy(Strategy::Interpreter)).unwrap();
    run(&engine, &Module::new(&engine, text()).unwrap()).unwrap()
}

fn with_budget(strategy: Strategy, mode: CompilationMode, bytes: usize) -> Engine {
    let mut config = Config::new();
    config
        .strategy(strategy)
        .compilation_mode(mode)
        .tier_up_thresholds(2, 3)
        .code_memory_budget(bytes);
    Engine::new(&config).unwrap()
}

#[test]
fn without_code_memory_auto_interprets() {
    let expected = expected();
    for shift in [0, 1, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22] {
        let engine = with_budget(Strategy::Auto, CompilationMode::LazyTranslation, 1 << shift);
        let module = Module::new(&engine, text()).unwrap();
        for _ in 0..3 {
            assert_eq!(run(&engine, &module).unwrap(), expected, "{shift}");
        }
    }
}

#[test]
fn without_code_memory_baseline_fails() {
    if !HAS_BASELINE {
        return;
    }
    let expected = expected();
    for mode in [CompilationMode::Eager, CompilationMode::Lazy] {
        let (mut failed, mut ran) = (0, 0);
        for shift in 0..25 {
            let engine = with_budget(Strategy::Baseline, mode, 1 << shift);
            let module = Module::new(&engine, text());
            match module.and_then(|module| run(&engine, &module)) {
                Ok(result) => {
                    assert_eq!(result, expected);
                    ran += 1;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Limit, "{error:?}");
                    assert_eq!(ran, 0, "less is not enough, so more is: {shift}");
                    failed += 1;
                }
            }
        }
        assert!(failed > 3 && ran > 3, "{mode:?}: {failed}, {ran}");
    }
}

#[test]
fn code_memory_comes_back() {
    if !HAS_BASELINE {
        return;
    }
    let expected = expected();
    let fits = |bytes: &usize| {
        let engine = with_budget(Strategy::Baseline, CompilationMode::Eager, *bytes);
        Module::new(&engine, text()).is_ok()
    };
    let enough = (12..30).map(|shift| 1 << shift).find(fits).unwrap();
    let engine = with_budget(Strategy::Baseline, CompilationMode::Eager, enough);
    for round in 0..5 {
        // As many as there is room for, some of which have instances.
        let mut modules = Vec::new();
        let mut stores = Vec::new();
        let error = loop {
            match Module::new(&engine, text()) {
                Ok(module) => {
                    let mut store = Store::new(&engine, ());
                    Instance::new(&mut store, &module, &[]).unwrap();
                    stores.push(store);
                    modules.push(module);
                }
                Err(error) => break error,
            }
            assert!(modules.len() < 10_000, "the budget is none");
        };
        assert_eq!(error.kind(), ErrorKind::Limit, "{error:?}");
        assert_eq!(run(&engine, &modules[0]).unwrap(), expected, "{round}");
        // An instance keeps its code.
        drop(modules);
        assert!(Module::new(&engine, text()).is_err(), "{round}");
        drop(stores);
    }
    for _ in 0..50 {
        let module = Module::new(&engine, text()).unwrap();
        assert_eq!(run(&engine, &module).unwrap(), expected);
    }
}

#[test]
fn engines_come_and_go() {
    let expected = expected();
    for _ in 0..if cfg!(debug_assertions) { 5 } else { 50 } {
        let kept: Vec<_> = engines()
            .into_iter()
            .map(|(name, engine)| {
                let module = Module::new(&engine, text()).unwrap();
                assert_eq!(run(&engine, &module).unwrap(), expected, "{name}");
                // The module keeps what it needs.
                (engine.weak(), module)
            })
            .collect();
        for (engine, module) in kept {
            let engine = engine.upgrade().expect("its module holds it");
            assert_eq!(run(&engine, &module).unwrap(), expected);
        }
    }
}

#[test]
fn threads_share_a_module() {
    let expected = expected();
    for (name, engine) in engines() {
        let module = Module::new(&engine, text()).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        assert_eq!(run(&engine, &module).unwrap(), expected, "{name}");
                    }
                });
            }
        });
    }
}
