//! The shapes of the interface: what modules tell of themselves, linkers, memories,
//! tables, globals, and errors of linking.

mod support;

use selvedge::{
    CompilationMode, Config, Dispatch, Engine, ErrorKind, Extern, ExternType, Feature, Func,
    FuncType, Global, GlobalType, HeapType, Instance, LinkError, Linker, Memory, MemoryType,
    Module, ModuleError, Mutability, Ref, RefType, Store, Strategy, Table, TableType, Trap,
    UnknownImportError, Val, ValType,
};

use support::{on_every_engine, on_every_strategy};

#[test]
fn engines_are_shared_and_compared() {
    let engine = Engine::default();
    assert!(Engine::same(&engine, &engine.clone()));
    assert!(!Engine::same(&engine, &Engine::default()));
    let weak = engine.weak();
    assert!(Engine::same(&weak.upgrade().unwrap(), &engine));
    drop(engine);
    assert!(weak.upgrade().is_none());
    let baseline = Engine::new(Config::new().strategy(Strategy::Baseline));
    assert_eq!(baseline.is_ok(), support::HAS_BASELINE);
    assert!(Engine::new(Config::new().strategy(Strategy::Interpreter)).is_ok());
    assert!(Engine::new(Config::new().dispatch(Dispatch::Step)).is_ok());
}

