//! What a module declares.

use super::*;

const MODULE: &str = r#"
    (module $house
      (type $binary (func (param i32 i64) (result f64)))
      (import "env" "log" (func $log (param externref)))
      (import "env" "base" (global $base i32))
      (import "env" "memory" (memory $imported 1 2))
      (import "env" "table" (table $shared 3 funcref))
      (table $own 4 externref)
      (table $filled 5 funcref (ref.func $start))
      (memory $own_memory i64 1)
      (global $counter (mut i32) (i32.add (global.get $base) (i32.const 4)))
      (global $again i32 (global.get $base))
      (global $callback funcref (ref.func $hidden))
      (func $binary (type $binary) f64.const 1)
      (func $start)
      (func $hidden)
      (func $in_segment)
      (func $declared (result funcref) ref.func $declared)
      (func $never)
      (export "binary" (func $binary))
      (export "also" (func $binary))
      (export "memory" (memory $own_memory))
      (export "" (global $counter))
      (start $start)
      (elem (table $shared) (global.get $base) func $in_segment $log)
      (elem declare func $declared)
      (elem externref (ref.null extern))
      (data (memory $own_memory) (i64.const 7) "seven")
      (data $passive "passive")
      (data (memory $imported) (global.get $base) "dynamic")
    )"#;

#[test]
fn are_gathered_into_tables() {
    let module = parse(MODULE);
    assert_eq!(module.name.as_deref(), Some("house"));
    let counts = (
        module.num_imported_functions,
        module.num_imported_globals,
        module.num_imported_memories,
        module.num_imported_tables,
    );
    assert_eq!(counts, (1, 1, 1, 1));
    assert_eq!(
        (
            module.functions.len(),
            module.tables.len(),
            module.memories.len()
        ),
        (7, 3, 2)
    );
    assert_eq!((module.bodies.len(), module.table_inits.len()), (6, 2));
    assert_eq!(module.global_inits.len(), 3);
    assert_eq!(module.start, Some(FuncIndex::from_u32(2)));

    let binary = FuncType::new([ValType::I32, ValType::I64], [ValType::F64]);
    assert_eq!(*module.func_type(FuncIndex::from_u32(1)), binary);
    let import = &module.imports[0];
    assert_eq!((&*import.module, &*import.name), ("env", "log"));
    let log = FuncType::new([ValType::ExternRef], []);
    assert_eq!(module.entity_type(import.entity), ExternType::Func(log));

    let table = module.tables[TableIndex::from_u32(1)];
    let expected = TableType {
        element: RefType::ExternRef,
        minimum: 4,
        maximum: None,
        table64: false,
    };
    assert_eq!(table, expected);
    let inits: Vec<_> = module.table_inits.values().collect();
    assert!(matches!(inits[..], [TableInit::Null, TableInit::Expr(_)]));
    let memory = module.memories[MemoryIndex::from_u32(1)];
    assert_eq!(
        (memory.memory64, memory.minimum, memory.page_size_log2),
        (true, 1, 16)
    );
    let imported = module.memories[MemoryIndex::from_u32(0)];
    assert_eq!((imported.memory64, imported.maximum), (false, Some(2)));
    let counter = module.globals[GlobalIndex::from_u32(1)];
    assert_eq!(
        counter,
        GlobalType {
            content: ValType::I32,
            mutable: true
        }
    );
}

#[test]
fn exports_are_found_by_name() {
    let module = parse(MODULE);
    let (index, export) = module.export("also").expect("an export");
    assert_eq!(
        (index, export.entity),
        (1, EntityRef::Func(FuncIndex::from_u32(1)))
    );
    let (index, export) = module.export("").expect("an export");
    assert_eq!(
        (index, export.entity),
        (3, EntityRef::Global(GlobalIndex::from_u32(1)))
    );
    assert!(module.export("never").is_none());
}

#[test]
fn only_functions_whose_reference_can_escape_have_a_func_ref() {
    let module = parse(MODULE);
    let escaping: Vec<u32> = module.func_refs.values().map(|f| f.as_u32()).collect();
    // All but `$never`: imported in a segment, exported, in a table's value, in a global, in
    // a segment, declared.
    assert_eq!(escaping, [0, 1, 2, 3, 4, 5]);
    assert_eq!(module.num_func_refs, 6);
    for (index, function) in module.functions.iter() {
        let of_ref = function.func_ref.map(|r| module.func_refs[r]);
        assert_eq!(of_ref, escaping.contains(&index.as_u32()).then_some(index));
    }
}

