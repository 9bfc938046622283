//! A reset instance does what a new one of the same module with the same imports does, whatever it did before.

mod oracle;
mod support;

use arbitrary::Unstructured;
use oracle::selvedge::{Again, observe_twice};
use oracle::{Random, benchmarks, programs, smith};
use selvedge::{
    Caller, Config, Engine, Error, Extern, ExternRef, ExternType, Func, Instance, Linker, Memory,
    MemoryType, Module, Ref, ResourceLimiter, Store, Strategy, Table, TableType, Trap, TypedFunc,
    Val,
};
use support::{on_every_engine, strategies};

/// Random modules of either kind.
const MODULES: u64 = if cfg!(debug_assertions) { 40 } else { 400 };

/// Every strategy, with everything that instances come from: reservations, blocks of the allocator, pools.
fn engines() -> Vec<(String, Engine)> {
    let mut configs: Vec<_> = strategies()
        .into_iter()
        .map(|(name, config)| (name.to_owned(), config))
        .collect();
    for (name, strategy) in [
        ("interpreter", Strategy::Interpreter),
        ("auto", Strategy::Auto),
    ] {
        let mut portable = Config::new();
        portable.strategy(strategy);
        portable.memory_reservation(0).memory_guard_size(0);
        configs.push((format!("{name}, memories that move"), portable));
        let mut scarce = support::pool();
        scarce
            .linear_memory_keep_resident(0)
            .table_keep_resident(0)
            .pagemap_scan(false);
        let mut nothing_kept = Config::new();
        nothing_kept.strategy(strategy).allocation_strategy(scarce);
        configs.push((format!("{name}, pooled, nothing kept"), nothing_kept));
    }
    let engine = |(name, mut config): (String, Config)| {
        config
            .wasm_wide_arithmetic(true)
            .wasm_custom_page_sizes(true)
            .max_wasm_stack(1 << 20)
            .count_instructions(true);
        let engine = Engine::new(&config).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, engine)
    };
    configs.into_iter().map(engine).collect()
}

fn reset(
    store: &mut Store<oracle::selvedge::Seen>,
    _: &Module,
    _: &[Extern],
    instance: Instance,
) -> Result<Instance, Error> {
    instance.reset(store).map(|()| instance)
}

fn instantiate(
    store: &mut Store<oracle::selvedge::Seen>,
    module: &Module,
    imports: &[Extern],
    _: Instance,
) -> Result<Instance, Error> {
    Instance::new(store, module, imports)
}

/// Whether functions of the instance may stay in what it imports, where those of another one would be
/// another's.
fn leaves_functions(engine: &Engine, wasm: &[u8]) -> bool {
    let Ok(module) = Module::from_binary(engine, wasm) else {
        return false;
    };
    module.imports().any(|import| match import.ty() {
        ExternType::Table(ty) => ty.element() == selvedge::RefType::FUNCREF,
        ExternType::Global(ty) => ty.content().is_funcref(),
        _ => false,
    })
}