#[test]
fn a_module_tells_of_itself() {
    on_every_engine(|engine| {
        let wat = r#"
        (module $demo
            (import "env" "log" (func (param i32 f64) (result i64)))
            (import "env" "memory" (memory 1 2))
            (@custom "notes" "some text")
            (table (export "table") 3 10 externref)
            (global (export "counter") (mut f32) (f32.const 1))
            (global (export "wide") i64 (i64.const 1))
            (func (export "run") (param funcref))
            (export "log again" (func 0)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        assert_eq!(module.name(), Some("demo"));
        assert!(Engine::same(module.engine(), &engine));
        let imports: Vec<String> = module
            .imports()
            .map(|import| format!("{import:?}"))
            .collect();
        assert_eq!(
            imports,
            [
                r#"import "env" "log": func [i32 f64] -> [i64]"#,
                r#"import "env" "memory": memory 1 2"#,
            ]
        );
        let exports: Vec<String> = module
            .exports()
            .map(|export| format!("{export:?}"))
            .collect();
        assert_eq!(
            exports,
            [
                r#"export "table": table 3 10 externref"#,
                r#"export "counter": global (mut f32)"#,
                r#"export "wide": global i64"#,
                r#"export "run": func [funcref] -> []"#,
                r#"export "log again": func [i32 f64] -> [i64]"#,
            ]
        );
        let run = FuncType::new(&engine, [ValType::FUNCREF], []);
        assert_eq!(
            module.get_export("run"),
            Some(ExternType::Func(run.clone()))
        );
        assert_eq!(run.param(0), Some(ValType::Ref(RefType::FUNCREF)));
        assert_eq!((run.params().len(), run.results().len()), (1, 0));
        assert_eq!(module.get_export("nothing"), None);
        let custom: Vec<_> = module
            .custom_sections()
            .filter(|s| s.name() == "notes")
            .collect();
        assert_eq!(custom[0].data(), b"some text");
        assert!(Module::same(&module, &module.clone()));
        let listing = module.register_code().unwrap();
        assert!(listing.contains("func 1 (run):"), "{listing}");
    });
}

#[test]
fn modules_come_from_files_texts_and_bytes() {
    on_every_engine(|engine| {
        let wat = "(module (func (export \"f\")))";
        let binary = wat::parse_str(wat).unwrap();
        assert!(Module::from_binary(&engine, &binary).is_ok());
        assert!(Module::from_binary(&engine, wat.as_bytes()).is_err());
        assert!(Module::new(&engine, &binary).is_ok());
        assert!(Module::validate(&engine, &binary).is_ok());
        let error = Module::new(&engine, "(module (func (export \"f\"").unwrap_err();
        assert!(error.to_string().contains("--> <anon>:1:"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let path = std::env::temp_dir().join(format!("selvedge-api-{}.wat", std::process::id()));
        std::fs::write(&path, wat).unwrap();
        assert!(Module::from_file(&engine, &path).is_ok());
        std::fs::remove_file(&path).unwrap();
        let error = Module::from_file(&engine, &path).unwrap_err();
        assert!(error.to_string().starts_with("failed to read"), "{error}");
        assert!(error.downcast_ref::<std::io::Error>().is_some());
    });
}

#[test]
fn an_invalid_module_says_what_and_where() {
    let engine = Engine::default();
    let error = Module::new(&engine, "(module (func (result i32)))").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let invalid = error.downcast_ref::<ModuleError>().unwrap();
    assert!(
        invalid.offset() > 8 && error.to_string().contains("type mismatch"),
        "{error}"
    );
}

#[test]
fn a_feature_that_is_off_or_missing_is_named() {
    type Switch = fn(&mut Config, bool) -> &mut Config;
    let switched_off: [(Feature, Switch, &str); 4] = [
        (
            Feature::TailCall,
            Config::wasm_tail_call,
            "(module (func return_call 0))",
        ),
        (
            Feature::MultiMemory,
            Config::wasm_multi_memory,
            "(module (memory 1) (memory 1))",
        ),
        (
            Feature::Memory64,
            Config::wasm_memory64,
            "(module (memory i64 1))",
        ),
        (
            Feature::BulkMemory,
            Config::wasm_bulk_memory,
            "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
        ),
    ];
    let named = |engine: &Engine, wat: &str, feature: Feature| {
        let error = Module::new(engine, wat).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let found = error.downcast_ref::<ModuleError>();
        assert!(
            matches!(found, Some(ModuleError::Feature { feature: f, .. }) if *f == feature),
            "{error}"
        );
        assert!(
            error.to_string().contains(&format!("`{feature}`")),
            "{error}"
        );
        assert!(error.to_string().contains("offset"), "{error}");
        error.to_string()
    };
    for (feature, switch, wat) in switched_off {
        let mut config = Config::new();
        assert!(Module::new(&Engine::default(), wat).is_ok());
        let engine = Engine::new(switch(&mut config, false)).unwrap();
        assert!(named(&engine, wat, feature).contains("disabled"));
    }
    let off = "(module (func (param i64 i64 i64 i64) (result i64 i64)
        local.get 0 local.get 1 local.get 2 local.get 3 i64.add128))";
    assert!(named(&Engine::default(), off, Feature::WideArithmetic).contains("disabled"));
    let missing = "(module (memory 1 1 shared))";
    assert!(named(&Engine::default(), missing, Feature::Threads).contains("not supported"));
    let engine = Engine::new(Config::new().wasm_wide_arithmetic(true)).unwrap();
    assert!(Module::new(&engine, off).is_ok());
}

#[test]
fn every_missing_or_mismatched_import_is_reported() {
    on_every_engine(|engine| {
        let wat = r#"
        (module
            (import "a" "missing" (func (param i32)))
            (import "a" "fine" (func))
            (import "a" "signature" (func (result i64)))
            (import "b" "kind" (memory 1))
            (import "b" "small" (memory 3))
            (import "b" "mutable" (global (mut i32))))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        let memory = Memory::new(&mut store, MemoryType::new(2, None)).unwrap();
        let ty = GlobalType::new(ValType::I32, Mutability::Const);
        let global = Global::new(&mut store, ty, Val::I32(0)).unwrap();
        linker.func_wrap("a", "fine", || ()).unwrap();
        linker.func_wrap("a", "signature", || 1i32).unwrap();
        linker.func_wrap("b", "kind", || ()).unwrap();
        linker.define(&store, "b", "small", memory).unwrap();
        linker.define(&store, "b", "mutable", global).unwrap();
        let error = linker.instantiate(&mut store, &module).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Link);
        let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 5, "{error}");
        assert!(
            lines[0].starts_with("unknown import: `a::missing`"),
            "{error}"
        );
        for (line, parts) in [
            (1, ["`a::signature`", "[] -> [i64]", "[] -> [i32]"]),
            (2, ["`b::kind`", "memory 1", "func [] -> []"]),
            (3, ["`b::small`", "memory 3", "memory 2"]),
            (4, ["`b::mutable`", "global (mut i32)", "global i32"]),
        ] {
            assert!(
                lines[line].starts_with("incompatible import type"),
                "{error}"
            );
            assert!(
                parts.iter().all(|part| lines[line].contains(part)),
                "{error}"
            );
        }
        let link = error.downcast_ref::<LinkError>().unwrap();
        let problem = &link.imports()[1];
        assert_eq!((problem.module(), problem.name()), ("a", "signature"));
        assert_ne!(Some(problem.expected()), problem.actual());
        let unknown = error.downcast_ref::<UnknownImportError>().unwrap();
        assert_eq!((unknown.module(), unknown.name()), ("a", "missing"));
        assert!(linker.instantiate_pre(&module).is_err());
        // Present sizes count for an instance, if not for an `InstancePre` made before.
        memory.grow(&mut store, 1).unwrap();
        let error = linker.instantiate(&mut store, &module).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 4, "{error}");
        // `Instance::new` reports as much.
        let imports: Vec<Extern> = ["fine", "fine", "fine", "fine", "fine", "fine"]
            .iter()
            .map(|name| linker.get(&mut store, "a", name).unwrap())
            .collect();
        let error = Instance::new(&mut store, &module, &imports).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 5, "{error}");
        let error = Instance::new(&mut store, &module, &imports[1..]).unwrap_err();
        assert!(
            error.to_string().contains("expected 6 imports, found 5"),
            "{error}"
        );
    });
}

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

