//! References of a store: handles, collection, and removing instances.

#![expect(unsafe_code, reason = "calls the operators as running code does")]

mod support;

use std::sync::Arc;

use selvedge_vm::bulk;
use selvedge_vm::exec::Activation;
use selvedge_vm::index::*;
use selvedge_vm::instance::Extern;
use selvedge_vm::stack::ValueStack;
use selvedge_vm::store::{RemoveInstanceError, VMStore};
use selvedge_vm::types::ValType;
use support::TestStore;

const T0: TableIndex = TableIndex::from_u32(0);

/// A host value that can be counted.
fn value(store: &TestStore, token: &Arc<()>) -> u64 {
    let handle = store.store_mut().alloc_externref(Box::new(token.clone()));
    handle.expect("room for a value")
}

#[test]
fn host_values_live_while_something_holds_them() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (table 3 externref) (global (export "g") (mut externref) (ref.null extern)))"#,
        &[],
    );
    store
        .exec
        .set_stack(ValueStack::new(1 << 16).expect("a small stack"));
    let token = Arc::new(());
    let [in_table, in_global, on_stack, rooted, free, past_end] =
        [(); 6].map(|()| value(&store, &token));
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe { bulk::table_set(store.vmctx(id), T0, 2, in_table).unwrap() };
    store.set_global(id, "g", in_global);
    let sp = store.exec.sp.get();
    // SAFETY: the first slots of the stack, of which two are in use.
    unsafe {
        sp.add(1).write(on_stack);
        sp.add(2).write(past_end);
        store.exec.sp.set(sp.add(2));
    }
    assert_eq!(store.gc(&[rooted, rooted, 0]), 2);
    assert_eq!(
        (store.store().externref_count(), Arc::strong_count(&token)),
        (4, 5)
    );
    for handle in [in_table, in_global, on_stack, rooted] {
        let found = store.store().externref(handle).expect("it is held");
        assert!(found.is::<Arc<()>>());
    }
    assert!(store.store().externref(free).is_none());
    assert!(store.store().externref(0).is_none());
    // A new value in a freed place has another handle.
    let new = value(&store, &token);
    assert!(new != free && new != past_end);
    assert!(store.store().externref(free).is_none());
    store.exec.sp.set(sp);
    store.set_global(id, "g", 0);
    assert_eq!(store.gc(&[]), 4);
    assert!(store.store().externref(in_table).is_some());
    store.remove(id).unwrap();
    assert_eq!(store.gc(&[]), 1);
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn a_collection_is_suggested_when_values_have_doubled() {
    let store = TestStore::new();
    let token = Arc::new(());
    let mut kept = Vec::new();
    while !store.store().should_collect() {
        kept.push(value(&store, &token));
    }
    assert_eq!(store.store().externrefs_since_gc(), kept.len());
    store.gc(&kept);
    let live = kept.len();
    for _ in 0..live - 1 {
        value(&store, &token);
    }
    assert!(!store.store().should_collect());
    value(&store, &token);
    assert!(store.store().should_collect());
    assert_eq!(store.gc(&kept), live);
}

#[test]
fn a_function_has_one_handle() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (func $f) (export "f" (func $f)) (export "g" (func $f)))"#,
        &[],
    );
    let (f, g) = (store.func_ref(id, "f"), store.func_ref(id, "g"));
    assert_eq!(f, g);
    let handle = store.handle(f);
    assert_eq!(
        (store.handle(g), store.store().funcref_count()),
        (handle, 1)
    );
    assert_eq!(store.func_of(handle), Some(f));
    assert_eq!(store.handle(std::ptr::null()), 0);
    assert_eq!(store.func_of(0), Some(std::ptr::null()));
    // Words that are no handles find nothing.
    for word in [1, u64::MAX, handle + 1, handle ^ (1 << 40)] {
        assert_eq!(store.func_of(word), None);
    }
}

