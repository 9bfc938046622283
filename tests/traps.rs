//! Traps, exits and backtraces: what an error from guest code says.

mod support;

use std::num::NonZeroUsize;

use selvedge::{
    Caller, Config, Engine, Error, ErrorKind, Func, I32Exit, Instance, Linker, Module, Store, Trap,
    Val, WasmBacktrace,
};

use support::{on_every_engine, on_every_strategy};

fn instantiate(engine: &Engine, wat: &str) -> (Store<()>, Instance) {
    let module = Module::new(engine, wat).expect("a valid module");
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    (store, instance)
}

fn names(error: &Error) -> Vec<String> {
    let backtrace = error.downcast_ref::<WasmBacktrace>();
    let frames = backtrace.expect("a backtrace").frames();
    let name = |frame: &selvedge::FrameInfo| frame.func_name().unwrap_or("?").to_owned();
    frames.iter().map(name).collect()
}

#[test]
fn every_trap_of_the_language_has_its_code() {
    on_every_engine(|engine| {
        let wat = r#"
        (module
            (type $unary (func (param i32)))
            (memory 1)
            (table 4 funcref)
            (elem (i32.const 0) $overflow)
            (func (export "unreachable") (unreachable))
            (func (export "load") (drop (i32.load (i32.const -4))))
            (func (export "store") (i64.store (i32.const 65529) (i64.const 0)))
            (func (export "fill") (memory.fill (i32.const 65536) (i32.const 0) (i32.const 1)))
            (func (export "get") (drop (table.get 0 (i32.const 4))))
            (func (export "null") (call_indirect (i32.const 1)))
            (func (export "beyond") (call_indirect (i32.const 4)))
            (func (export "signature") (call_indirect (type $unary) (i32.const 0) (i32.const 0)))
            (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
            (func $overflow (export "overflow")
                (drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1))))
            (func (export "convert") (drop (i32.trunc_f64_s (f64.const nan))))
            (func (export "large") (drop (i32.trunc_f64_s (f64.const 1e10))))
            (func $recurse (export "recurse") (call $recurse)))
    "#;
        let (mut store, instance) = instantiate(&engine, wat);
        for (name, trap) in [
            ("unreachable", Trap::UnreachableCodeReached),
            ("load", Trap::MemoryOutOfBounds),
            ("store", Trap::MemoryOutOfBounds),
            ("fill", Trap::MemoryOutOfBounds),
            ("get", Trap::TableOutOfBounds),
            ("null", Trap::IndirectCallToNull),
            ("beyond", Trap::TableOutOfBounds),
            ("signature", Trap::BadSignature),
            ("divide", Trap::IntegerDivisionByZero),
            ("overflow", Trap::IntegerOverflow),
            ("convert", Trap::BadConversionToInteger),
            ("large", Trap::IntegerOverflow),
            ("recurse", Trap::StackOverflow),
        ] {
            let func = instance.get_typed_func::<(), ()>(&mut store, name);
            let error = func.unwrap().call(&mut store, ()).unwrap_err();
            assert_eq!(error.downcast_ref::<Trap>(), Some(&trap), "{name}");
            assert_eq!(error.as_trap_code(), Some(trap));
            assert_eq!(error.kind(), ErrorKind::Trap);
            assert_eq!(error.to_string(), trap.to_string());
            assert_eq!(names(&error)[0].trim_start_matches('$'), name);
        }
    });
}

#[test]
fn a_backtrace_has_names_and_offsets() {
    on_every_engine(|engine| {
        let wat = r#"
        (module $outer
            (func $inner (param i32) (drop (i32.const 7)) (unreachable))
            (func (export "middle") (call $inner (i32.const 1)) (nop))
            (func $outermost (export "run") (call 1)))
    "#;
        let (mut store, instance) = instantiate(&engine, wat);
        let run = instance.get_func(&mut store, "run").unwrap();
        let error = run.call(&mut store, &[], &mut []).unwrap_err();
        assert_eq!(names(&error), ["inner", "middle", "outermost"]);
        let backtrace = error.backtrace().unwrap();
        let frame = &backtrace.frames()[0];
        assert_eq!(
            (frame.func_index(), frame.module_name()),
            (0, Some("outer"))
        );
        // Locals, `i32.const 7`, `drop`.
        assert_eq!(frame.func_offset(), Some(4));
        // The place of a caller is its call: after the locals and the argument.
        let frame = &backtrace.frames()[1];
        assert_eq!((frame.func_index(), frame.func_offset()), (1, Some(3)));
        let binary = wat::parse_str(wat).unwrap();
        assert_eq!(binary[frame.module_offset().unwrap()], 0x10);
        let text = format!("{error:?}");
        assert!(text.contains("wasm backtrace:\n    0:"), "{text}");
        assert!(text.contains("outer!inner\n"), "{text}");
    });
}