#[test]
fn an_instance_tells_of_its_exports() {
    on_every_engine(|engine| {
        let wat = r#"
        (module
            (memory (export "memory") 1)
            (table (export "table") 1 funcref)
            (global (export "global") i32 (i32.const 5))
            (func $f (export "func") (export "again") (result i32) (i32.const 5)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        assert!(Module::same(instance.module(&store), &module));
        let names: Vec<String> = instance
            .exports(&mut store)
            .map(|e| e.name().to_owned())
            .collect();
        assert_eq!(names, ["memory", "table", "global", "func", "again"]);
        assert!(instance.get_memory(&mut store, "memory").is_some());
        assert!(instance.get_memory(&mut store, "table").is_none());
        assert!(instance.get_export(&mut store, "other").is_none());
        // One function, one handle.
        let func = instance.get_func(&mut store, "func");
        assert_eq!(func, instance.get_func(&mut store, "again"));
        let index = module.get_export_index("func").unwrap();
        let found = instance.get_module_export(&mut store, &index);
        assert_eq!(found.and_then(Extern::into_func), func);
        let other = Module::new(&engine, wat)
            .unwrap()
            .get_export_index("func")
            .unwrap();
        assert!(instance.get_module_export(&mut store, &other).is_none());
        let error = instance
            .get_typed_func::<(), i64>(&mut store, "func")
            .unwrap_err();
        assert!(
            format!("{error:#}").contains("the function has [i32], asked for [i64]"),
            "{error:#}"
        );
        assert!(
            instance
                .get_typed_func::<(), i64>(&mut store, "global")
                .is_err()
        );
    });
}

#[test]
fn a_memory_is_read_written_and_grown() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, vec![1u8, 2]);
        let memory = Memory::new(&mut store, MemoryType::new(1, Some(2))).unwrap();
        assert_eq!((memory.size(&store), memory.data_size(&store)), (1, 65536));
        assert_eq!(
            (memory.page_size(&store), memory.page_size_log2(&store)),
            (65536, 16)
        );
        memory.write(&mut store, 65533, b"abc").unwrap();
        assert!(memory.write(&mut store, 65534, b"abc").is_err());
        assert!(memory.write(&mut store, usize::MAX, b"abc").is_err());
        let mut buffer = [0; 3];
        memory.read(&store, 65533, &mut buffer).unwrap();
        assert_eq!(&buffer, b"abc");
        assert!(memory.read(&store, 65536, &mut buffer).is_err());
        memory.read(&store, 65536, &mut []).unwrap();
        memory.data_mut(&mut store)[0] = 9;
        let (bytes, data) = memory.data_and_store_mut(&mut store);
        bytes[1..3].copy_from_slice(data);
        assert_eq!(memory.data(&store)[..3], [9, 1, 2]);
        assert!(!memory.data_ptr(&store).is_null());
        assert_eq!(memory.grow(&mut store, 1).unwrap(), 1);
        assert_eq!(
            memory.grow(&mut store, 1).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(memory.grow(&mut store, 0).unwrap(), 2);
        assert!(memory.grow(&mut store, u64::MAX).is_err());
        assert_eq!(memory.data(&store)[65533..65538], *b"abc\0\0");
        assert_eq!(memory.ty(&store), MemoryType::new(1, Some(2)));
        // Custom page sizes are off.
        let bytes = MemoryType::builder()
            .page_size_log2(0)
            .min(3)
            .build()
            .unwrap();
        assert!(Memory::new(&mut store, bytes).is_err());
        let engine = Engine::new(Config::new().wasm_custom_page_sizes(true)).unwrap();
        let mut store = Store::new(&engine, ());
        let memory = Memory::new(&mut store, bytes).unwrap();
        assert_eq!((memory.data_size(&store), memory.page_size(&store)), (3, 1));
        assert_eq!(memory.grow(&mut store, 2).unwrap(), 3);
        assert_eq!(memory.data(&store), [0; 5]);
    });
}

