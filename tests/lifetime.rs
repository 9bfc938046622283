//! How long things live: removed instances, collected values, handles of other
//! and dropped stores. Nothing of it may be more than an error or a panic that says so.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use selvedge::{
    Caller, Config, Engine, Error, Extern, ExternRef, Func, Global, GlobalType, Instance, Linker,
    Module, Mutability, Ref, RefType, Result, Store, Strategy, Table, TableType, Val, ValType,
};

use support::on_every_engine;

const EVERYTHING: &str = r#"
    (module
        (memory (export "memory") 1)
        (table (export "table") 2 funcref)
        (table (export "externs") 4 externref)
        (global (export "global") (mut i32) (i32.const 42))
        (func (export "func") (result i32) (global.get 0))
        (func (export "get") (result funcref) (ref.func 0))
        (elem declare func 0))
"#;

fn setup(engine: &Engine) -> (Store<()>, Instance) {
    let module = Module::new(engine, EVERYTHING).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    (store, instance)
}

/// The message of the panic that `f` ends with.
fn panic_message<R>(f: impl FnOnce() -> R) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else {
        panic!("expected a panic");
    };
    let message = payload.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned());
    message.expect("a message")
}

#[test]
fn handles_of_another_store_are_refused() {
    on_every_engine(|engine| {
        let (mut a, in_a) = setup(&Engine::default());
        let (mut b, in_b) = setup(&engine);
        let func = in_a.get_func(&mut a, "func").unwrap();
        let typed = func.typed::<(), i32>(&a).unwrap();
        let memory = in_a.get_memory(&mut a, "memory").unwrap();
        let table = in_a.get_table(&mut a, "table").unwrap();
        let global = in_a.get_global(&mut a, "global").unwrap();
        let value = ExternRef::new(&mut a, 1u8).unwrap();
        let wrong = "object used with the wrong store";
        let mut results = [Val::I32(0)];
        assert_eq!(
            panic_message(|| func.call(&mut b, &[], &mut results)),
            wrong
        );
        assert_eq!(panic_message(|| func.typed::<(), i32>(&b)), wrong);
        assert_eq!(panic_message(|| typed.call(&mut b, ())), wrong);
        assert_eq!(panic_message(|| memory.data_size(&b)), wrong);
        assert_eq!(panic_message(|| memory.grow(&mut b, 1)), wrong);
        assert_eq!(panic_message(|| table.get(&mut b, 0)), wrong);
        assert_eq!(panic_message(|| global.get(&mut b)), wrong);
        assert_eq!(panic_message(|| in_a.get_export(&mut b, "func")), wrong);
        assert_eq!(panic_message(|| in_a.remove(&mut b)), wrong);
        assert_eq!(panic_message(|| value.data(&b).is_ok()), wrong);
        // Where there is an error to return, it is one.
        let table_b = in_b.get_table(&mut b, "table").unwrap();
        for error in [
            table_b.set(&mut b, 0, Ref::Func(Some(func))).unwrap_err(),
            table_b
                .fill(&mut b, 0, Ref::Func(Some(func)), 1)
                .unwrap_err(),
            table_b.grow(&mut b, 1, Ref::Func(Some(func))).unwrap_err(),
        ] {
            assert!(error.to_string().contains("wrong store"), "{error}");
        }
        let ty = GlobalType::new(ValType::EXTERNREF, Mutability::Var);
        assert!(Global::new(&mut b, ty, Val::ExternRef(Some(value))).is_err());
        let mut linker = Linker::new(b.engine());
        assert!(linker.define(&b, "", "memory", memory).is_err());
        let identity = Func::wrap(&mut b, |value: Option<ExternRef>, func: Option<Func>| {
            (value, func)
        });
        type Both = (Option<ExternRef>, Option<Func>);
        let identity = identity.typed::<Both, Both>(&b).unwrap();
        assert!(identity.call(&mut b, (Some(value), None)).is_err());
        assert!(identity.call(&mut b, (None, Some(func))).is_err());
        assert!(identity.call(&mut b, (None, None)).is_ok());
        // A host function must not bring one in either.
        let smuggle = Func::wrap(&mut b, move || Some(func));
        assert!(smuggle.call(&mut b, &[], &mut [Val::I32(0)]).is_err());
        // An import of another store is an error as well, and so is another engine.
        let importer = r#"(module (import "" "memory" (memory 1)))"#;
        let module = Module::new(b.engine(), importer).unwrap();
        let error = Instance::new(&mut b, &module, &[memory.into()]).unwrap_err();
        assert!(error.to_string().contains("wrong store"), "{error}");
        let error = Instance::new(&mut a, &module, &[memory.into()]).unwrap_err();
        assert!(error.to_string().contains("same engine"), "{error}");
        let mut linker = Linker::new(b.engine());
        linker.func_wrap("", "f", || ()).unwrap();
        assert!(linker.get(&mut a, "", "f").is_none() && linker.get(&mut b, "", "f").is_some());
        assert!(linker.instantiate(&mut a, &module).is_err());
    });
}

