//! Calls between tiers and instances: how deep they go, what they need, and what
//! backtraces tell of them.

use std::num::NonZeroUsize;

use selvedge::{
    Caller, Config, Engine, Error, Extern, Instance, Linker, Module, Result, Store, Strategy, Trap,
    WasmBacktrace,
};

use crate::support::{on_small_stack, strategies};

/// Two functions that call each other, each of which has a loop that makes it hot without
/// calling anything, if it is called with a negative number.
pub struct Pair {
    /// The instances that they are of.
    first: Instance,
    second: Instance,
}

/// What leads to a call of the other function.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Kind {
    Call,
    TailCall,
}

/// Whether the functions are of one instance.
#[derive(Copy, Clone, Debug)]
pub enum Place {
    Same,
    Other,
}

/// The body of a function that goes on with `next`, given one less.
fn body(kind: Kind, call: &str, target: &str) -> String {
    let rest = match kind {
        Kind::Call => format!(
            "(i32.add (i32.const 1) ({call} (i32.sub (local.get $n) (i32.const 1)){target}))"
        ),
        Kind::TailCall => {
            format!("(return_{call} (i32.sub (local.get $n) (i32.const 1)){target})")
        }
    };
    let count = match kind {
        Kind::Call => "(global.set $depth (i32.add (global.get $depth) (i32.const 1)))",
        Kind::TailCall => "",
    };
    format!(
        r#"(param $n i32) (result i32)
            (if (i32.lt_s (local.get $n) (i32.const 0)) (then
                (loop $l (br_if $l (i32.lt_s
                    (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                    (i32.const 0))))))
            {count}
            (if (result i32) (local.get $n)
                (then {rest})
                (else (i32.const 0)))"#
    )
}

impl Pair {
    pub fn new(store: &mut Store<u32>, kind: Kind, place: Place) -> Result<Self> {
        let indirect = |to: u32| format!(" (i32.const {to})");
        let through_table = "call_indirect (type $t)";
        let second = match place {
            Place::Same => format!(
                "(func $second (export \"second\") {})",
                body(kind, "call $first", "")
            ),
            Place::Other => String::new(),
        };
        let elements = match place {
            Place::Same => "$first $second",
            Place::Other => "$first",
        };
        let text = format!(
            r#"(module $one
                (type $t (func (param i32) (result i32)))
                (table (export "table") 2 2 funcref)
                (elem (i32.const 0) func {elements})
                (global $depth (export "depth") (mut i32) (i32.const 0))
                (func $first (export "first") {})
                {second})"#,
            body(kind, through_table, &indirect(1))
        );
        let module = Module::new(store.engine(), text)?;
        let first = Instance::new(&mut *store, &module, &[])?;
        if let Place::Same = place {
            return Ok(Self {
                first,
                second: first,
            });
        }
        let text = format!(
            r#"(module $two
                (type $t (func (param i32) (result i32)))
                (import "one" "first" (func $first (type $t)))
                (import "one" "table" (table 2 2 funcref))
                (import "one" "depth" (global $depth (mut i32)))
                (elem (i32.const 1) func $second)
                (func $second (export "second") {}))"#,
            body(kind, "call $first", "")
        );
        let module = Module::new(store.engine(), text)?;
        let mut linker = Linker::new(store.engine());
        linker.instance(&mut *store, "one", first)?;
        let second = linker.instantiate(&mut *store, &module)?;
        Ok(Self { first, second })
    }

    pub fn call(&self, store: &mut Store<u32>, name: &str, n: i32) -> Result<i32> {
        let instance = if name == "first" {
            self.first
        } else {
            self.second
        };
        let func = instance.get_typed_func::<i32, i32>(&mut *store, name)?;
        func.call(store, n)
    }

    /// Frames since this was last asked.
    fn depth(&self, store: &mut Store<u32>) -> i32 {
        let depth = self.first.get_global(&mut *store, "depth").unwrap();
        let frames = depth.get(&mut *store).unwrap_i32();
        depth.set(store, 0.into()).unwrap();
        frames
    }
}

