//! Limits: of resource limiters, of settings and of the implementation.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};

use selvedge::{
    Config, EnforcedLimits, Engine, Error, ErrorKind, Instance, Linker, Memory, MemoryType, Module,
    Ref, RefType, ResourceLimiter, Result, Store, StoreLimits, StoreLimitsBuilder, Table,
    TableType, Trap,
};

use support::{on_every_engine, on_every_strategy};

fn limited(engine: &Engine, limits: StoreLimits) -> Store<StoreLimits> {
    let mut store = Store::new(engine, limits);
    store.limiter(|limits| limits);
    store
}

fn instantiate<T>(store: &mut Store<T>, wat: &str) -> Result<Instance> {
    let module = Module::new(store.engine(), wat)?;
    Linker::new(store.engine()).instantiate(store, &module)
}

const GROW: &str = r#"
    (module
        (memory (export "memory") 1)
        (table (export "table") 1 funcref)
        (func (export "memory.grow") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "table.grow") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))
"#;

#[test]
fn growth_beyond_the_limits_fails_for_guest_and_host() {
    on_every_engine(|engine| {
        let limits = StoreLimitsBuilder::new()
            .memory_size(3 << 16)
            .table_elements(10);
        let mut store = limited(&engine, limits.build());
        let instance = instantiate(&mut store, GROW).unwrap();
        for (name, most) in [("memory.grow", 2), ("table.grow", 9)] {
            let grow = instance
                .get_typed_func::<i32, i32>(&mut store, name)
                .unwrap();
            assert_eq!(grow.call(&mut store, most + 1).unwrap(), -1);
            assert_eq!(grow.call(&mut store, most).unwrap(), 1);
            assert_eq!(grow.call(&mut store, 1).unwrap(), -1);
            assert_eq!(grow.call(&mut store, 0).unwrap(), most + 1);
        }
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        assert_eq!(
            memory.grow(&mut store, 1).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(memory.size(&store), 3);
        let table = instance.get_table(&mut store, "table").unwrap();
        let error = table.grow(&mut store, 1, Ref::Func(None)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(table.size(&store), 10);
        // Neither may be made too large.
        assert!(Memory::new(&mut store, MemoryType::new(4, None)).is_err());
        let ty = TableType::new(RefType::FUNCREF, 11, None);
        assert!(Table::new(&mut store, ty, Ref::Func(None)).is_err());
        let error = instantiate(&mut store, "(module (memory 4))").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(error.to_string().contains("4 pages"), "{error}");
        let error = instantiate(&mut store, "(module (table 11 funcref))").unwrap_err();
        assert!(error.to_string().contains("11 elements"), "{error}");
    });
}

#[test]
fn growth_beyond_the_limits_can_trap() {
    on_every_engine(|engine| {
        let limits = StoreLimitsBuilder::new()
            .memory_size(1 << 16)
            .trap_on_grow_failure(true);
        let mut store = limited(&engine, limits.build());
        let instance = instantiate(&mut store, GROW).unwrap();
        let grow = instance
            .get_typed_func::<i32, i32>(&mut store, "memory.grow")
            .unwrap();
        let error = grow.call(&mut store, 1).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::GrowthOperationLimited));
        assert!(
            error.to_string().contains("from 65536 to 131072 bytes"),
            "{error}"
        );
        assert_eq!(error.backtrace().unwrap().frames().len(), 1);
    });
}

#[test]
fn instances_memories_and_tables_are_counted() {
    on_every_engine(|engine| {
        let limits = StoreLimitsBuilder::new().instances(2).memories(3).tables(2);
        let mut store = limited(&engine, limits.build());
        let both = "(module (memory 1) (table 1 funcref))";
        let first = instantiate(&mut store, both).unwrap();
        instantiate(&mut store, both).unwrap();
        let error = instantiate(&mut store, "(module)").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(
            error.to_string().contains("instance count too high at 2"),
            "{error}"
        );
        Memory::new(&mut store, MemoryType::new(0, None)).unwrap();
        let error = Memory::new(&mut store, MemoryType::new(0, None)).unwrap_err();
        assert!(
            error.to_string().contains("memory count too high at 3"),
            "{error}"
        );
        let ty = TableType::new(RefType::EXTERNREF, 0, None);
        let error = Table::new(&mut store, ty, Ref::Extern(None)).unwrap_err();
        assert!(
            error.to_string().contains("table count too high at 2"),
            "{error}"
        );
        // What is removed counts no more.
        first.remove(&mut store).unwrap();
        instantiate(&mut store, both).unwrap();
    });
}