#[test]
fn handles_of_a_dropped_store_are_refused_by_every_other() {
    on_every_engine(|engine| {
        let (mut store, instance) = setup(&engine);
        let func = instance
            .get_typed_func::<(), i32>(&mut store, "func")
            .unwrap();
        drop(store);
        let (mut other, _) = setup(&engine);
        assert!(panic_message(|| func.call(&mut other, ())).contains("wrong store"));
        assert_eq!(format!("{func:?}").split('(').next(), Some("TypedFunc"));
    });
}

#[test]
fn what_is_left_of_a_removed_instance_is_refused() {
    on_every_engine(|engine| {
        let (mut store, instance) = setup(&engine);
        let func = instance.get_func(&mut store, "func").unwrap();
        let typed = func.typed::<(), i32>(&store).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let table = instance.get_table(&mut store, "table").unwrap();
        let global = instance.get_global(&mut store, "global").unwrap();
        assert_eq!(typed.call(&mut store, ()).unwrap(), 42);
        instance.remove(&mut store).unwrap();
        assert!(!instance.is_alive(&store));
        assert!(instance.get_export(&mut store, "func").is_none());
        assert_eq!(instance.exports(&mut store).len(), 0);
        assert!(instance.remove(&mut store).is_err());
        let removed = |error: Error| assert!(error.to_string().contains("removed"), "{error}");
        removed(typed.call(&mut store, ()).unwrap_err());
        removed(typed.clone().call(&mut store, ()).unwrap_err());
        removed(func.call(&mut store, &[], &mut [Val::I32(0)]).unwrap_err());
        removed(func.typed::<(), i32>(&store).unwrap_err());
        assert!(panic_message(|| func.ty(&store)).contains("removed"));
        assert!(panic_message(|| memory.data(&store).len()).contains("removed"));
        assert!(panic_message(|| table.size(&store)).contains("removed"));
        assert!(panic_message(|| global.get(&mut store)).contains("removed"));
        let items: [Extern; 4] = [func.into(), memory.into(), table.into(), global.into()];
        for item in items {
            let mut linker = Linker::new(store.engine());
            removed(linker.define(&store, "", "", item).map(drop).unwrap_err());
        }
        // Another instance in its place is another instance.
        let module = Module::new(store.engine(), EVERYTHING).unwrap();
        let next = Instance::new(&mut store, &module, &[]).unwrap();
        assert_ne!(next, instance);
        assert!(typed.call(&mut store, ()).is_err());
        assert!(instance.get_export(&mut store, "func").is_none());
        let other = next.get_typed_func::<(), i32>(&mut store, "func").unwrap();
        assert_eq!(other.call(&mut store, ()).unwrap(), 42);
    });
}

#[test]
fn an_instance_that_is_in_use_is_not_removed() {
    on_every_engine(|engine| {
        let (mut store, instance) = setup(&engine);
        let mut linker = Linker::new(&engine);
        linker.instance(&mut store, "m", instance).unwrap();
        let import = Module::new(
            &engine,
            r#"(module (import "m" "global" (global (mut i32))))"#,
        );
        let importer = linker.instantiate(&mut store, &import.unwrap()).unwrap();
        let error = instance.remove(&mut store).unwrap_err();
        assert!(error.to_string().contains("import"), "{error}");
        importer.remove(&mut store).unwrap();

        let ty = TableType::new(RefType::FUNCREF, 1, None);
        let table = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
        let func = instance.get_func(&mut store, "func").unwrap();
        table.set(&mut store, 0, func.into()).unwrap();
        let error = instance.remove(&mut store).unwrap_err();
        assert!(error.to_string().contains("table"), "{error}");
        table.set(&mut store, 0, Ref::Func(None)).unwrap();
        // A global may keep a reference: it acts as null afterwards.
        let ty = GlobalType::new(ValType::FUNCREF, Mutability::Var);
        let global = Global::new(&mut store, ty, func.into()).unwrap();
        assert_eq!(global.get(&mut store).unwrap_funcref(), Some(func));
        instance.remove(&mut store).unwrap();
        assert_eq!(global.get(&mut store).unwrap_funcref(), None);
    });
}