/// Runs random modules twice on every engine: reset in between, and with a second instance in place of that.
fn compare(generate: impl Fn(&mut Unstructured<'_>) -> Option<Vec<u8>>) {
    let engines = engines();
    let mut calls = 0;
    for seed in 0..MODULES {
        let mut random = Random::new(seed);
        let len = 1 << (8 + random.below(8));
        let bytes = random.bytes(len);
        let Some(wasm) = generate(&mut Unstructured::new(&bytes)) else {
            continue;
        };
        if leaves_functions(&engines[0].1, &wasm) {
            continue;
        }
        for (name, engine) in &engines {
            let fresh = observe_twice(engine, &wasm, Some(instantiate as Again));
            let again = observe_twice(engine, &wasm, Some(reset as Again));
            if let Some(difference) = fresh.difference(&again) {
                let text = wasmprinter::print_bytes(&wasm).unwrap();
                panic!("seed {seed}, {name}: new or reset: {difference}\n{text}");
            }
            calls += again.calls.len();
        }
    }
    assert!(calls > 500, "only {calls} calls have been compared");
}

#[test]
fn modules_of_wasm_smith() {
    compare(|bytes| smith::generate(bytes).ok());
}

#[test]
fn programs_that_meet_what_translation_does() {
    compare(|bytes| Some(programs::module(bytes)));
}

/// What an instance has that it exports.
fn contents(store: &mut Store<()>, instance: Instance) -> (Vec<Vec<u8>>, Vec<String>) {
    let exports: Vec<Extern> = instance
        .exports(&mut *store)
        .map(|e| e.into_extern())
        .collect();
    let mut seen = (Vec::new(), Vec::new());
    for export in exports {
        match export {
            Extern::Memory(memory) => seen.0.push(memory.data(&*store).to_vec()),
            Extern::Global(global) => seen.1.push(format!("{:?}", global.get(&mut *store))),
            Extern::Table(table) => seen.1.push(format!("table of {}", table.size(&*store))),
            _ => {}
        }
    }
    seen
}

#[test]
fn benchmark_programs() {
    for (name, engine) in engines() {
        for program in benchmarks::programs() {
            let what = format!("{} on {name}", program.name);
            let module = Module::from_binary(&engine, &program.wasm).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            let first = contents(&mut store, instance);
            let run = instance.get_func(&mut store, "run").unwrap();
            let mut endings = Vec::new();
            for _ in 0..2 {
                store.set_instruction_count(0);
                let mut results = [Val::I32(0)];
                let argument = [Val::I32(program.row.0)];
                run.call(&mut store, &argument, &mut results).unwrap();
                let count = store.instruction_count().unwrap();
                let result = format!("{results:?}");
                endings.push((result, count, contents(&mut store, instance)));
                instance.reset(&mut store).unwrap();
                assert!(contents(&mut store, instance) == first, "{what}");
            }
            assert!(endings[0] == endings[1], "{what}");
        }
    }
}

/// What a tenant could leave behind: bytes, grown pages, elements, globals, dropped segments.
const TENANT: &str = r#"(module
    (memory (export "m") 2 300) (data (i32.const 100) "image") (data (i32.const 70000) "second page")
    (data $passive "passive")
    (table (export "t") 10 50 externref) (elem $elem funcref (ref.func $dirty) (ref.null func))
    (table (export "f") 3 funcref) (elem (table 1) (i32.const 1) func $dirty)
    (table (export "filled") 4 9 funcref (ref.func $dirty))
    (global (export "g") (mut i64) (i64.const 7))
    (global (export "r") (mut funcref) (ref.func $dirty))
    (global (export "v") (mut externref) (ref.null extern))
    (func $dirty (export "dirty") (param $pages i32)
        (memory.fill (i32.const 0) (i32.const 0xaa) (i32.const 131072))
        (drop (memory.grow (local.get $pages)))
        (memory.fill (i32.const 131072) (i32.const 0xbb)
            (i32.mul (local.get $pages) (i32.const 65536)))
        (data.drop $passive) (elem.drop $elem)
        (drop (table.grow 0 (ref.null extern) (i32.const 20)))
        (drop (table.grow 1 (ref.func $dirty) (i32.const 100)))
        (table.fill 2 (i32.const 0) (ref.null func) (i32.const 4))
        (global.set 1 (ref.null func))
        (global.set 0 (i64.const -1)))
    (func (export "init")
        (table.init 1 $elem (i32.const 0) (i32.const 0) (i32.const 2))
        (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7)))
    (func (export "last") (param i32) (result i32) (i32.load8_u (local.get 0))))"#;

