//! Instantiation and linking: what an instance has afterwards, and what is left when it fails.

#![expect(unsafe_code, reason = "calls the operators as running code does")]

#[path = "../support/mod.rs"]
mod support;

mod limiter;

use selvedge_vm::bulk::{self, Stop};
use selvedge_vm::index::*;
use selvedge_vm::instance::{
    AllocateError, Instance, InstanceAllocator, InstanceId, InstantiateError, check_imports,
};
use selvedge_vm::module::Module;
use selvedge_vm::store::Population;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::{
    ExternType, FuncType, GlobalType, MemoryType, RefType, TableType, ValType,
};
use selvedge_vm::vmcontext::VMContext;
use support::TestStore;

const MEMORY0: MemoryIndex = MemoryIndex::from_u32(0);
const TABLE0: TableIndex = TableIndex::from_u32(0);

/// Reads a byte of memory 0.
fn byte(vmctx: *mut VMContext, at: usize) -> u8 {
    // SAFETY: a live instance with a memory of more than `at` bytes.
    unsafe {
        let memory = *Instance::from_vmctx(vmctx).memory_definition(MEMORY0);
        assert!((at as u64) < memory.len());
        memory.base.add(at).read()
    }
}

fn element(vmctx: *mut VMContext, i: u64) -> u64 {
    // SAFETY: a live instance with a table; nothing of the store is borrowed.
    unsafe { bulk::table_get(vmctx, TABLE0, i) }.expect("an element of table 0")
}

fn trap(result: Result<InstanceId, InstantiateError>) -> TrapCode {
    match result {
        Err(InstantiateError::Stopped(Stop::Trap(code))) => code,
        other => panic!("expected a trap, got {other:?}"),
    }
}

#[test]
fn globals_are_initialised_in_order() {
    let store = TestStore::new();
    let base = store.instantiate(
        r#"(module (global (export "base") i32 (i32.const -2)))"#,
        &[],
    );
    let id = store.instantiate(
        r#"(module
            (import "m" "base" (global $base i32))
            (global (export "sum") i32 (i32.add (global.get $base) (i32.const 7)))
            (global $wide (export "wide") i64 (i64.mul (i64.const 3) (i64.const -1)))
            (global (export "float") f32 (f32.const 1.5))
            (global (export "null") externref (ref.null extern))
            (func $f)
            (global (export "func") funcref (ref.func $f))
            (export "f" (func $f)))"#,
        &[store.export(base, "base")],
    );
    assert_eq!(store.global(base, "base"), [0xffff_fffe, 0]);
    assert_eq!(store.global(id, "sum"), [5, 0]);
    assert_eq!(store.global(id, "wide"), [(-3_i64) as u64, 0]);
    assert_eq!(store.global(id, "float"), [1.5_f32.to_bits().into(), 0]);
    assert_eq!(store.global(id, "null"), [0, 0]);
    let [handle, _] = store.global(id, "func");
    assert_eq!(store.func_of(handle), Some(store.func_ref(id, "f")));
}

#[test]
fn segments_fill_tables_and_memories_in_order() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module
            (memory 1)
            (table 4 funcref)
            (func $f) (func $g)
            (export "f" (func $f)) (export "g" (func $g))
            (elem (i32.const 1) $f $f $f)
            (elem (table 0) (offset (i32.const 2)) funcref (ref.func $g) (ref.null func))
            (data (i32.const 10) "aaaa")
            (data (i32.const 12) "bb")
            (data $passive "cc"))"#,
        &[],
    );
    let vmctx = store.vmctx(id);
    let text: Vec<u8> = (9..15).map(|at| byte(vmctx, at)).collect();
    assert_eq!(text, b"\0aabb\0");
    let f = store.handle(store.func_ref(id, "f"));
    let g = store.handle(store.func_ref(id, "g"));
    assert_ne!(f, g);
    let elements: Vec<u64> = (0..4).map(|i| element(vmctx, i)).collect();
    assert_eq!(elements, [0, f, g, 0]);
    let instance = store.store().instance(id).unwrap();
    assert!(instance.is_element_dropped(ElemIndex::from_u32(1)));
    assert!(instance.is_data_dropped(DataIndex::from_u32(1)));
    assert!(!instance.is_data_dropped(DataIndex::from_u32(2)));
}

#[test]
fn a_table_begins_with_its_initial_value() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (func $f) (export "f" (func $f)) (table 3 funcref (ref.func $f)))"#,
        &[],
    );
    let f = store.handle(store.func_ref(id, "f"));
    assert!((0..3).all(|i| element(store.vmctx(id), i) == f));
}