/// Engines with which functions to make hot before anything else: the strategies, and every mixture
/// of functions that are and are not compiled.
pub fn mixtures(change: impl Fn(&mut Config)) -> Vec<(String, Engine, &'static [&'static str])> {
    let mut all = Vec::new();
    for (name, mut config) in strategies() {
        change(&mut config);
        all.push((name.to_owned(), Engine::new(&config).unwrap(), &[][..]));
    }
    let hot: [&[&str]; 4] = [&["first"], &["second"], &["first", "second"], &[]];
    for hot in hot {
        let mut config = Config::new();
        // Only what loops is compiled.
        config
            .strategy(Strategy::Auto)
            .tier_up_thresholds(u32::MAX, 2);
        change(&mut config);
        let engine = Engine::new(&config).unwrap();
        all.push((format!("compiled: {hot:?}"), engine, hot));
    }
    all
}

fn places(error: &Error) -> Vec<(Option<&str>, Option<&str>, Option<usize>)> {
    let frames = error.backtrace().expect("there is one").frames().iter();
    frames
        .map(|frame| {
            let offset = frame.module_offset();
            (frame.module_name(), frame.func_name(), offset)
        })
        .collect()
}

/// More frames than a stack has at the least.
const DEEP: i32 = i32::MAX;

#[test]
fn recursion_overflows_at_the_same_depth_in_every_mixture() {
    on_small_stack(|| {
        for place in [Place::Same, Place::Other] {
            let mut expected = None;
            let mixtures = mixtures(|config| {
                config.wasm_backtrace_max_frames(NonZeroUsize::new(50));
            });
            for (name, engine, hot) in mixtures {
                let mut store = Store::new(&engine, 0);
                let pair = Pair::new(&mut store, Kind::Call, place).unwrap();
                for func in hot {
                    assert_eq!(pair.call(&mut store, func, -5).unwrap(), 0);
                }
                for _ in 0..2 {
                    pair.depth(&mut store);
                    assert_eq!(pair.call(&mut store, "first", 4001).unwrap(), 4001);
                    assert_eq!(pair.depth(&mut store), 4002);
                    let error = pair.call(&mut store, "first", DEEP).unwrap_err();
                    assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow), "{name}");
                    let depth = pair.depth(&mut store);
                    assert!(depth > 10_000, "{name}: {depth}");
                    let places: Vec<_> = places(&error)
                        .iter()
                        .map(|(module, func, at)| format!("{module:?} {func:?} {at:?}"))
                        .collect();
                    assert_eq!(places.len(), 50, "{name}");
                    let found = (depth, places);
                    let expected = expected.get_or_insert_with(|| found.clone());
                    assert_eq!(*expected, found, "{place:?}, {name}");
                }
            }
        }
    });
}

/// The backtrace of a trap below a number of frames, and those that a host function saw on the way.
fn through_everything(engine: &Engine, hot: &[&str]) -> Vec<String> {
    const TEXT: &str = r#"
        (module $it
            (import "" "again" (func $again (param i32)))
            (import "" "see" (func $see))
            (memory 1)
            (func $first (export "first") (param $n i32)
                (if (i32.lt_s (local.get $n) (i32.const 0)) (then
                    (loop $l (br_if $l (i32.lt_s
                        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                        (i32.const 0))))
                    (return)))
                (call $see)
                (call $second (i32.sub (local.get $n) (i32.const 1))))
            (func $second (export "second") (param $n i32)
                (if (i32.lt_s (local.get $n) (i32.const 0)) (then
                    (loop $l (br_if $l (i32.lt_s
                        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                        (i32.const 0))))
                    (return)))
                (call $see)
                (block (block (block (block (block
                    (br_table 0 1 2 3 4 (local.get $n)))
                    (unreachable))
                    (drop (i32.div_u (i32.const 1) (i32.const 0))))
                    (drop (i32.load (i32.shl (local.get $n) (i32.const 20)))))
                    (return_call $third (local.get $n)))
                (if (i32.and (local.get $n) (i32.const 1))
                    (then (call $first (i32.sub (local.get $n) (i32.const 1))))
                    (else (call $again (i32.sub (local.get $n) (i32.const 1))))))
            (func $third (param $n i32)
                (drop (i32.trunc_f32_s (f32.const nan)))))
    "#;
    let mut linker = Linker::<Vec<String>>::new(engine);
    let again = |mut caller: Caller<'_, Vec<String>>, n: i32| -> Result<()> {
        let Some(Extern::Func(first)) = caller.get_export("first") else {
            panic!("it is exported");
        };
        first.call(&mut caller, &[n.into()], &mut [])
    };
    linker.func_wrap("", "again", again).unwrap();
    let see = |mut caller: Caller<'_, Vec<String>>| {
        let seen = format!("{:?}", WasmBacktrace::capture(&caller));
        caller.data_mut().push(seen);
    };
    linker.func_wrap("", "see", see).unwrap();
    let module = Module::new(engine, TEXT).unwrap();
    let mut store = Store::new(engine, Vec::new());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    for func in hot {
        let func = instance.get_typed_func::<i32, ()>(&mut store, func);
        func.unwrap().call(&mut store, -5).unwrap();
    }
    let first = instance
        .get_typed_func::<i32, ()>(&mut store, "first")
        .unwrap();
    let mut seen = Vec::new();
    for n in 1..25 {
        let error = first.call(&mut store, n).unwrap_err();
        let code = error.as_trap_code();
        seen.push(format!("{n}: {code:?} {:?}", places(&error)));
    }
    seen.append(store.data_mut());
    seen
}

