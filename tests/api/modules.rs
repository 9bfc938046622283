//! What modules tell of themselves, and errors of modules and of linking.

use selvedge::{
    Config, Dispatch, Engine, ErrorKind, Extern, ExternType, Feature, FuncType, Global, GlobalType,
    Instance, LinkError, Linker, Memory, MemoryType, Module, ModuleError, Mutability, RefType,
    Store, Strategy, UnknownImportError, Val, ValType,
};

use super::support::{self, on_every_engine};

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
