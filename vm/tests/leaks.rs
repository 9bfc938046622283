//! Constant memory: whatever a store goes through, the allocator has everything back.
//!
//! Bytes are counted per thread, so the tests do not disturb each other.

#![expect(unsafe_code, reason = "counts what the global allocator hands out")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use selvedge_vm::bulk;
use selvedge_vm::index::*;
use selvedge_vm::instance::InstanceAllocator;
use selvedge_vm::store::{BoxedError, StoreHooks};
use support::TestStore;

/// The system's allocator, with a count of live bytes.
struct Counting;

thread_local! {
    static LIVE_BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    LIVE_BYTES.with(|live| live.set(live.get() + bytes));
}

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn live_bytes() -> isize {
    LIVE_BYTES.get()
}

/// How many more bytes are live after `cycles` calls of `cycle`, the first few apart (in which
/// lists find their size).
fn growth(cycles: usize, mut cycle: impl FnMut()) -> isize {
    for _ in 0..10 {
        cycle();
    }
    let before = live_bytes();
    for _ in 0..cycles {
        cycle();
    }
    live_bytes() - before
}

/// Allows so many requests.
struct Allow(usize);

impl Allow {
    fn next(&mut self) -> bool {
        self.0 = self.0.wrapping_sub(1);
        self.0 != usize::MAX
    }
}

impl StoreHooks for Allow {
    fn memory_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool, BoxedError> {
        Ok(self.next())
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool, BoxedError> {
        Ok(self.next())
    }
}

const MODULE: &str = r#"(module
    (import "m" "t" (table $t 2 funcref)) (import "m" "f" (func $i))
    (memory 1) (memory 1) (table 4 funcref) (table 4 externref)
    (global (mut funcref) (ref.func $f)) (func $f) (func (export "f"))
    (elem (table 1) (i32.const 0) func $f $i) (data (i32.const 0) "data"))"#;

#[test]
fn instances_come_and_go() {
    let store = TestStore::new();
    let owner = store.instantiate(r#"(module (table (export "t") 2 funcref))"#, &[]);
    let imports = [store.export(owner, "t"), store.host_func()];
    let module = store.prepare(MODULE);
    let cycle = || {
        let id = store.try_instantiate(&module, &imports).unwrap();
        store.handle(store.func_ref(id, "f"));
        store.remove(id).unwrap();
    };
    assert_eq!(growth(100_000, cycle), 0);
}

#[test]
fn an_allocator_frees_a_block_that_nobody_took() {
    let store = TestStore::new();
    let module = store.prepare(MODULE).module;
    let cycle = || {
        let before = live_bytes();
        let allocator = InstanceAllocator::new(&module).unwrap();
        assert!(live_bytes() > before);
        drop(allocator);
    };
    assert_eq!(growth(100, cycle), 0);
}

#[test]
fn failed_instantiations_leave_nothing() {
    let store = TestStore::new();
    let owner = store.instantiate(r#"(module (table (export "t") 2 funcref))"#, &[]);
    let imports = [store.export(owner, "t"), store.host_func()];
    let module = store.prepare(MODULE);
    for allowed in 0..4 {
        let cycle = || {
            let mut hooks = Allow(allowed);
            let hooks: *mut Allow = &raw mut hooks;
            // SAFETY: the hooks are cleared before they end.
            store.set_hooks(unsafe { &mut *hooks });
            assert!(store.try_instantiate(&module, &imports).is_err());
            store.clear_hooks();
        };
        assert_eq!(growth(100, cycle), 0, "after {allowed} requests");
    }
    // Out of bounds when everything exists, once without and once with an escaped function.
    let data = MODULE.replace("(i32.const 0) \"data\"", "(i32.const 65535) \"data\"");
    let data = store.prepare(&data);
    assert_eq!(
        growth(100, || drop(
            store.try_instantiate(&data, &imports).unwrap_err()
        )),
        0
    );
    let elem = MODULE.replace("(elem", "(elem (table 0) (i32.const 0) func $f) (elem");
    let elem = elem.replace("(i32.const 0) \"data\"", "(i32.const 65535) \"data\"");
    let elem = store.prepare(&elem);
    let cycle = || {
        drop(store.try_instantiate(&elem, &imports).unwrap_err());
        // Each failure replaces the function of the one before, which can go.
        store.gc(&[]);
        assert_eq!(store.store().population().instances, 2);
    };
    assert_eq!(growth(100, cycle), 0);
    let sizes = store.prepare("(module (memory 1) (table 1 funcref) (table 10000001 funcref))");
    assert_eq!(
        growth(100, || drop(
            store.try_instantiate(&sizes, &[]).unwrap_err()
        )),
        0
    );
}

#[test]
fn host_values_come_and_go() {
    let store = TestStore::new();
    let id = store.instantiate("(module (table 16 externref))", &[]);
    let vmctx = store.vmctx(id);
    let mut n = 0;
    let cycle = || {
        n += 1;
        let handle = store.store_mut().alloc_externref(Box::new(n)).unwrap();
        // SAFETY: a live instance; nothing of the store is borrowed.
        unsafe { bulk::table_set(vmctx, TableIndex::from_u32(0), n % 16, handle).unwrap() };
        if store.store().should_collect() {
            store.gc(&[]);
            assert_eq!(store.store().externref_count(), 16);
        }
    };
    // Between two collections there may be up to as many values as make one worth while.
    assert!(growth(1_000_000, cycle) < 100_000);
}

#[test]
fn a_store_takes_everything_with_it() {
    let cycle = || {
        let store = TestStore::new();
        let owner = store.instantiate(r#"(module (table (export "t") 2 funcref))"#, &[]);
        let imports = [store.export(owner, "t"), store.host_func()];
        let id = store.instantiate(MODULE, &imports);
        store.store_mut().alloc_externref(Box::new(1)).unwrap();
        store.store_mut().abandon_instance(id);
    };
    assert_eq!(growth(20, cycle), 0);
}