#[test]
fn an_instance_with_frames_is_not_removed() {
    on_every_engine(|engine| {
        let mut linker = Linker::<Option<Instance>>::new(&engine);
        linker
            .func_wrap(
                "",
                "remove",
                |mut caller: Caller<'_, Option<Instance>>| -> Result<i32> {
                    let instance = caller.data().expect("there is one");
                    let removed = instance.remove(&mut caller);
                    // Whatever has happened, the caller can be asked.
                    let export = caller.get_export("run");
                    assert!(removed.is_ok() || export.is_some());
                    Ok(i32::from(removed.is_ok()))
                },
            )
            .unwrap();
        let wat = r#"
        (module
            (import "" "remove" (func $remove (result i32)))
            (func (export "run") (result i32) (call $remove))
            (func (export "tail") (result i32) (return_call $remove)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, None);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let other = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<(), i32>(&mut store, "run")
            .unwrap();
        let tail = instance
            .get_typed_func::<(), i32>(&mut store, "tail")
            .unwrap();
        *store.data_mut() = Some(instance);
        assert_eq!(run.call(&mut store, ()).unwrap(), 0);
        *store.data_mut() = Some(other);
        assert_eq!(run.call(&mut store, ()).unwrap(), 1);
        assert!(!other.is_alive(&store) && instance.is_alive(&store));
        *store.data_mut() = Some(instance);
        let removed = tail.call(&mut store, ()).unwrap();
        assert_eq!(removed == 1, !instance.is_alive(&store));
    });
}

/// What a function has called in tail position returns through its instance, which has no frame then.
#[test]
fn an_instance_that_is_returned_through_is_not_removed() {
    let inner = r#"(module
        (import "host" "remove" (func $remove (result i32)))
        (memory 1)
        (func (export "g") (result i32) (call $remove)))"#;
    let outer = r#"(module
        (import "inner" "g" (func $g (result i32)))
        (import "host" "call" (func $call (param funcref) (result i32)))
        (memory 1)
        (func (export "f") (result i32) (return_call $g))
        (func (export "through host") (param funcref) (result i32)
            (return_call $call (local.get 0))))"#;
    let check = |engine: &Engine, is_one_tier: bool| {
        let mut linker = Linker::<Option<Instance>>::new(engine);
        let remove = |mut caller: Caller<'_, Option<Instance>>| {
            let instance = caller.data().expect("there is one");
            i32::from(instance.remove(&mut caller).is_ok())
        };
        linker.func_wrap("host", "remove", remove).unwrap();
        let call = |mut caller: Caller<'_, Option<Instance>>, func: Option<Func>| -> Result<i32> {
            let func = func.expect("it is not null").typed::<(), i32>(&caller)?;
            func.call(&mut caller, ())
        };
        linker.func_wrap("host", "call", call).unwrap();
        let mut store = Store::new(engine, None);
        let module = Module::new(engine, inner).unwrap();
        let inner = linker.instantiate(&mut store, &module).unwrap();
        linker.instance(&mut store, "inner", inner).unwrap();
        let module = Module::new(engine, outer).unwrap();
        let outer = linker.instantiate(&mut store, &module).unwrap();
        *store.data_mut() = Some(outer);
        let g = inner.get_func(&mut store, "g");
        let through_host = outer.get_typed_func::<Option<Func>, i32>(&mut store, "through host");
        assert_eq!(through_host.unwrap().call(&mut store, g).unwrap(), 0);
        let f = outer.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        let removed = f.call(&mut store, ()).unwrap();
        // A crossing between tiers may have left nothing to return through.
        assert_eq!(removed == 1, !outer.is_alive(&store));
        if is_one_tier {
            assert_eq!(removed, 0);
            outer.remove(&mut store).unwrap();
        }
    };
    on_every_engine(|engine| check(&engine, false));
    for strategy in [Strategy::Interpreter, Strategy::Baseline] {
        if strategy == Strategy::Interpreter || support::HAS_BASELINE {
            let engine = Engine::new(Config::new().strategy(strategy)).unwrap();
            check(&engine, true);
        }
    }
}