#[test]
fn an_instance_without_memory_has_an_empty_one() {
    let store = TestStore::new();
    let id = store.instantiate("(module)", &[]);
    // SAFETY: a live instance; the definition is that of no memory.
    unsafe {
        let memory0 = VMContext::header(store.vmctx(id)).memory0.get();
        assert_eq!((*memory0).len(), 0);
    }
}

#[test]
fn imports_lead_to_their_owner_also_when_exported_again() {
    let store = TestStore::new();
    let owner = store.instantiate(
        r#"(module
            (memory (export "memory") 1 9) (table (export "table") 1 funcref)
            (global (export "global") (mut i32) (i32.const 1))
            (func (export "func")))"#,
        &[],
    );
    let names = ["memory", "table", "global", "func"];
    let items = names.map(|name| store.export(owner, name));
    let middle = store.instantiate(
        r#"(module
            (import "m" "memory" (memory 1)) (import "m" "table" (table 1 funcref))
            (import "m" "global" (global (mut i32))) (import "m" "func" (func))
            (export "memory" (memory 0)) (export "table" (table 0))
            (export "global" (global 0)) (export "func" (func 0)))"#,
        &items,
    );
    assert_eq!(names.map(|name| store.export(middle, name)), items);
    // Growing through the importer is seen by the owner, whatever moves.
    let (theirs, ours) = (store.vmctx(owner), store.vmctx(middle));
    // SAFETY: live instances with a memory and a table; nothing of the store is borrowed.
    unsafe {
        assert_eq!(bulk::memory_grow(ours, MEMORY0, 3).ok(), Some(1));
        assert_eq!(bulk::memory_size(theirs, MEMORY0), 4);
        assert_eq!(bulk::memory_grow(ours, MEMORY0, 6).ok(), Some(u64::MAX));
        assert_eq!(bulk::table_grow(ours, TABLE0, 0, 5).ok(), Some(1));
        assert_eq!(bulk::table_size(theirs, TABLE0), 6);
        let header = VMContext::header(ours);
        assert_eq!((*header.memory0.get()).len(), 4 << 16);
        assert_eq!(
            header.memory0.get(),
            VMContext::header(theirs).memory0.get()
        );
    }
    store.set_global(middle, "global", 5);
    assert_eq!(store.global(owner, "global"), [5, 0]);
    // The function that the importer calls is the owner's.
    let callee = store
        .store()
        .instance(middle)
        .unwrap()
        .callee(FuncIndex::from_u32(0));
    assert_eq!(callee.vmctx, theirs);
    let instance = store.store().instance(owner).unwrap();
    assert_eq!(
        instance.func_of_ref(store.func_ref(middle, "func")),
        Some(FuncIndex::from_u32(0))
    );
    assert_eq!(instance.importers(), 1);
}

#[test]
fn types_of_tables_and_memories_have_the_present_size() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (memory (export "m") 1 5) (table (export "t") 2 externref)
            (global (export "g") (mut i64) (i64.const 0)) (func (export "f") (param i32)))"#,
        &[],
    );
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        bulk::memory_grow(store.vmctx(id), MEMORY0, 2).unwrap();
        bulk::table_grow(store.vmctx(id), TABLE0, 0, 3).unwrap();
    }
    let ty = |name| {
        let item = store.export(id, name);
        // SAFETY: a live function or another export.
        unsafe { store.store().extern_type(&item) }.map(|ty| ty.to_string())
    };
    assert_eq!(ty("m").as_deref(), Some("memory 3 5"));
    assert_eq!(ty("t").as_deref(), Some("table 5 externref"));
    assert_eq!(ty("g").as_deref(), Some("global (mut i64)"));
    assert_eq!(ty("f").as_deref(), Some("func [i32] -> []"));
}

#[test]
fn host_objects_are_instances_of_synthetic_modules() {
    let store = TestStore::new();
    let ty = GlobalType {
        content: ValType::I64,
        mutable: true,
    };
    let module = store.prepare_module(Module::synthetic_global(ty));
    let id = store.try_instantiate(&module, &[]).unwrap();
    assert_eq!(store.global(id, ""), [0, 0]);
    let ty = TableType {
        element: RefType::ExternRef,
        minimum: 2,
        maximum: None,
        table64: false,
    };
    let module = store.prepare_module(Module::synthetic_table(ty));
    let id = store.try_instantiate(&module, &[]).unwrap();
    assert_eq!(element(store.vmctx(id), 1), 0);
    let population = Population {
        instances: 0,
        memories: 0,
        tables: 1,
    };
    assert_eq!(store.store().population(), population);
}