#[test]
fn a_tenant_finds_nothing_of_the_one_before() {
    for (name, engine) in engines() {
        println!("{name}");
        let module = Module::new(&engine, TENANT).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let memory = instance.get_memory(&mut store, "m").unwrap();
        let tables = ["t", "f", "filled"].map(|t| instance.get_table(&mut store, t).unwrap());
        let globals = ["g", "r", "v"].map(|g| instance.get_global(&mut store, g).unwrap());
        let dirty: TypedFunc<i32, ()> = instance.get_typed_func(&mut store, "dirty").unwrap();
        let init: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "init").unwrap();
        let last: TypedFunc<i32, i32> = instance.get_typed_func(&mut store, "last").unwrap();
        let mut expected = vec![0; 2 << 16];
        expected[100..105].copy_from_slice(b"image");
        expected[70000..70011].copy_from_slice(b"second page");
        for pages in [0, 1, 30, 200, 3, 0] {
            assert!(memory.data(&store) == expected, "{pages} pages");
            assert_eq!(tables.map(|table| table.size(&store)), [10, 3, 4]);
            let mut nulls = |table: Table| -> Vec<bool> {
                (0..table.size(&store))
                    .map(|i| table.get(&mut store, i).unwrap().is_null())
                    .collect()
            };
            assert_eq!(nulls(tables[0]), [true; 10]);
            assert_eq!(nulls(tables[1]), [true, false, true]);
            assert_eq!(nulls(tables[2]), [false; 4]);
            assert_eq!(globals[0].get(&mut store).i64(), Some(7));
            assert!(matches!(globals[1].get(&mut store), Val::FuncRef(Some(_))));
            assert!(matches!(globals[2].get(&mut store), Val::ExternRef(None)));
            let error = last.call(&mut store, 2 << 16).unwrap_err();
            assert_eq!(error.downcast_ref(), Some(&Trap::MemoryOutOfBounds));
            init.call(&mut store, ()).unwrap();
            assert_eq!(&memory.data(&store)[..7], b"passive");
            dirty.call(&mut store, pages).unwrap();
            assert_eq!(memory.size(&store), 2 + pages as u64);
            let value = ExternRef::new(&mut store, 5_u8).unwrap();
            globals[2].set(&mut store, Some(value).into()).unwrap();
            let size = tables[0].size(&store);
            tables[0]
                .fill(&mut store, 0, Some(value).into(), size)
                .unwrap();
            assert_eq!(
                last.call(&mut store, 131_071 + pages * 65536).unwrap() & 0xaa,
                0xaa
            );
            instance.reset(&mut store).unwrap();
        }
        // Six values, of which one's handle may look like that of the function in a global.
        assert!(store.gc() >= 5, "nothing refers to what was there before");
    }
}

/// As much data as is mapped, on demand too; memories that one instance has, and that two have at a time.
#[test]
fn large_images_come_back() {
    let data: String = (0..150_000).map(|i| format!("\\{:02x}", i % 251)).collect();
    let text = format!(
        r#"(module (memory (export "m") 20) (data (i32.const 1234) "{data}")
            (func (export "dirty") (memory.fill (i32.const 0) (i32.const 0xee) (i32.const 1310720))
                (drop (memory.grow (i32.const 100)))))"#
    );
    on_every_engine(|engine| {
        let module = Module::new(&engine, &text).unwrap();
        let mut expected = vec![0; 20 << 16];
        for (i, byte) in expected[1234..151_234].iter_mut().enumerate() {
            *byte = (i % 251) as u8;
        }
        for _ in 0..3 {
            let mut store = Store::new(&engine, ());
            let instances = [(), ()].map(|()| Instance::new(&mut store, &module, &[]).unwrap());
            for _ in 0..2 {
                for instance in instances {
                    let memory = instance.get_memory(&mut store, "m").unwrap();
                    assert!(memory.data(&store) == expected);
                    let dirty: TypedFunc<(), ()> =
                        instance.get_typed_func(&mut store, "dirty").unwrap();
                    dirty.call(&mut store, ()).unwrap();
                    assert_eq!(memory.size(&store), 120);
                }
                for instance in instances {
                    instance.reset(&mut store).unwrap();
                }
            }
        }
    });
}

#[test]
fn what_is_imported_is_left_alone_but_for_segments() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
        let ty = TableType::new(selvedge::RefType::FUNCREF, 3, None);
        let table = Table::new(&mut store, ty, Ref::Func(None)).unwrap();
        let text = r#"(module (import "" "m" (memory 1)) (import "" "t" (table 3 funcref))
            (data (i32.const 5) "x") (elem (i32.const 1) func 0)
            (func (drop (memory.grow (i32.const 1))) (i32.store8 (i32.const 9) (i32.const 9)) (i32.store8 (i32.const 5) (i32.const 9)))
            (export "f" (func 0)))"#;
        let module = Module::new(&engine, text).unwrap();
        let imports = [memory.into(), table.into()];
        let instance = Instance::new(&mut store, &module, &imports).unwrap();
        let f: TypedFunc<(), ()> = instance.get_typed_func(&mut store, "f").unwrap();
        f.call(&mut store, ()).unwrap();
        table.set(&mut store, 1, Ref::Func(None)).unwrap();
        instance.reset(&mut store).unwrap();
        assert_eq!(memory.size(&store), 2);
        assert_eq!(memory.data(&store)[5..10], *b"x\0\0\0\x09");
        assert!(!table.get(&mut store, 1).unwrap().is_null());
    });
}