#[test]
fn a_failed_start_leaves_what_others_hold_usable() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let ty = TableType::new(RefType::FUNCREF, 2, None);
        let table = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
        let ty = GlobalType::new(ValType::FUNCREF, Mutability::Var);
        let global = Global::new(&mut store, ty, Val::FuncRef(None)).unwrap();
        let mut linker = Linker::new(&engine);
        linker.define(&store, "", "table", table).unwrap();
        linker.define(&store, "", "global", global).unwrap();
        for wat in [
            r#"(module (import "" "table" (table 2 funcref))
            (func $f (result i32) (i32.const 7))
            (elem (i32.const 0) $f)
            (func $start (unreachable))
            (start $start))"#,
            r#"(module (import "" "table" (table 2 funcref))
            (func $f (result i32) (i32.const 7))
            (elem (i32.const 0) $f) (elem (i32.const 2) $f))"#,
            r#"(module (import "" "global" (global (mut funcref)))
            (func $f (result i32) (i32.const 7))
            (elem declare func $f)
            (func $start (global.set 0 (ref.func $f)) (unreachable))
            (start $start))"#,
        ] {
            let module = Module::new(&engine, wat).unwrap();
            linker.instantiate(&mut store, &module).unwrap_err();
            store.gc();
            let from_table = table.get(&mut store, 0).unwrap();
            let from_global = global.get(&mut store).unwrap_funcref();
            let func = *from_table
                .unwrap_func()
                .or(from_global.as_ref())
                .expect("a function");
            let mut results = [Val::I32(0)];
            func.call(&mut store, &[], &mut results).unwrap();
            assert_eq!(results[0].i32(), Some(7));
            table.set(&mut store, 0, Ref::Func(None)).unwrap();
            global.set(&mut store, Val::FuncRef(None)).unwrap();
            store.gc();
            assert!(func.call(&mut store, &[], &mut results).is_err());
        }
    });
}

/// Counts how many of it are alive.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn a_collection_keeps_what_is_held_and_nothing_else() {
    on_every_engine(|engine| {
        let (mut store, instance) = setup(&engine);
        let alive = Arc::new(AtomicUsize::new(0));
        let count = || alive.load(Ordering::Relaxed);
        let make = |store: &mut Store<()>| ExternRef::new(store, Counted::new(&alive)).unwrap();
        let (in_table, in_global, rooted, loose) = (
            make(&mut store),
            make(&mut store),
            make(&mut store),
            make(&mut store),
        );
        let table = instance.get_table(&mut store, "externs").unwrap();
        table.set(&mut store, 3, in_table.into()).unwrap();
        let ty = GlobalType::new(ValType::EXTERNREF, Mutability::Var);
        let global = Global::new(&mut store, ty, in_global.into()).unwrap();
        let root = rooted.to_owned_rooted(&mut store).unwrap();
        assert_eq!((store.gc(), count()), (1, 3));
        assert!(
            loose
                .data(&store)
                .unwrap_err()
                .to_string()
                .contains("collected")
        );
        assert!(table.set(&mut store, 0, loose.into()).is_err());
        assert!(in_table.data(&store).unwrap().is::<Counted>());
        assert_eq!(root.to_rooted(&mut store), rooted);
        drop(root.clone());
        assert_eq!(store.gc(), 0);
        drop(root);
        assert_eq!((store.gc(), count()), (1, 2));
        global.set(&mut store, Val::ExternRef(None)).unwrap();
        table.fill(&mut store, 0, Ref::Extern(None), 4).unwrap();
        assert_eq!((store.gc(), count()), (2, 0));
        // What is left goes with the store.
        make(&mut store);
        drop(store);
        assert_eq!(count(), 0);
    });
}

