//! What instances export: memories, tables, globals.

use selvedge::{
    CompilationMode, Config, Engine, ErrorKind, Extern, Func, Global, GlobalType, HeapType,
    Instance, Linker, Memory, MemoryType, Module, Mutability, Ref, RefType, Store, Table,
    TableType, Trap, Val, ValType,
};

use super::support::{on_every_engine, on_every_strategy};

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