/// Fails on purpose, in a different way each time.
#[derive(Default)]
struct Faulty {
    asked: usize,
    failed: Vec<String>,
}

impl ResourceLimiter for Faulty {
    fn memory_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool> {
        self.asked += 1;
        match self.asked {
            1 | 4.. => Ok(true),
            2 => Err(Error::msg("not today")),
            _ => panic!("limiter panic"),
        }
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        self.failed.push(error.to_string());
        Ok(())
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool> {
        Ok(true)
    }
}

#[test]
fn errors_and_panics_of_a_limiter_reach_the_embedder() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, Faulty::default());
        store.limiter(|limiter| limiter);
        let wat = r#"
        (module (memory 1 2)
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
    "#;
        let instance = instantiate(&mut store, wat).unwrap();
        let grow = instance
            .get_typed_func::<i32, i32>(&mut store, "grow")
            .unwrap();
        let error = grow.call(&mut store, 1).unwrap_err();
        assert_eq!(error.to_string(), "not today");
        let payload = catch_unwind(AssertUnwindSafe(|| grow.call(&mut store, 1))).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"limiter panic"));
        // The limiter allows what the memory's type does not.
        assert_eq!(grow.call(&mut store, 7).unwrap(), -1);
        assert_eq!(store.data().failed.len(), 1);
        assert_eq!(grow.call(&mut store, 1).unwrap(), 1);
        // A panic while instantiating leaves the store usable.
        store.data_mut().asked = 2;
        let wat = "(module (memory 1))";
        assert!(catch_unwind(AssertUnwindSafe(|| instantiate(&mut store, wat))).is_err());
        instantiate(&mut store, wat).unwrap();
    });
}

#[test]
fn enormous_memories_and_tables_are_errors() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        for wat in [
            "(module (memory i64 0x1000000000000))",
            "(module (memory i64 0x10000000000))",
            "(module (table 0xffffffff funcref))",
            "(module (table i64 0xffffffffffffffff funcref))",
        ] {
            let error = instantiate(&mut store, wat).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit, "{wat}: {error}");
        }
    });
}

#[test]
fn modules_beyond_the_enforced_limits_are_refused() {
    let refused = |change: fn(&mut EnforcedLimits), wat: &str| {
        let mut limits = EnforcedLimits::default();
        change(&mut limits);
        let mut config = Config::new();
        config.enforced_limits(limits);
        let engine = Engine::new(&config).unwrap();
        assert!(Module::new(&Engine::default(), wat).is_ok());
        let error = Module::new(&engine, wat).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        error.to_string()
    };
    let error = refused(|limits| limits.functions = 1, "(module (func) (func))");
    assert!(error.contains("`functions` of 1"), "{error}");
    let error = refused(
        |limits| limits.locals = 2,
        "(module (func (local i32 i32 i32)))",
    );
    assert!(error.contains("`locals` of 2"), "{error}");
    let error = refused(|limits| limits.memory_pages = 2, "(module (memory 3))");
    assert!(error.contains("`memory_pages` of 2"), "{error}");
}

#[test]
fn the_guest_stack_has_the_configured_size() {
    on_every_strategy(|config| {
        let wat = r#"
        (module
            (global $depth (export "depth") (mut i32) (i32.const 0))
            (func $down (export "down")
                (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
                (call $down)))
    "#;
        let depth = |bytes: usize| {
            let engine = Engine::new(config.clone().max_wasm_stack(bytes)).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = instantiate(&mut store, wat).unwrap();
            let down = instance
                .get_typed_func::<(), ()>(&mut store, "down")
                .unwrap();
            let error = down.call(&mut store, ()).unwrap_err();
            assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
            let depth = instance.get_global(&mut store, "depth").unwrap();
            depth.get(&mut store).unwrap_i32()
        };
        let (small, large) = (depth(1 << 16), depth(1 << 20));
        assert!(small > 1000, "{small}");
        assert!(
            (15 * small..=17 * small).contains(&large),
            "{small}, {large}"
        );
        assert!(Engine::new(config.clone().max_wasm_stack(1)).is_err());
    });
}