#[test]
fn a_collection_by_a_host_function_keeps_what_guests_have_on_their_stacks() {
    on_every_engine(|engine| {
        let mut linker = Linker::<()>::new(&engine);
        linker
            .func_wrap(
                "",
                "make",
                |mut caller: Caller<'_, ()>, n: i32| -> Result<_> {
                    Ok(Some(ExternRef::new(&mut caller, n)?))
                },
            )
            .unwrap()
            .func_wrap("", "gc", |mut caller: Caller<'_, ()>| caller.gc() as i32)
            .unwrap()
            .func_wrap(
                "",
                "read",
                |caller: Caller<'_, ()>, value: Option<ExternRef>| -> Result<i32> {
                    let value = value.expect("not null").data(&caller)?;
                    Ok(*value.downcast_ref::<i32>().expect("a number"))
                },
            )
            .unwrap();
        let wat = r#"
        (module
            (import "" "make" (func $make (param i32) (result externref)))
            (import "" "gc" (func $gc (result i32)))
            (import "" "read" (func $read (param externref) (result i32)))
            (func (export "run") (result i32) (local $kept externref)
                (local.set $kept (call $make (i32.const 1)))
                (drop (call $make (i32.const 2)))
                (call $read (call $make (i32.const 40)))
                (call $make (i32.const 100))
                (drop (call $gc))
                (call $read)
                (i32.add)
                (i32.add (call $read (local.get $kept)))))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<(), i32>(&mut store, "run")
            .unwrap();
        for _ in 0..3 {
            assert_eq!(run.call(&mut store, ()).unwrap(), 141);
        }
        store.gc();
        assert_eq!(store.gc(), 0);
    });
}

#[test]
fn many_host_values_pass_through_a_store() {
    on_every_engine(|engine| {
        let alive = Arc::new(AtomicUsize::new(0));
        let mut store = Store::new(&engine, 0usize);
        let counter = alive.clone();
        let make = Func::wrap(
            &mut store,
            move |mut caller: Caller<'_, usize>| -> Result<_> {
                *caller.data_mut() += 1;
                if caller.data().is_multiple_of(10_000) {
                    caller.gc();
                }
                Ok(Some(ExternRef::new(&mut caller, Counted::new(&counter))?))
            },
        );
        let wat = r#"
        (module (import "" "make" (func $make (result externref)))
            (global $last (mut externref) (ref.null extern))
            (func (export "run") (param $n i32)
                (loop $l
                    (global.set $last (call $make))
                    (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let instance = Instance::new(&mut store, &module, &[make.into()]).unwrap();
        let run = instance
            .get_typed_func::<i32, ()>(&mut store, "run")
            .unwrap();
        let rounds = if cfg!(debug_assertions) { 15 } else { 100 };
        for _ in 0..rounds {
            run.call(&mut store, 10_000).unwrap();
            assert!(alive.load(Ordering::Relaxed) <= 10_001);
        }
        store.gc();
        assert_eq!(alive.load(Ordering::Relaxed), 1);
        assert_eq!(*store.data(), rounds * 10_000);
    });
}

#[test]
fn a_linker_function_has_one_context_in_a_store() {
    on_every_engine(|engine| {
        let mut linker = Linker::<()>::new(&engine);
        linker.func_wrap("", "f", || ()).unwrap();
        let mut store = Store::new(&engine, ());
        let f = linker.get(&mut store, "", "f").unwrap();
        assert_eq!(linker.clone().get(&mut store, "", "f"), Some(f));
        let mut other = Store::new(&engine, ());
        assert_ne!(linker.get(&mut other, "", "f"), Some(f));
    });
}

#[test]
fn closures_and_data_are_dropped_with_the_last_that_needs_them() {
    on_every_engine(|engine| {
        let alive = Arc::new(AtomicUsize::new(0));
        let counted = Counted::new(&alive);
        let mut linker = Linker::<Counted>::new(&engine);
        linker
            .func_wrap("", "f", move || assert!(Arc::strong_count(&counted.0) > 0))
            .unwrap();
        let mut store = Store::new(&engine, Counted::new(&alive));
        let counted = Counted::new(&alive);
        Func::wrap(&mut store, move || {
            assert!(Arc::strong_count(&counted.0) > 0)
        });
        linker.get(&mut store, "", "f").unwrap();
        assert_eq!(alive.load(Ordering::Relaxed), 3);
        drop(linker);
        assert_eq!(alive.load(Ordering::Relaxed), 3);
        let data = store.into_data();
        assert_eq!(alive.load(Ordering::Relaxed), 1);
        drop(data);
        assert_eq!(alive.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn a_host_value_is_changed_in_place_until_it_is_collected() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let value = ExternRef::new(&mut store, vec![1u8]).unwrap();
    let bytes = value.data_mut(&mut store).unwrap();
    bytes.downcast_mut::<Vec<u8>>().unwrap().push(2);
    let bytes = value.data(&store).unwrap();
    assert_eq!(bytes.downcast_ref::<Vec<u8>>(), Some(&vec![1, 2]));
    store.gc();
    assert!(value.data_mut(&mut store).is_err());
}