#[test]
fn host_functions_have_references_like_others() {
    let store = TestStore::new();
    let host = store.host_func_of(&[ValType::I32], &[ValType::I64]);
    let Extern::Func { func_ref } = host else {
        panic!("a function");
    };
    let id = store.instantiate(
        r#"(module (import "h" "f" (func $f (param i32) (result i64)))
            (export "f" (func $f)) (table 1 funcref) (elem (i32.const 0) $f))"#,
        &[host],
    );
    assert_eq!(store.export(id, "f"), host);
    let callee = store
        .store()
        .instance(id)
        .unwrap()
        .callee(FuncIndex::from_u32(0));
    // SAFETY: live functions; nothing of the store is borrowed.
    unsafe {
        assert_eq!(callee.vmctx, (*func_ref).callee.vmctx);
        let handle = bulk::table_get(store.vmctx(id), T0, 0).unwrap();
        assert_eq!(store.func_of(handle), Some(func_ref));
        let ty = store.store().extern_type(&host).unwrap();
        assert_eq!(ty.to_string(), "func [i32] -> [i64]");
    }
    // A function of the host does not keep an instance, nor an instance the function.
    store.remove(id).unwrap();
    assert_eq!(store.store().host_func_count(), 1);
}

#[test]
fn an_instance_is_removed_once_and_not_while_it_runs() {
    let store = TestStore::new();
    let id = store.instantiate("(module (memory 1) (table 1 funcref))", &[]);
    let vmctx = store.vmctx(id);
    // SAFETY: nothing of the store is borrowed.
    let busy = unsafe { VMStore::remove_instance(store.store, id, |context| context == vmctx) };
    assert_eq!(busy, Err(RemoveInstanceError::BeingExecuted));
    assert_eq!(store.remove(id), Ok(()));
    assert_eq!(store.store().population(), Default::default());
    assert_eq!(store.remove(id), Err(RemoveInstanceError::NotFound));
    let again = store.instantiate("(module)", &[]);
    assert_ne!(again, id);
    assert!(store.store().instance(id).is_none());
}

#[test]
fn an_instance_is_not_removed_while_another_imports_from_it() {
    let store = TestStore::new();
    let owner = store.instantiate(
        r#"(module (func (export "f")) (memory (export "m") 1))"#,
        &[],
    );
    let imports = [store.export(owner, "f"), store.export(owner, "m")];
    let importer = store.instantiate(
        r#"(module (import "o" "f" (func)) (import "o" "m" (memory 1)) (export "f" (func 0)))"#,
        &imports,
    );
    // What comes through a second instance keeps the owner, not the one between.
    let second = store.instantiate(
        r#"(module (import "i" "f" (func)))"#,
        &[store.export(importer, "f")],
    );
    assert_eq!(
        store.remove(owner),
        Err(RemoveInstanceError::Imported { importers: 2 })
    );
    store.remove(importer).unwrap();
    assert_eq!(
        store.remove(owner),
        Err(RemoveInstanceError::Imported { importers: 1 })
    );
    store.remove(second).unwrap();
    store.remove(owner).unwrap();
}

