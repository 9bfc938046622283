//! Depth: recursion through guest and host, on small native stacks, and tail calls.

mod support;

use std::thread;

use selvedge::{
    AsContextMut, Caller, Config, Dispatch, Engine, Extern, Func, Instance, Linker, Module, Result,
    Store, Trap, Val,
};

/// Runs `f` on a thread with little native stack.
fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(256 << 10);
    thread.spawn(f).expect("a thread").join().expect("no panic");
}

/// The engines of each dispatch and strategy that the build has.
fn engines() -> Vec<Engine> {
    let of = |dispatch| {
        let strategies = support::strategies().into_iter();
        strategies.filter_map(move |(_, mut config)| Engine::new(config.dispatch(dispatch)).ok())
    };
    [Dispatch::Step, Dispatch::Tail]
        .into_iter()
        .flat_map(of)
        .collect()
}

#[test]
fn guest_recursion_needs_no_native_stack() {
    on_small_stack(|| {
        for engine in engines() {
            let wat = r#"
                (module
                    (type $f (func (param i32) (result i32)))
                    (table funcref (elem $direct $indirect))
                    (func $direct (export "direct") (type $f)
                        (if (result i32) (local.get 0)
                            (then (i32.add (i32.const 1)
                                (call $direct (i32.sub (local.get 0) (i32.const 1)))))
                            (else (i32.const 0))))
                    (func $indirect (export "indirect") (type $f)
                        (if (result i32) (local.get 0)
                            (then (i32.add (i32.const 1)
                                (call_indirect (type $f)
                                    (i32.sub (local.get 0) (i32.const 1)) (i32.const 1))))
                            (else (i32.const 0)))))
            "#;
            let module = Module::new(&engine, wat).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            for name in ["direct", "indirect"] {
                let func = instance
                    .get_typed_func::<i32, i32>(&mut store, name)
                    .unwrap();
                assert_eq!(func.call(&mut store, 10_000).unwrap(), 10_000);
                let error = func.call(&mut store, 10_000_000).unwrap_err();
                assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
                assert_eq!(func.call(&mut store, 10_000).unwrap(), 10_000);
            }
        }
    });
}

/// The greatest depth that guest and host reach by calling each other without end.
fn host_recursion(engine: &Engine) -> u32 {
    let mut linker = Linker::<u32>::new(engine);
    linker
        .func_wrap("", "host", |mut caller: Caller<'_, u32>| -> Result<()> {
            *caller.data_mut() += 1;
            let Some(Extern::Func(run)) = caller.get_export("run") else {
                panic!("the guest exports it");
            };
            run.call(&mut caller, &[], &mut [])
        })
        .unwrap();
    let wat = r#"(module (import "" "host" (func $host)) (func (export "run") (call $host)))"#;
    let module = Module::new(engine, wat).unwrap();
    let mut store = Store::new(engine, 0);
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance
        .get_typed_func::<(), ()>(&mut store, "run")
        .unwrap();
    // Functions become hot on the way, at a time of the compiler's, and an entry of the host into machine code takes
    // other native stack than one into the interpreter. Stack that a call left behind would be missing at each next.
    let mut depths = Vec::new();
    let settled =
        |depths: &[u32]| depths.len() >= 8 && depths.ends_with(&[depths[depths.len() - 1]; 4]);
    while !settled(&depths) {
        assert!(depths.len() < 100, "{depths:?}");
        *store.data_mut() = 0;
        let error = run.call(&mut store, ()).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
        assert!(!error.backtrace().unwrap().frames().is_empty());
        depths.push(*store.data());
    }
    let last = depths[depths.len() - 1];
    let is_near = |&depth: &u32| depth.abs_diff(last) <= last / 5;
    assert!(depths.iter().all(is_near), "{depths:?}");
    last
}

#[test]
fn recursion_through_the_host_overflows_as_a_trap() {
    on_small_stack(|| {
        for engine in engines() {
            let depth = host_recursion(&engine);
            assert!(depth > 5, "{depth}");
        }
    });
    // With stack to spare the count is the limit, on every dispatch, if the platform
    // tells how much there is.
    if cfg!(any(not(target_os = "linux"), feature = "portable-sys")) {
        return;
    }
    let thread = thread::Builder::new().stack_size(64 << 20);
    let depths = || engines().iter().map(host_recursion).collect::<Vec<_>>();
    let depths = thread.spawn(depths).unwrap().join().unwrap();
    assert!(depths.iter().all(|&depth| depth == 1000), "{depths:?}");
}

#[test]
fn recursion_of_host_functions_alone_overflows_as_a_trap() {
    on_small_stack(|| {
        let mut store = Store::new(&Engine::default(), None::<Func>);
        let func = Func::wrap(
            &mut store,
            |mut caller: Caller<'_, Option<Func>>| -> Result<()> {
                let func = caller.data().expect("it is set");
                func.call(&mut caller, &[], &mut [])
            },
        );
        *store.data_mut() = Some(func);
        let error = func.call(&mut store, &[], &mut []).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
    });
}

#[test]
fn recursion_through_start_functions_overflows_as_a_trap() {
    on_small_stack(|| {
        let engine = Engine::default();
        let wat = r#"(module (import "" "again" (func $again)) (start $again))"#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let error = recurse(&mut store, &module).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
    });
}