#[test]
fn segments_keep_their_modes() {
    let module = parse(MODULE);
    let elements: Vec<_> = module.elements.values().collect();
    assert!(
        matches!(&elements[0].mode, SegmentMode::Active { target, offset }
        if target.as_u32() == 0 && offset.as_constant().is_none())
    );
    assert!(matches!(&elements[0].items, ElementItems::Functions(f)
        if f.iter().map(|f| f.as_u32()).eq([4, 0])));
    assert!(matches!(&elements[1].mode, SegmentMode::Declared));
    assert!(matches!(&elements[2].mode, SegmentMode::Passive));
    assert_eq!(elements[2].ty, RefType::ExternRef);
    assert!(matches!(&elements[2].items, ElementItems::Expressions(e)
        if e[0].as_constant() == Some(ConstValue::default())));

    let data: Vec<_> = module.data.keys().map(|d| module.data_bytes(d)).collect();
    assert_eq!(data, [&b"seven"[..], b"passive", b"dynamic"]);
    assert!(matches!(
        module.data[DataIndex::from_u32(1)].mode,
        SegmentMode::Passive
    ));
    let MemoryInitialization::Segmented(list) = &module.memory_initialization else {
        panic!("modules start out segmented");
    };
    let list: Vec<_> = list
        .iter()
        .map(|i| {
            assert_eq!(i.data, module.data[i.segment].range);
            (i.segment.as_u32(), i.memory_index.as_u32(), i.offset)
        })
        .collect();
    assert_eq!(
        list,
        [
            (0, 1, SegmentOffset::Constant(7)),
            (2, 0, SegmentOffset::Dynamic)
        ]
    );
}

#[test]
fn globals_are_expressions() {
    let module = parse(MODULE);
    let mut globals = vec![ConstValue::slot(38)];
    for init in module.global_inits.values() {
        let value = init.eval(&mut |g| globals[g.as_u32() as usize], &mut |f| {
            1000 + u64::from(f.as_u32())
        });
        globals.push(value);
    }
    let slots: Vec<u64> = globals.iter().map(|v| v.low()).collect();
    assert_eq!(slots, [38, 42, 38, 1003]);
}

#[test]
fn constants_have_the_bits_of_slots() {
    let module = parse(
        "(module (global i32 (i32.const -1)) (global i64 (i64.const -1))
           (global f32 (f32.const -0)) (global f64 (f64.const nan:0x123))
           (global $a i32 (i32.const 5)) (global i32 (i32.mul (global.get $a) (i32.const 3))))",
    );
    let values: Vec<_> = module
        .global_inits
        .values()
        .map(ConstExpr::as_constant)
        .collect();
    let slot = |bits| Some(ConstValue::slot(bits));
    let nan = 0x7ff0_0000_0000_0123;
    assert_eq!(
        values,
        [
            slot(0xffff_ffff),
            slot(u64::MAX),
            slot(1 << 31),
            slot(nan),
            slot(5),
            None
        ]
    );
}

#[test]
fn equal_types_share_an_id_across_modules_and_invalid_modules_add_none() {
    let registry = TypeRegistry::new();
    let options = ParseOptions::new(&registry);
    let invalid = wasm("(module (type (func (param f32))) (func (result i32)))");
    Module::parse(invalid.into(), &options).expect_err("the body is invalid");
    let text = "(module (type (func)) (type (func (param i32))) (type (func)))";
    let a = Module::parse(wasm(text).into(), &options).expect("valid");
    let b = Module::parse(wasm("(module (func (param i32)))").into(), &options).expect("valid");
    let ids = |m: &Module| {
        m.types
            .values()
            .map(|t| t.shared.as_u32())
            .collect::<Vec<_>>()
    };
    assert_eq!((ids(&a), ids(&b)), (vec![0, 1, 0], vec![1]));
}

#[test]
fn bodies_and_custom_sections_are_ranges_of_the_bytes() {
    let bytes = wasm("(module (func i32.const 77 drop) (@custom \"note\" \"text\"))");
    let module = parse_with(&bytes, |_| ()).expect("valid");
    let body = module.body(DefinedFuncIndex::from_u32(0)).expect("valid");
    assert_eq!(body.bytes, [0, 0x41, 0xcd, 0, 0x1a, 0x0b]);
    assert_eq!(&bytes[body.offset..][..body.bytes.len()], body.bytes);
    let note = module
        .custom_sections
        .iter()
        .find(|c| &*c.name == "note")
        .expect("a section");
    assert_eq!(&module.bytes()[note.range.clone()], b"text");
}

#[test]
fn of_host_objects_are_one_export() {
    let memory = MemoryType {
        minimum: 1,
        maximum: Some(4),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    let table = TableType {
        element: RefType::FuncRef,
        minimum: 2,
        maximum: None,
        table64: true,
    };
    let global = GlobalType {
        content: ValType::V128,
        mutable: true,
    };
    let cases = [
        (Module::synthetic_memory(memory), ExternType::Memory(memory)),
        (Module::synthetic_table(table), ExternType::Table(table)),
        (Module::synthetic_global(global), ExternType::Global(global)),
    ];
    for (module, ty) in cases {
        let (_, export) = module.export("").expect("the object");
        assert_eq!(module.entity_type(export.entity), ty);
        let initial = (module.table_inits.len(), module.global_inits.len());
        assert_eq!(initial, (module.tables.len(), module.globals.len()));
        assert!(module.imports.is_empty() && module.validate_all().is_ok());
    }
}
