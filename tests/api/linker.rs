//! Linkers: names, aliases, unknown imports, whole modules.

use selvedge::{FuncType, Linker, Module, Store, UnknownImportError, Val, ValType};

use super::support::on_every_engine;

#[test]
fn a_linker_defines_shadows_and_renames() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::<()>::new(&engine);
        linker.func_wrap("m", "one", || 1i32).unwrap();
        let error = linker.func_wrap("m", "one", || 2i32).unwrap_err();
        assert!(
            error.to_string().contains("`m::one` defined twice"),
            "{error}"
        );
        linker
            .allow_shadowing(true)
            .func_wrap("m", "one", || 3i32)
            .unwrap();
        let ty = FuncType::new(&engine, [], [ValType::I32]);
        let two = |_: selvedge::Caller<'_, ()>, _: &[Val], results: &mut [Val]| {
            results[0] = Val::I32(2);
            Ok(())
        };
        linker.func_new("m", "two", ty, two).unwrap();
        linker.alias("m", "two", "n", "zwei").unwrap();
        assert!(linker.alias("m", "three", "n", "drei").is_err());
        linker.alias_module("m", "o").unwrap();
        let mut call = |module: &str, name: &str| {
            let func = linker.get(&mut store, module, name)?.into_func()?;
            let func = func.typed::<(), i32>(&store).ok()?;
            func.call(&mut store, ()).ok()
        };
        assert_eq!(call("m", "one"), Some(3));
        assert_eq!(call("n", "zwei"), Some(2));
        assert_eq!((call("o", "one"), call("o", "two")), (Some(3), Some(2)));
        assert_eq!((call("n", "one"), call("p", "one")), (None, None));
        let mut names: Vec<_> = linker
            .iter(&mut store)
            .map(|(m, n, _)| format!("{m}.{n}"))
            .collect();
        names.sort();
        assert_eq!(names, ["m.one", "m.two", "n.zwei", "o.one", "o.two"]);
    });
}

#[test]
fn unknown_imports_can_trap_or_be_default_values() {
    on_every_engine(|engine| {
        let wat = r#"
        (module
            (import "a" "f" (func $f (result i32 externref)))
            (import "a" "g" (global i64))
            (import "a" "m" (memory 2))
            (import "a" "t" (table 3 funcref))
            (func (export "f") (result i32) (call $f) (drop))
            (func (export "g") (result i64) (global.get 0)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let mut traps = Linker::new(&engine);
        traps.define_unknown_imports_as_traps(&module).unwrap();
        assert_eq!(traps.iter(&mut store).count(), 1);
        let mut linker = traps.clone();
        linker
            .define_unknown_imports_as_default_values(&mut store, &module)
            .unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        let error = f.call(&mut store, ()).unwrap_err();
        let unknown = error.downcast_ref::<UnknownImportError>().unwrap();
        assert_eq!(unknown.name(), "f");
        let mut linker = Linker::new(&engine);
        linker
            .define_unknown_imports_as_default_values(&mut store, &module)
            .unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let f = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
        let g = instance.get_typed_func::<(), i64>(&mut store, "g").unwrap();
        assert_eq!(f.call(&mut store, ()).unwrap(), 0);
        assert_eq!(g.call(&mut store, ()).unwrap(), 0);
    });
}

#[test]
fn a_linker_instantiates_reactors_once_and_commands_for_each_call() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        let counter = |extra: &str| {
            let wat = format!(
                r#"(module (global $n (mut i32) (i32.const 0))
                (func (export "next") (result i32)
                    (global.set $n (i32.add (global.get $n) (i32.const 1)))
                    (global.get $n))
                {extra})"#
            );
            Module::new(&engine, wat).unwrap()
        };
        let reactor = counter(r#"(func (export "_initialize") (global.set $n (i32.const 10)))"#);
        let command = counter(r#"(func (export "_start")) (memory (export "memory") 1)"#);
        linker.module(&mut store, "reactor", &reactor).unwrap();
        linker.module(&mut store, "command", &command).unwrap();
        for (module, results) in [("reactor", [11, 12]), ("command", [1, 1])] {
            let next = linker
                .get(&mut store, module, "next")
                .unwrap()
                .into_func()
                .unwrap();
            let next = next.typed::<(), i32>(&store).unwrap();
            for result in results {
                assert_eq!(next.call(&mut store, ()).unwrap(), result, "{module}");
            }
        }
        let start = linker.get_default(&mut store, "command").unwrap();
        start.call(&mut store, &[], &mut []).unwrap();
        assert!(linker.get_default(&mut store, "reactor").is_err());
        let bad = Module::new(&engine, r#"(module (func (export "_start") (param i32)))"#).unwrap();
        assert!(linker.module(&mut store, "bad", &bad).is_err());
    });
}