#[test]
fn a_table_is_read_written_grown_and_copied() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let func = Func::wrap(&mut store, || ());
        let ty = TableType::new(RefType::FUNCREF, 3, Some(6));
        let table = Table::new(&mut store, ty, func.into()).unwrap();
        let at = |store: &mut Store<()>, table: Table, i: u64| {
            let element = table.get(store, i)?;
            Some(element.unwrap_func().copied())
        };
        assert_eq!(at(&mut store, table, 2), Some(Some(func)));
        assert_eq!(at(&mut store, table, 3), None);
        table
            .set(&mut store, 0, Ref::null(&HeapType::Func))
            .unwrap();
        assert_eq!(at(&mut store, table, 0), Some(None));
        let error = table.set(&mut store, 3, Ref::Func(None)).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::TableOutOfBounds));
        let error = table.set(&mut store, 0, Ref::Extern(None)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected funcref, found externref"),
            "{error}"
        );
        assert_eq!(table.grow(&mut store, 2, func.into()).unwrap(), 3);
        assert_eq!(
            (table.size(&store), at(&mut store, table, 4)),
            (5, Some(Some(func)))
        );
        assert!(table.grow(&mut store, 2, Ref::Func(None)).is_err());
        table.fill(&mut store, 1, Ref::Func(None), 4).unwrap();
        assert!(table.fill(&mut store, 1, Ref::Func(None), 5).is_err());
        assert!(
            table
                .fill(&mut store, u64::MAX, Ref::Func(None), 5)
                .is_err()
        );
        assert!((0..5).all(|i| at(&mut store, table, i) == Some(None)));
        // Within a table and between two.
        table.set(&mut store, 0, func.into()).unwrap();
        Table::copy(&mut store, &table, 1, &table, 0, 4).unwrap();
        assert_eq!(at(&mut store, table, 1), Some(Some(func)));
        assert_eq!(at(&mut store, table, 2), Some(None));
        let ty = TableType::new64(RefType::FUNCREF, 2, None);
        let other = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
        Table::copy(&mut store, &other, 0, &table, 1, 2).unwrap();
        assert_eq!(at(&mut store, other, 0), Some(Some(func)));
        assert!(Table::copy(&mut store, &other, 1, &table, 0, 2).is_err());
        assert!(Table::copy(&mut store, &other, 0, &table, u64::MAX, 2).is_err());
        let ty = TableType::new(RefType::EXTERNREF, 2, None);
        let externs = Table::new(&mut store, ty, Ref::Extern(None)).unwrap();
        assert!(Table::copy(&mut store, &externs, 0, &table, 0, 1).is_err());
        let ty = TableType::new(RefType::FUNCREF, 2, Some(1));
        assert!(Table::new(&mut store, ty, Ref::Func(None)).is_err());
    });
}