#[test]
fn a_start_function_runs_again() {
    on_every_engine(|engine| {
        let mut linker: Linker<u32> = Linker::new(&engine);
        linker
            .func_wrap("", "count", |mut caller: Caller<'_, u32>| {
                *caller.data_mut() += 1;
                match *caller.data() {
                    3 => Err(Error::msg("the third time")),
                    _ => Ok(()),
                }
            })
            .unwrap();
        let text = r#"(module (import "" "count" (func $count)) (global (export "g") (mut i32) (i32.const 1))
            (start $s) (func $s (global.set 0 (i32.const 2)) (call $count)))"#;
        let module = Module::new(&engine, text).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let global = instance.get_global(&mut store, "g").unwrap();
        for round in 2..6 {
            global.set(&mut store, Val::I32(7)).unwrap();
            let result = instance.reset(&mut store);
            assert_eq!(global.get(&mut store).i32(), Some(2));
            assert_eq!(*store.data(), round);
            assert_eq!(result.is_err(), round == 3);
            if let Err(error) = result {
                assert!(format!("{error:#}").contains("the third time"), "{error:#}");
            }
        }
    });
}

#[test]
fn refused_while_in_use() {
    on_every_engine(|engine| {
        let mut linker: Linker<Vec<Instance>> = Linker::new(&engine);
        linker
            .func_wrap(
                "",
                "reset",
                |mut caller: Caller<'_, Vec<Instance>>, i: i32| {
                    let instance = caller.data()[i as usize];
                    i32::from(instance.reset(&mut caller).is_ok())
                },
            )
            .unwrap();
        let text = r#"(module (import "" "reset" (func $reset (param i32) (result i32)))
            (memory (export "m") 1) (table (export "t") 1 funcref) (global $g (mut i32) (i32.const 0))
            (func (export "f") (param i32) (result i32)
                (global.set $g (i32.const 1)) (call $reset (local.get 0)))
            (func (export "g") (result i32) (global.get $g)))"#;
        let module = Module::new(&engine, text).unwrap();
        let mut store = Store::new(&engine, Vec::new());
        let one = linker.instantiate(&mut store, &module).unwrap();
        let other = linker.instantiate(&mut store, &module).unwrap();
        let importer = r#"(module (import "" "reset" (func $reset (param i32) (result i32)))
            (import "one" "m" (memory 1))
            (func (export "f") (param i32) (result i32) (call $reset (local.get 0))))"#;
        let importer = Module::new(&engine, importer).unwrap();
        linker.instance(&mut store, "one", one).unwrap();
        let importer = linker.instantiate(&mut store, &importer).unwrap();
        *store.data_mut() = vec![one, other, importer];
        let f = |store: &mut Store<_>, of: Instance, what: i32| {
            let f: TypedFunc<i32, i32> = of.get_typed_func(&mut *store, "f").unwrap();
            f.call(&mut *store, what).unwrap()
        };
        // Itself; another; one that imports from it; one that it imports from.
        assert_eq!(f(&mut store, one, 0), 0);
        let g: TypedFunc<(), i32> = one.get_typed_func(&mut store, "g").unwrap();
        assert_eq!(g.call(&mut store, ()).unwrap(), 1, "nothing has changed");
        assert_eq!(f(&mut store, one, 1), 1);
        assert_eq!(f(&mut store, one, 2), 1);
        assert_eq!(f(&mut store, importer, 0), 0);
        assert_eq!(f(&mut store, importer, 1), 1);
        one.reset(&mut store).unwrap();
        assert_eq!(g.call(&mut store, ()).unwrap(), 0);
    });
}

