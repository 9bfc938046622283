//! The limiter of a store: when it is asked, and what its answers do.

use std::any::Any;

use selvedge_vm::bulk::{self, Stop};
use selvedge_vm::exec::Pending;
use selvedge_vm::instance::{InstanceId, InstantiateError};
use selvedge_vm::memory::MemoryError;
use selvedge_vm::store::{BoxedError, Population, StoreHooks};
use selvedge_vm::trap::TrapCode;

use super::support::TestStore;
use super::{MEMORY0, TABLE0, trap};

/// A limiter with an answer for everything.
#[derive(Default)]
struct Limiter {
    memory: Option<fn(usize) -> Result<bool, BoxedError>>,
    table: Option<fn(usize) -> Result<bool, BoxedError>>,
    instances: Option<usize>,
    asked: Vec<(&'static str, usize, usize, Option<usize>)>,
    failed: Vec<String>,
}

impl StoreHooks for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.asked.push(("memory", current, desired, maximum));
        self.memory.map_or(Ok(true), |answer| answer(desired))
    }

    fn memory_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.failed.push(error.to_string());
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, BoxedError> {
        self.asked.push(("table", current, desired, maximum));
        self.table.map_or(Ok(true), |answer| answer(desired))
    }

    fn table_grow_failed(&mut self, error: BoxedError) -> Result<(), BoxedError> {
        self.failed.push(error.to_string());
        Err(error)
    }

    fn instances(&self) -> usize {
        self.instances.unwrap_or(usize::MAX)
    }
}

/// Instantiates `wat` without imports under `limiter`, and checks that a failure leaves nothing.
fn limited(wat: &str, limiter: &mut Limiter) -> Result<InstanceId, InstantiateError> {
    // The hooks are borrowed as `'static`: the store forgets them before this function ends.
    let hooks: *mut Limiter = limiter;
    let store = TestStore::new();
    // SAFETY: `limiter` is borrowed exclusively by this function.
    store.set_hooks(unsafe { &mut *hooks });
    let result = store.try_instantiate(&store.prepare(wat), &[]);
    store.clear_hooks();
    if result.is_err() {
        assert_eq!(store.store().population(), Population::default());
    }
    result
}

#[test]
fn the_limiter_is_asked_before_anything_is_made() {
    let mut limiter = Limiter::default();
    limited(
        "(module (memory 2 3) (table 4 5 funcref) (table 6 externref))",
        &mut limiter,
    )
    .unwrap();
    let page = 1 << 16;
    assert_eq!(
        limiter.asked,
        [
            ("memory", 0, 2 * page, Some(3 * page)),
            ("table", 0, 4, Some(5)),
            ("table", 0, 6, None),
        ]
    );
}

#[test]
fn what_the_limiter_refuses_is_an_error() {
    let mut limiter = Limiter {
        memory: Some(|desired| Ok(desired < 2 << 16)),
        table: Some(|desired| Ok(desired < 10)),
        instances: Some(0),
        ..Limiter::default()
    };
    let error = |wat, limiter: &mut Limiter| limited(wat, limiter).unwrap_err().to_string();
    assert_eq!(
        error("(module)", &mut limiter),
        "resource limit exceeded: instance count too high at 0"
    );
    limiter.instances = Some(1);
    assert_eq!(
        error("(module (memory 1) (memory 2))", &mut limiter),
        "memory minimum size of 2 pages exceeds memory limits"
    );
    assert_eq!(
        error(
            "(module (memory 1) (table 9 funcref) (table 10 funcref))",
            &mut limiter
        ),
        "table minimum size of 10 elements exceeds table limits"
    );
    assert!(limited("(module (memory 1) (table 9 funcref))", &mut limiter).is_ok());
}

#[test]
fn errors_and_panics_of_the_limiter_come_through() {
    let mut limiter = Limiter {
        memory: Some(|_| Err("no more memory".into())),
        table: Some(|_| panic!("in the limiter")),
        ..Limiter::default()
    };
    let stopped = |result| match result {
        Err(InstantiateError::Stopped(Stop::Pending(pending))) => pending,
        other => panic!("expected to be stopped, got {other:?}"),
    };
    let Pending::Error(error) = stopped(limited("(module (memory 1))", &mut limiter)) else {
        panic!("expected an error");
    };
    assert_eq!(error.to_string(), "no more memory");
    let Pending::Panic(payload) = stopped(limited("(module (table 1 funcref))", &mut limiter))
    else {
        panic!("expected a panic");
    };
    let payload: &dyn Any = &*payload;
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"in the limiter"));
    limiter.memory = Some(|_| Err(TrapCode::GrowthOperationLimited.into()));
    let code = trap(limited("(module (memory 1))", &mut limiter));
    assert_eq!(code, TrapCode::GrowthOperationLimited);
}

#[test]
fn growth_asks_the_limiter_and_reports_failure() {
    let mut limiter = Limiter::default();
    let hooks: *mut Limiter = &raw mut limiter;
    let store = TestStore::new();
    let id = store.instantiate("(module (memory 1 2) (table 1 2 externref))", &[]);
    // SAFETY: the limiter is used through `hooks` alone until the hooks are cleared.
    let limiter = unsafe {
        store.set_hooks(&mut *hooks);
        &mut *hooks
    };
    let vmctx = store.vmctx(id);
    // SAFETY: a live instance with a memory and a table; nothing of the store is borrowed.
    let (memory, table) = unsafe {
        (
            bulk::memory_grow(vmctx, MEMORY0, 2),
            bulk::table_grow(vmctx, TABLE0, 0, 2),
        )
    };
    assert_eq!(memory.ok(), Some(u64::MAX));
    // This limiter turns a failure to grow a table into an error.
    assert!(matches!(table, Err(Stop::Pending(Pending::Error(_)))));
    assert_eq!(
        limiter.failed,
        [
            "memory size of 196608 bytes exceeds its maximum of 131072 bytes",
            "table of 3 elements exceeds its limit of 2",
        ]
    );
    limiter.memory = Some(|_| Ok(false));
    limiter.table = Some(|_| Ok(false));
    // SAFETY: as above.
    unsafe {
        assert_eq!(bulk::memory_grow(vmctx, MEMORY0, 1).ok(), Some(u64::MAX));
        assert_eq!(bulk::table_grow(vmctx, TABLE0, 0, 1).ok(), Some(u64::MAX));
        assert_eq!(bulk::memory_grow(vmctx, MEMORY0, 0).ok(), Some(1));
        assert_eq!(bulk::table_grow(vmctx, TABLE0, 0, 0).ok(), Some(1));
    }
    assert_eq!(limiter.failed.len(), 2);
    store.clear_hooks();
}

#[test]
fn impossible_sizes_are_errors() {
    let mut limiter = Limiter::default();
    let memory = limited("(module (memory i64 0x1000000000000))", &mut limiter);
    assert!(matches!(
        memory,
        Err(InstantiateError::Memory(
            MemoryError::MinimumTooLarge { .. }
        ))
    ));
    let table = limited("(module (memory 1) (table 10000001 funcref))", &mut limiter);
    let message = table.unwrap_err().to_string();
    assert_eq!(
        message,
        "table of 10000001 elements exceeds its limit of 10000000"
    );
}