#[test]
fn a_global_is_read_and_written() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let ty = GlobalType::new(ValType::F64, Mutability::Var);
        let global = Global::new(&mut store, ty, Val::F64(1.5f64.to_bits())).unwrap();
        assert_eq!(global.get(&mut store).f64(), Some(1.5));
        global.set(&mut store, Val::from(2.5)).unwrap();
        assert_eq!(global.get(&mut store).f64(), Some(2.5));
        assert!(global.set(&mut store, Val::I64(0)).is_err());
        assert_eq!(global.ty(&store), ty);
        let ty = GlobalType::new(ValType::V128, Mutability::Const);
        let bits = u128::MAX - 7;
        let constant = Global::new(&mut store, ty, Val::V128(bits.into())).unwrap();
        assert_eq!(constant.get(&mut store).unwrap_v128().as_u128(), bits);
        let error = constant.set(&mut store, Val::V128(0.into())).unwrap_err();
        assert!(error.to_string().contains("immutable"), "{error}");
        assert!(Global::new(&mut store, ty, Val::I32(0)).is_err());
    });
}

#[test]
fn imports_share_their_objects_in_every_compilation_mode() {
    on_every_strategy(|mut config| {
        for mode in [
            CompilationMode::Eager,
            CompilationMode::LazyTranslation,
            CompilationMode::Lazy,
        ] {
            let engine = Engine::new(config.compilation_mode(mode)).unwrap();
            let mut store = Store::new(&engine, ());
            let mut linker = Linker::new(&engine);
            let exporter = r#"
            (module
                (memory (export "memory") 1 3)
                (global (export "global") (mut i64) (i64.const 0))
                (table (export "table") 2 funcref)
                (func (export "get") (result i32) (i32.load (i32.const 8))))
        "#;
            let importer = r#"
            (module
                (import "m" "memory" (memory 1 3))
                (import "m" "global" (global (mut i64)))
                (import "m" "table" (table 1 funcref))
                (import "m" "get" (func $get (result i32)))
                (export "memory" (memory 0))
                (elem (i32.const 1) $get)
                (data (i32.const 8) "\2a\00\00\00")
                (func (export "run") (result i32)
                    (global.set 0 (i64.const 7))
                    (drop (memory.grow (i32.const 1)))
                    (call_indirect (result i32) (i32.const 1))))
        "#;
            let exporter = Module::new(&engine, exporter).unwrap();
            let exporter = linker.instantiate(&mut store, &exporter).unwrap();
            linker.instance(&mut store, "m", exporter).unwrap();
            let importer = Module::new(&engine, importer).unwrap();
            let importer = linker.instantiate_and_start(&mut store, &importer).unwrap();
            let run = importer
                .get_typed_func::<(), i32>(&mut store, "run")
                .unwrap();
            assert_eq!(run.call(&mut store, ()).unwrap(), 42);
            let memory = exporter.get_memory(&mut store, "memory").unwrap();
            assert_eq!(importer.get_memory(&mut store, "memory"), Some(memory));
            assert_eq!(memory.size(&store), 2);
            let global = exporter.get_global(&mut store, "global").unwrap();
            assert_eq!(global.get(&mut store).i64(), Some(7));
            let table = exporter.get_table(&mut store, "table").unwrap();
            let get = exporter.get_func(&mut store, "get").unwrap();
            assert_eq!(table.get(&mut store, 1).unwrap().unwrap_func(), Some(&get));
        }
    });
}