#[test]
fn memories_and_tables_do_not_shrink_below_what_others_import() {
    on_every_engine(|engine| {
        let text = r#"(module (memory (export "m") 1) (table (export "t") 1 funcref))"#;
        let module = Module::new(&engine, text).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let memory = instance.get_memory(&mut store, "m").unwrap();
        let table = instance.get_table(&mut store, "t").unwrap();
        memory.grow(&mut store, 2).unwrap();
        table.grow(&mut store, 2, Ref::Func(None)).unwrap();
        let mut linker = Linker::new(&engine);
        linker.instance(&mut store, "", instance).unwrap();
        for import in [
            r#"(module (import "" "m" (memory 2)))"#,
            r#"(module (import "" "t" (table 3 funcref)))"#,
        ] {
            let importer = Module::new(&engine, import).unwrap();
            let pre = linker.instantiate_pre(&importer).unwrap();
            let importer = pre.instantiate(&mut store).unwrap();
            let error = instance.reset(&mut store).unwrap_err();
            assert!(error.to_string().contains("imports its"), "{error}");
            assert_eq!((memory.size(&store), table.size(&store)), (3, 3));
            importer.remove(&mut store).unwrap();
            instance.reset(&mut store).unwrap();
            assert_eq!((memory.size(&store), table.size(&store)), (1, 1));
            // What was large enough when it was found is not any more.
            let error = pre.instantiate(&mut store).unwrap_err();
            assert!(error.to_string().contains("incompatible import"), "{error}");
            memory.grow(&mut store, 2).unwrap();
            table.grow(&mut store, 2, Ref::Func(None)).unwrap();
        }
    });
}

#[test]
fn after_a_trap_and_until_removed() {
    on_every_engine(|engine| {
        let text = r#"(module (memory (export "m") 1) (func (export "f") (param i32) (result i32)
            (i32.store (i32.const 8) (i32.const 42))
            (i32.load (local.get 0))))"#;
        let module = Module::new(&engine, text).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let f: TypedFunc<i32, i32> = instance.get_typed_func(&mut store, "f").unwrap();
        for _ in 0..3 {
            f.call(&mut store, 65533).unwrap_err();
            let memory = instance.get_memory(&mut store, "m").unwrap();
            assert_eq!(memory.data(&store)[8], 42);
            instance.reset(&mut store).unwrap();
            assert_eq!(memory.data(&store)[8], 0);
            assert_eq!(f.call(&mut store, 8).unwrap(), 42);
        }
        instance.remove(&mut store).unwrap();
        let error = instance.reset(&mut store).unwrap_err();
        assert!(error.to_string().contains("does not exist"), "{error}");
    });
}

/// A segment that does not fit in a table that has become smaller: the error is that of instantiation.
#[test]
fn a_segment_out_of_bounds_fails_a_reset() {
    on_every_engine(|engine| {
        let exporter = r#"(module (table (export "t") 1 funcref))"#;
        let exporter = Module::new(&engine, exporter).unwrap();
        let mut store = Store::new(&engine, ());
        let exporter = Instance::new(&mut store, &exporter, &[]).unwrap();
        let table = exporter.get_table(&mut store, "t").unwrap();
        table.grow(&mut store, 9, Ref::Func(None)).unwrap();
        let text = r#"(module (import "" "t" (table 1 funcref)) (elem (i32.const 5) func 0) (func)
            (global (export "g") (mut i32) (i32.const 1)))"#;
        let module = Module::new(&engine, text).unwrap();
        let instance = Instance::new(&mut store, &module, &[table.into()]).unwrap();
        exporter.reset(&mut store).unwrap();
        let error = instance.reset(&mut store).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::TableOutOfBounds));
        table.grow(&mut store, 9, Ref::Func(None)).unwrap();
        instance.reset(&mut store).unwrap();
        let f = table.get(&mut store, 5).unwrap();
        let f: Func = *f.as_func().unwrap().unwrap();
        f.call(&mut store, &[], &mut []).unwrap();
    });
}

/// What was allowed once needs no leave.
#[test]
fn no_limiter_is_asked() {
    struct Never(bool);
    impl ResourceLimiter for Never {
        fn memory_growing(
            &mut self,
            _: usize,
            _: usize,
            _: Option<usize>,
        ) -> selvedge::Result<bool> {
            Ok(!self.0)
        }
        fn table_growing(
            &mut self,
            _: usize,
            _: usize,
            _: Option<usize>,
        ) -> selvedge::Result<bool> {
            Ok(!self.0)
        }
    }
    on_every_engine(|engine| {
        let module = Module::new(&engine, TENANT).unwrap();
        let mut store = Store::new(&engine, Never(false));
        store.limiter(|limiter| limiter);
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        store.data_mut().0 = true;
        instance.reset(&mut store).unwrap();
    });
}
