//! Compiling in a thread of the engine's own: nothing but time is different.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use selvedge::{
    CompilationMode, CompileEvent, CompileReason, Config, Engine, Instance, Module, Store, Strategy,
};

use crate::budget::{expected, run, text};
use crate::support::HAS_BASELINE;

/// What was compiled, and what for.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<Compilation>>>);

#[derive(Clone, Debug)]
pub struct Compilation {
    module: Option<String>,
    func: u32,
    reason: CompileReason,
    succeeded: bool,
    in_background: bool,
}

impl Seen {
    fn add(&self, event: &CompileEvent<'_>) {
        self.0.lock().unwrap().push(Compilation {
            module: event.module_name().map(str::to_owned),
            func: event.func_index(),
            reason: event.reason(),
            succeeded: event.code_bytes().is_some(),
            in_background: event.in_background(),
        });
    }

    pub fn all(&self) -> Vec<Compilation> {
        self.0.lock().unwrap().clone()
    }

    /// Waits until `wanted` of all compilations.
    fn wait(&self, what: &str, wanted: impl Fn(&[Compilation]) -> bool) -> Vec<Compilation> {
        let start = Instant::now();
        loop {
            let all = self.all();
            if wanted(&all) {
                return all;
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "{what}: {all:#?}"
            );
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// An engine that compiles in the background, and what it has compiled.
pub fn engine(set: impl FnOnce(&mut Config)) -> (Engine, Seen) {
    let seen = Seen::default();
    let listener = seen.clone();
    let mut config = Config::new();
    config
        .strategy(Strategy::Auto)
        .background_compilation(true)
        .tier_up_thresholds(1, 2)
        .on_compile(move |event| listener.add(event));
    set(&mut config);
    (Engine::new(&config).unwrap(), seen)
}

/// No function was compiled twice.
fn assert_once(all: &[Compilation]) {
    let different: HashSet<_> = all.iter().map(|one| (&one.module, one.func)).collect();
    assert_eq!(different.len(), all.len(), "{all:#?}");
    assert!(all.iter().all(|one| one.in_background), "{all:#?}");
}

#[test]
fn what_is_hot_is_compiled_once_in_the_background() {
    let expected = expected();
    let (engine, seen) = engine(|_| ());
    let module = Module::new(&engine, text()).unwrap();
    assert_eq!(run(&engine, &module).unwrap(), expected);
    if !HAS_BASELINE {
        return assert!(seen.all().is_empty());
    }
    let all = seen.wait("all 41", |all| all.len() >= 41);
    assert_eq!(run(&engine, &module).unwrap(), expected);
    assert_eq!(seen.all().len(), all.len());
    assert!(all.iter().all(|one| one.succeeded), "{all:#?}");
    assert_once(&all);
    // Forty functions that are called, and a loop.
    let hot_calls = |one: &&Compilation| one.reason == CompileReason::HotCalls;
    assert_eq!(all.iter().filter(hot_calls).count(), 40);
    assert!(module.machine_code_bytes() > 0);
}

#[test]
fn other_strategies_have_no_background() {
    for strategy in [Strategy::Interpreter, Strategy::Baseline] {
        if strategy == Strategy::Baseline && !HAS_BASELINE {
            continue;
        }
        for mode in [CompilationMode::Eager, CompilationMode::Lazy] {
            let (engine, seen) = engine(|config| {
                config.strategy(strategy).compilation_mode(mode);
            });
            let module = Module::new(&engine, text()).unwrap();
            assert_eq!(run(&engine, &module).unwrap(), expected());
            let all = seen.all();
            let is_baseline = strategy == Strategy::Baseline;
            assert_eq!(all.len(), if is_baseline { 41 } else { 0 });
            assert!(all.iter().all(|one| !one.in_background));
        }
    }
}

#[test]
fn threads_share_what_is_compiled_for_any_of_them() {
    let expected = expected();
    for _ in 0..if cfg!(debug_assertions) { 5 } else { 50 } {
        let (engine, seen) = engine(|_| ());
        let module = Module::new(&engine, text()).unwrap();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        assert_eq!(run(&engine, &module).unwrap(), expected);
                    }
                });
            }
        });
        if HAS_BASELINE {
            assert_once(&seen.wait("all 41", |all| all.len() == 41));
        }
    }
}

#[test]
fn without_code_memory_guests_go_on_interpreting() {
    let expected = expected();
    let (mut some_failed, mut some_did_not) = (false, false);
    for shift in [0, 12, 14, 15, 16, 17, 18, 20] {
        let (engine, seen) = engine(|config| {
            config.code_memory_budget(1 << shift);
        });
        let module = Module::new(&engine, text()).unwrap();
        for _ in 0..3 {
            assert_eq!(run(&engine, &module).unwrap(), expected, "{shift}");
        }
        if !HAS_BASELINE {
            continue;
        }
        // What has failed is not tried again.
        let all = seen.wait("all 41", |all| all.len() >= 41);
        assert_once(&all);
        let failed = all.iter().any(|one| !one.succeeded);
        some_failed |= failed;
        some_did_not |= !failed;
        assert_eq!(run(&engine, &module).unwrap(), expected, "{shift}");
        assert_eq!(seen.all().len(), 41, "{shift}");
    }
    assert!(!HAS_BASELINE || some_failed && some_did_not);
}