/// Instantiates `module` with an import that does the same.
fn recurse(store: impl AsContextMut<Data = ()>, module: &Module) -> Result<()> {
    let mut linker = Linker::new(module.engine());
    let inner = module.clone();
    linker.func_wrap(
        "",
        "again",
        move |mut caller: Caller<'_, ()>| -> Result<()> { recurse(&mut caller, &inner) },
    )?;
    linker.instantiate(store, module).map(drop)
}

/// How many tail calls to make.
const TAIL_CALLS: i64 = if cfg!(debug_assertions) {
    300_000
} else {
    10_000_000
};

#[test]
fn mutual_tail_calls_across_instances_run_in_constant_stack() {
    on_small_stack(|| {
        for engine in engines() {
            // Each half calls the other, of another instance, through a shared table.
            let half = |other: u32| {
                let wat = format!(
                    r#"(module
                        (type $f (func (param i64) (result i64)))
                        (import "" "table" (table 2 funcref))
                        (import "" "count" (global $count (mut i64)))
                        (func (export "f") (type $f)
                            (global.set $count (i64.add (global.get $count) (i64.const 1)))
                            (if (i64.eqz (local.get 0)) (then (return (global.get $count))))
                            (return_call_indirect (type $f)
                                (i64.sub (local.get 0) (i64.const 1)) (i32.const {other}))))"#
                );
                Module::new(&engine, wat).unwrap()
            };
            let mut store = Store::new(&engine, ());
            let mut linker = Linker::new(&engine);
            let (a, b) = (half(1), half(0));
            linker
                .define_unknown_imports_as_default_values(&mut store, &a)
                .unwrap();
            let Some(Extern::Table(table)) = linker.get(&mut store, "", "table") else {
                panic!("it was defined");
            };
            let mut funcs = Vec::new();
            for (index, module) in [a, b].iter().enumerate() {
                let instance = linker.instantiate(&mut store, module).unwrap();
                let func = instance.get_func(&mut store, "f").unwrap();
                table.set(&mut store, index as u64, func.into()).unwrap();
                funcs.push(func);
            }
            let f = funcs[0].typed::<i64, i64>(&store).unwrap();
            assert_eq!(f.call(&mut store, TAIL_CALLS).unwrap(), TAIL_CALLS + 1);
        }
    });
}

#[test]
fn tail_calls_to_the_host_run_in_constant_stack() {
    on_small_stack(|| {
        for engine in engines() {
            let mut linker = Linker::<i64>::new(&engine);
            linker
                .func_wrap("", "host", |mut caller: Caller<'_, i64>, n: i64| {
                    *caller.data_mut() += 1;
                    n
                })
                .unwrap();
            // The loop calls a function that calls another in tail position, which
            // calls the host in tail position.
            let wat = r#"
                (module
                    (import "" "host" (func $host (param i64) (result i64)))
                    (func $outer (param i64) (result i64) (return_call $inner (local.get 0)))
                    (func $inner (param i64) (result i64) (return_call $host (local.get 0)))
                    (func (export "run") (param i64)
                        (loop $l
                            (local.set 0 (i64.sub (call $outer (local.get 0)) (i64.const 1)))
                            (br_if $l (i64.ne (local.get 0) (i64.const 0)))))
                    (func (export "direct") (param i64) (result i64)
                        (return_call $host (local.get 0))))
            "#;
            let module = Module::new(&engine, wat).unwrap();
            let mut store = Store::new(&engine, 0);
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance
                .get_typed_func::<i64, ()>(&mut store, "run")
                .unwrap();
            run.call(&mut store, TAIL_CALLS).unwrap();
            assert_eq!(*store.data(), TAIL_CALLS);
            let direct = instance
                .get_typed_func::<i64, i64>(&mut store, "direct")
                .unwrap();
            assert_eq!(direct.call(&mut store, 5).unwrap(), 5);
        }
    });
}

#[test]
fn many_arguments_and_results_overflow_the_guest_stack_as_a_trap() {
    let types = |n: usize| "i64 ".repeat(n);
    let gets: String = (0..900).map(|i| format!("(local.get {i})")).collect();
    let wat = format!(
        r#"(module (func $f (export "f") (param {0}) (result {0}) {gets} (call $f)))"#,
        types(900)
    );
    let engine = Engine::new(Config::new().max_wasm_stack(1 << 16)).unwrap();
    let module = Module::new(&engine, wat).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let f = instance.get_func(&mut store, "f").unwrap();
    let args = vec![Val::I64(1); 900];
    let mut results = vec![Val::I64(0); 900];
    let error = f.call(&mut store, &args, &mut results).unwrap_err();
    assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
    // A stack that cannot even hold the arguments.
    let engine = Engine::new(Config::new().max_wasm_stack(4096)).unwrap();
    let module = Module::new(&engine, r#"(module (func (export "g")))"#).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let g = instance.get_func(&mut store, "g").unwrap();
    g.call(&mut store, &[], &mut []).unwrap();
    let wide = Func::new(
        &mut store,
        selvedge::FuncType::new(&engine, vec![selvedge::ValType::I64; 900], []),
        |_, _, _| Ok(()),
    );
    let error = wide.call(&mut store, &args, &mut []).unwrap_err();
    assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
}