#[test]
fn backtraces_are_the_same_in_every_mixture() {
    let mut expected = None;
    for (name, engine, hot) in mixtures(|_| ()) {
        let seen = through_everything(&engine, hot);
        let expected = expected.get_or_insert_with(|| seen.clone());
        for trap in [
            "Unreachable",
            "DivisionByZero",
            "OutOfBounds",
            "BadConversion",
        ] {
            let found = seen.iter().any(|seen| seen.contains(trap));
            assert!(found, "{trap} in {seen:#?}");
        }
        for (expected, seen) in expected.iter().zip(&seen) {
            assert_eq!(expected, seen, "{name}");
        }
        assert_eq!(expected.len(), seen.len(), "{name}");
    }
}

/// The depth that guest and host reach by calling each other, and the depth of the guest's frames.
#[test]
fn recursion_through_the_host_is_the_same_in_every_mixture() {
    const TEXT: &str = r#"
        (module
            (import "" "again" (func $again (param i32)))
            (func $second (export "second") (param $n i32)
                (if (i32.lt_s (local.get $n) (i32.const 0)) (then
                    (loop $l (br_if $l (i32.lt_s
                        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                        (i32.const 0))))
                    (return)))
                (call $again (local.get $n)))
            (func $first (export "first") (param $n i32)
                (if (i32.lt_s (local.get $n) (i32.const 0)) (then
                    (loop $l (br_if $l (i32.lt_s
                        (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                        (i32.const 0))))
                    (return)))
                (call $second (local.get $n))))
    "#;
    let depths = || {
        let mut depths = Vec::new();
        for (name, engine, hot) in mixtures(|_| ()) {
            let mut linker = Linker::<u32>::new(&engine);
            let again = |mut caller: Caller<'_, u32>, n: i32| -> Result<()> {
                *caller.data_mut() += 1;
                let first = caller.get_export("first").unwrap().into_func().unwrap();
                first.call(&mut caller, &[n.into()], &mut [])
            };
            linker.func_wrap("", "again", again).unwrap();
            let module = Module::new(&engine, TEXT).unwrap();
            let mut store = Store::new(&engine, 0);
            let instance = linker.instantiate(&mut store, &module).unwrap();
            for func in hot {
                let func = instance.get_typed_func::<i32, ()>(&mut store, func);
                func.unwrap().call(&mut store, -5).unwrap();
            }
            let first = instance.get_typed_func::<i32, ()>(&mut store, "first");
            let first = first.unwrap();
            for _ in 0..3 {
                *store.data_mut() = 0;
                let error = first.call(&mut store, 1).unwrap_err();
                assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow), "{name}");
                depths.push((name.clone(), *store.data()));
            }
        }
        depths
    };
    on_small_stack(|| {
        for (name, depth) in depths() {
            assert!(depth > 5, "{name}: {depth}");
        }
    });
    if cfg!(any(not(target_os = "linux"), feature = "portable-sys")) {
        return;
    }
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    for (name, depth) in thread.spawn(depths).unwrap().join().unwrap() {
        assert_eq!(depth, 1000, "{name}");
    }
}