#[test]
fn a_backtrace_leads_through_host_functions() {
    on_every_engine(|engine| {
        let mut linker = Linker::<Vec<usize>>::new(&engine);
        linker
            .func_wrap(
                "host",
                "again",
                |mut caller: Caller<'_, Vec<usize>>, depth: i32| -> Result<(), Error> {
                    let frames = WasmBacktrace::capture(&caller).frames().len();
                    caller.data_mut().push(frames);
                    let run = caller.get_export("run").unwrap().into_func().unwrap();
                    run.call(&mut caller, &[Val::I32(depth - 1)], &mut [])
                },
            )
            .unwrap();
        let wat = r#"
        (module
            (import "host" "again" (func $again (param i32)))
            (func $run (export "run") (param i32)
                (if (i32.eqz (local.get 0)) (then (unreachable)))
                (call $helper (local.get 0)))
            (func $helper (param i32) (call $again (local.get 0))))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<i32, ()>(&mut store, "run")
            .unwrap();
        let error = run.call(&mut store, 2).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::UnreachableCodeReached));
        assert_eq!(names(&error), ["run", "helper", "run", "helper", "run"]);
        assert_eq!(store.data(), &[2, 4]);
        // Nothing is left of it.
        assert!(WasmBacktrace::capture(&store).frames().is_empty());
        let error = run.call(&mut store, 0).unwrap_err();
        assert_eq!(names(&error), ["run"]);
    });
}

#[test]
fn backtraces_are_limited_and_can_be_turned_off() {
    on_every_strategy(|mut config| {
        let wat = r#"
        (module (func $down (export "down") (param i32)
            (if (i32.eqz (local.get 0)) (then (unreachable)))
            (call $down (i32.sub (local.get 0) (i32.const 1)))))
    "#;
        let frames = |config: &Config| {
            let (mut store, instance) = instantiate(&Engine::new(config).unwrap(), wat);
            let down = instance.get_typed_func::<i32, ()>(&mut store, "down");
            let error = down.unwrap().call(&mut store, 100).unwrap_err();
            let text = format!("{error:?}");
            (error.backtrace().map(|b| b.frames().len()), text)
        };
        let (count, text) = frames(&config);
        assert_eq!(count, Some(20));
        assert!(text.contains("(more frames)"), "{text}");
        config.wasm_backtrace_max_frames(NonZeroUsize::new(1000));
        assert_eq!(frames(&config).0, Some(101));
        config.wasm_backtrace(false);
        assert_eq!(frames(&config).0, None);
    });
}

#[test]
fn an_exit_is_not_a_trap() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let exit = Func::wrap(&mut store, |status: i32| -> Result<(), Error> {
            Err(Error::i32_exit(status))
        });
        let module = Module::new(
            &engine,
            r#"(module (import "" "" (func (param i32))) (func (export "run") (call 0 (i32.const 3))))"#,
        );
        let instance = Instance::new(&mut store, &module.unwrap(), &[exit.into()]).unwrap();
        let run = instance.get_func(&mut store, "run").unwrap();
        let error = run.call(&mut store, &[], &mut []).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exit);
        assert_eq!(error.i32_exit_status(), Some(3));
        assert_eq!(error.downcast_ref::<I32Exit>(), Some(&I32Exit(3)));
        assert_eq!(error.as_trap_code(), None);
    });
}

#[test]
fn an_invalid_function_of_a_lazy_module_fails_when_it_is_called() {
    on_every_strategy(|mut config| {
        let wat = r#"
        (module
            (func (export "good") (result i32) (i32.const 1))
            (func (export "bad") (result i32) (i64.const 1)))
    "#;
        let binary = wat::parse_str(wat).unwrap();
        config.compilation_mode(selvedge::CompilationMode::LazyTranslation);
        let engine = Engine::new(&config).unwrap();
        assert_eq!(
            Module::new(&engine, &binary).unwrap_err().kind(),
            ErrorKind::Invalid
        );
        config.compilation_mode(selvedge::CompilationMode::Lazy);
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, &binary).unwrap();
        assert_eq!(
            module.validate_all().unwrap_err().kind(),
            ErrorKind::Invalid
        );
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let mut call = |name| {
            let func = instance.get_typed_func::<(), i32>(&mut store, name);
            func.unwrap().call(&mut store, ())
        };
        for _ in 0..2 {
            assert_eq!(call("good").unwrap(), 1);
            let error = call("bad").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert!(error.is::<selvedge::ModuleError>(), "{error:?}");
        }
    });
}