#[test]
fn an_instance_is_not_removed_while_a_table_has_its_function() {
    let store = TestStore::new();
    let tables = store.instantiate(
        r#"(module (table (export "t") 2 funcref) (table (export "u") 2 funcref))"#,
        &[],
    );
    let other = store.vmctx(tables);
    let t1 = TableIndex::from_u32(1);
    let wat = r#"(module (import "m" "t" (table 2 funcref)) (table 1 funcref) (func $f) (export "f" (func $f))
        (elem (table 1) (i32.const 0) func $f) (elem $e func $f))"#;
    let make = || store.instantiate(wat, &[store.export(tables, "t")]);
    // Its own table does not count.
    let id = make();
    store.remove(id).unwrap();
    // SAFETY: live instances; nothing of the store is borrowed.
    unsafe {
        // By `table.init` into an imported table.
        let id = make();
        let elem = ElemIndex::from_u32(1);
        bulk::table_init(store.vmctx(id), elem, T0, 0, 0, 1).unwrap();
        assert_eq!(store.remove(id), Err(RemoveInstanceError::Referenced));
        // By `table.copy` from there.
        bulk::table_copy(other, t1, T0, 1, 0, 1).unwrap();
        bulk::table_set(other, T0, 0, 0).unwrap();
        assert_eq!(store.remove(id), Err(RemoveInstanceError::Referenced));
        bulk::table_fill(other, t1, 0, 0, 2).unwrap();
        assert_eq!(store.remove(id), Ok(()));
        // By `table.set`, `table.fill` and `table.grow` with its handle.
        let put: [&dyn Fn(u64); 3] = [
            &|handle| bulk::table_set(other, t1, 1, handle).unwrap(),
            &|handle| bulk::table_fill(other, t1, 0, handle, 2).unwrap(),
            &|handle| assert!(bulk::table_grow(other, t1, handle, 1).is_ok()),
        ];
        for put in put {
            let id = make();
            put(store.handle(store.func_ref(id, "f")));
            assert_eq!(store.remove(id), Err(RemoveInstanceError::Referenced));
            let len = bulk::table_size(other, t1);
            bulk::table_fill(other, t1, 0, 0, len).unwrap();
            assert_eq!(store.remove(id), Ok(()));
        }
    }
}

#[test]
fn a_handle_of_a_removed_function_acts_as_null() {
    let store = TestStore::new();
    let keeper = store.instantiate(
        r#"(module (table 2 funcref) (global (export "g") (mut funcref) (ref.null func))
            (func $own) (export "own" (func $own)))"#,
        &[],
    );
    let id = store.instantiate(r#"(module (func (export "f")))"#, &[]);
    let handle = store.handle(store.func_ref(id, "f"));
    store.set_global(keeper, "g", handle);
    store.remove(id).unwrap();
    assert_eq!(store.func_of(handle), None);
    assert_eq!(store.store().funcref_count(), 0);
    let vmctx = store.vmctx(keeper);
    let own = store.handle(store.func_ref(keeper, "own"));
    assert_ne!(own, handle);
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        bulk::table_fill(vmctx, T0, 0, own, 2).unwrap();
        bulk::table_set(vmctx, T0, 1, handle).unwrap();
        assert_eq!(bulk::table_get(vmctx, T0, 0).ok(), Some(own));
        assert_eq!(bulk::table_get(vmctx, T0, 1).ok(), Some(0));
        assert_eq!(bulk::table_grow(vmctx, T0, handle, 1).ok(), Some(2));
        assert_eq!(bulk::table_get(vmctx, T0, 2).ok(), Some(0));
    }
}

#[test]
fn an_abandoned_instance_stays_until_it_is_unreachable() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (memory (export "m") 1) (func (export "f")))"#,
        &[],
    );
    let importer = store.instantiate(
        r#"(module (import "o" "m" (memory 1)))"#,
        &[store.export(id, "m")],
    );
    let handle = store.handle(store.func_ref(id, "f"));
    store.store_mut().abandon_instance(id);
    store.store_mut().abandon_instance(id);
    store.gc(&[]);
    assert!(store.store().instance(id).is_some(), "it is imported");
    store.store_mut().abandon_instance(importer);
    store.gc(&[handle]);
    assert!(store.store().instance(importer).is_none());
    assert!(store.store().instance(id).is_some(), "its function is held");
    // While guest code is active nothing is known to be unreachable.
    let activation = Activation {
        previous: std::ptr::null(),
        previous_exit: selvedge_vm::exec::LastExit::NONE,
        base: std::ptr::null_mut(),
        native_sp: std::ptr::null_mut(),
    };
    store.exec.activation.set(&raw const activation);
    store.gc(&[]);
    assert!(store.store().instance(id).is_some(), "it may be running");
    store.exec.activation.set(std::ptr::null());
    store.gc(&[]);
    assert!(store.store().instance(id).is_none());
    assert_eq!(store.func_of(handle), None);
}