#[test]
fn a_link_error_lists_every_import_that_is_missing_or_mismatched() {
    let store = TestStore::new();
    let module = store
        .prepare(
            r#"(module
            (import "a" "missing" (func (param i32) (result i64)))
            (import "a" "fine" (global i32))
            (import "b" "small" (memory 2))
            (import "b" "other" (table 1 funcref))
            (import "c" "also missing" (global (mut f64))))"#,
        )
        .module;
    let memory = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };
    let provided = [
        None,
        Some(ExternType::Global(GlobalType {
            content: ValType::I32,
            mutable: false,
        })),
        Some(ExternType::Memory(memory)),
        Some(ExternType::Func(FuncType::new([], []))),
        None,
    ];
    let error = check_imports(&module, |i| provided[i].clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown import: `a::missing` has not been defined, expected func [i32] -> [i64]\n\
         incompatible import type for `b::small`: expected memory 2, found memory 1\n\
         incompatible import type for `b::other`: expected table 1 funcref, found func [] -> []\n\
         unknown import: `c::also missing` has not been defined, expected global (mut f64)"
    );
    assert_eq!(error.problems.len(), 4);
    assert_eq!(error.problems[1].actual, provided[2]);
}

#[test]
fn earlier_writes_of_a_failed_instantiation_stay() {
    let store = TestStore::new();
    let owner = store.instantiate(
        r#"(module (memory (export "memory") 1) (table (export "table") 2 funcref))"#,
        &[],
    );
    let imports = [store.export(owner, "memory"), store.export(owner, "table")];
    let prefix =
        r#"(import "m" "memory" (memory 1)) (import "m" "table" (table 2 funcref)) (func $f)"#;
    let before = store.store().population();

    let data = store.prepare(&format!(
        r#"(module {prefix} (data (i32.const 0) "x") (data (i32.const 65535) "yy"))"#
    ));
    let code = trap(store.try_instantiate(&data, &imports));
    assert_eq!(code, TrapCode::MemoryOutOfBounds);
    assert_eq!(
        (byte(store.vmctx(owner), 0), byte(store.vmctx(owner), 65535)),
        (b'x', 0)
    );
    assert_eq!(store.store().population(), before);
    assert_eq!(store.store().instance(owner).unwrap().importers(), 0);

    // The function in the table outlives the failure, and its instance with it.
    let elem = store.prepare(&format!(
        r#"(module {prefix} (elem (i32.const 0) $f) (elem (i32.const 2) $f) (data (i32.const 0) "z"))"#
    ));
    let code = trap(store.try_instantiate(&elem, &imports));
    assert_eq!(code, TrapCode::TableOutOfBounds);
    assert_eq!(byte(store.vmctx(owner), 0), b'x');
    let handle = element(store.vmctx(owner), 0);
    assert_ne!(handle, 0);
    assert_eq!(store.store().population().instances, before.instances + 1);
    store.gc(&[]);
    assert_eq!(store.store().population().instances, before.instances + 1);
    // A handle that guests still have keeps it as well.
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe { bulk::table_set(store.vmctx(owner), TABLE0, 0, 0).unwrap() };
    store.gc(&[handle]);
    assert!(store.func_of(handle).is_some());
    store.gc(&[]);
    assert_eq!(store.store().population(), before);
    assert_eq!(store.func_of(handle), None);
    assert_eq!(store.store().instance(owner).unwrap().importers(), 0);
}

#[test]
fn an_allocator_tells_where_definitions_go() {
    let store = TestStore::new();
    let prepared = store.prepare(
        r#"(module (import "m" "m" (memory 1)) (memory 1) (memory 2) (table 1 funcref) (global i32 (i32.const 1)))"#,
    );
    let (allocator, memories, tables) = InstanceAllocator::new(&prepared.module).unwrap();
    assert_eq!((memories.len(), tables.len()), (2, 1));
    let offsets = &prepared.offsets;
    let distance = offsets.owned_memory(DefinedMemoryIndex::from_u32(1))
        - offsets.owned_memory(DefinedMemoryIndex::from_u32(0));
    assert_eq!(
        memories[1].addr().get() - memories[0].addr().get(),
        distance as usize
    );
    assert!(tables[0].addr() > memories[1].addr());
    drop(allocator);
}

#[test]
fn a_module_too_large_for_a_context_is_an_error() {
    let mut module = Module::synthetic_global(GlobalType {
        content: ValType::I32,
        mutable: false,
    });
    module.num_func_refs = u32::MAX / 8;
    let error = InstanceAllocator::new(&module).unwrap_err();
    assert_eq!(error, AllocateError::TooLarge);
}