/// A gate in the listener: the first compilation says that it is there, and waits.
struct Gate {
    reached: Receiver<()>,
    open: Sender<()>,
}

/// As [`engine`], with a gate; the last is dropped when nothing is left of the engine's code.
fn gated_engine() -> (Engine, Seen, Gate, Arc<()>) {
    let (reach, reached) = channel();
    let (open, opened) = channel();
    let token = Arc::new(());
    let (engine, seen) = engine(|_| ());
    let mut config = engine.config().clone();
    let (listener, kept) = (seen.clone(), token.clone());
    let opened = Mutex::new(Some(opened));
    config.on_compile(move |event| {
        let _kept = &kept;
        listener.add(event);
        if let Some(opened) = opened.lock().unwrap().take() {
            reach.send(()).unwrap();
            opened.recv().unwrap();
        }
    });
    let engine = Engine::new(&config).unwrap();
    (engine, seen, Gate { reached, open }, token)
}

#[test]
fn the_end_of_an_engine_waits_for_one_function_and_forgets_the_others() {
    if !HAS_BASELINE {
        return;
    }
    let (engine, seen, gate, token) = gated_engine();
    let module = Module::new(&engine, text()).unwrap();
    assert_eq!(run(&engine, &module).unwrap(), expected());
    gate.reached.recv().unwrap();
    let weak = engine.weak();
    let end = thread::spawn(move || drop((engine, module)));
    while weak.upgrade().is_some() {
        thread::yield_now();
    }
    thread::sleep(Duration::from_millis(200));
    assert!(!end.is_finished(), "the listener is still being told");
    gate.open.send(()).unwrap();
    end.join().unwrap();
    // Nothing of it is running any more.
    assert_eq!(Arc::strong_count(&token), 1);
    assert_eq!(seen.all().len(), 1);
}

#[test]
fn engines_end_at_any_moment() {
    let expected = expected();
    for round in 0..if cfg!(debug_assertions) { 10 } else { 200 } {
        let token = Arc::new(());
        let kept = token.clone();
        let (engine, _) = engine(|config| {
            config.on_compile(move |_| {
                let _kept = &kept;
            });
        });
        let module = Module::new(&engine, text()).unwrap();
        assert_eq!(run(&engine, &module).unwrap(), expected);
        thread::sleep(Duration::from_micros(round * 50));
        // In either order.
        if round % 2 == 0 {
            drop(engine);
            drop(module);
        } else {
            drop(module);
            drop(engine);
        }
        assert_eq!(Arc::strong_count(&token), 1, "{round}");
    }
}

#[test]
fn a_module_that_is_dropped_is_not_compiled_further() {
    if !HAS_BASELINE {
        return;
    }
    let (engine, seen, gate, _) = gated_engine();
    let named = |name| text().replacen("(module", &format!("(module ${name}"), 1);
    let first = Module::new(&engine, named("first")).unwrap();
    assert_eq!(run(&engine, &first).unwrap(), expected());
    gate.reached.recv().unwrap();
    drop(first);
    gate.open.send(()).unwrap();
    let second = Module::new(&engine, named("second")).unwrap();
    assert_eq!(run(&engine, &second).unwrap(), expected());
    let of = |all: &[Compilation], name| {
        let of_it = |one: &&Compilation| one.module.as_deref() == Some(name);
        all.iter().filter(of_it).count()
    };
    let all = seen.wait("the second module", |all| of(all, "second") == 41);
    assert_eq!(of(&all, "first"), 1);
}

#[test]
fn a_listener_may_drop_the_last_of_an_engine() {
    if !HAS_BASELINE {
        return;
    }
    let (give, given) = channel::<(Engine, Module)>();
    let (tell, told) = channel();
    let given = Mutex::new(given);
    let (engine, _) = engine(|config| {
        config.on_compile(move |_| {
            if let Ok(last) = given.lock().unwrap().try_recv() {
                drop(last);
                tell.send(()).unwrap();
            }
        });
    });
    let module = Module::new(&engine, text()).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let run = instance.get_typed_func::<i32, i64>(&mut store, "run");
    let run = run.unwrap();
    give.send((engine, module)).unwrap();
    run.call(&mut store, 30).unwrap();
    drop(store);
    told.recv_timeout(Duration::from_secs(60)).unwrap();
}
