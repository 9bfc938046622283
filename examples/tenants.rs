//! A server of many tenants: each has a guest that answers requests, within a time and an amount of memory.
//!
//! Time is bounded by epochs, which cost running code nothing: a thread of the host is the clock. Memory is bounded by
//! the store's limiter. Instances come from a pool, and are reset between requests, so that a request never sees what another
//! has left behind. A guest that loops and one that hoards memory fail alone.
//!
//! ```console
//! $ cargo run --example tenants
//! ```

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use selvedge::error::Context;
use selvedge::{
    Config, Engine, Error, Instance, InstancePre, Linker, Module, PoolingAllocationConfig, Result,
    Store, StoreLimits, StoreLimitsBuilder, Trap, TypedFunc, ensure,
};

/// How often the clock ticks, and for how many ticks a request may run.
const TICK: Duration = Duration::from_millis(5);
const TICKS: u64 = 4;
/// What a guest may have of memory.
const MAX_MEMORY_BYTES: usize = 2 << 20;

/// Answers with the square of the request, plus a count of requests that it keeps in its memory: always 1, for it is reset.
const SQUARE: &str = r#"(module
    (memory 1)
    (func (export "handle") (param $request i32) (result i32)
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
        (i32.add (i32.mul (local.get $request) (local.get $request)) (i32.load (i32.const 8)))))"#;

/// Loops for ever on requests above 100.
const LOOPS: &str = r#"(module
    (func (export "handle") (param $request i32) (result i32)
        (loop $again (br_if $again (i32.gt_u (local.get $request) (i32.const 100))))
        (i32.const 7)))"#;

/// Takes as many pages as the request says.
const HOARDS: &str = r#"(module
    (memory 1)
    (func (export "handle") (param $pages i32) (result i32)
        (drop (memory.grow (local.get $pages)))
        (memory.size)))"#;

/// What became of a request.
#[derive(Debug, PartialEq)]
enum Response {
    Answer(u32),
    TookTooLong,
    TookTooMuchMemory,
    Failed(String),
}

/// A tenant's guest that is ready for a request.
struct Warm {
    store: Store<StoreLimits>,
    instance: Instance,
    handle: TypedFunc<u32, u32>,
}

/// A server that has one instance of each tenant at most; a real one has such a table for each of its threads.
struct Server {
    engine: Engine,
    tenants: BTreeMap<&'static str, InstancePre<StoreLimits>>,
    warm: BTreeMap<&'static str, Warm>,
}

impl Server {
    fn new() -> Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(8)
            .total_memories(8)
            .total_tables(8)
            .total_stacks(8)
            .max_memory_size(MAX_MEMORY_BYTES);
        let mut config = Config::new();
        config.epoch_interruption(true).allocation_strategy(pool);
        Ok(Self {
            engine: Engine::new(&config)?,
            tenants: BTreeMap::new(),
            warm: BTreeMap::new(),
        })
    }

    /// Compiles and links a tenant's module, once for all its requests.
    fn add(&mut self, name: &'static str, wasm: &str) -> Result<()> {
        let module = Module::new(&self.engine, wasm)?;
        let pre = Linker::new(&self.engine).instantiate_pre(&module)?;
        self.tenants.insert(name, pre);
        Ok(())
    }

    /// An instance of the tenant: the one of the last request, else a new one.
    fn warm(&mut self, tenant: &'static str) -> Result<Warm> {
        if let Some(warm) = self.warm.remove(tenant) {
            return Ok(warm);
        }
        let limits = StoreLimitsBuilder::new()
            .memory_size(MAX_MEMORY_BYTES)
            .trap_on_grow_failure(true)
            .build();
        let mut store = Store::new(&self.engine, limits);
        store.limiter(|limits| limits);
        store.set_epoch_deadline(TICKS);
        let pre = self.tenants.get(tenant).context("no such tenant")?;
        let instance = pre.instantiate(&mut store)?;
        let handle = instance.get_typed_func(&mut store, "handle")?;
        Ok(Warm {
            store,
            instance,
            handle,
        })
    }

    fn answer(&mut self, tenant: &'static str, request: u32) -> Result<Response> {
        let mut warm = self.warm(tenant)?;
        warm.store.set_epoch_deadline(TICKS);
        let response = match warm.handle.call(&mut warm.store, request) {
            Ok(answer) => Response::Answer(answer),
            Err(error) => Response::of(&error),
        };
        // Whatever the guest has done, it is as new for the next request, in as much time as it had for this one: a
        // start function runs here. An instance that cannot be reset is dropped, and another takes its place.
        warm.store.set_epoch_deadline(TICKS);
        if warm.instance.reset(&mut warm.store).is_ok() {
            self.warm.insert(tenant, warm);
        }
        Ok(response)
    }
}

impl Response {
    fn of(error: &Error) -> Self {
        match error.as_trap_code() {
            Some(Trap::Interrupt) => Self::TookTooLong,
            Some(Trap::GrowthOperationLimited) => Self::TookTooMuchMemory,
            _ => Self::Failed(format!("{error:#}")),
        }
    }
}

fn main() -> Result<()> {
    let mut server = Server::new()?;
    server.add("square", SQUARE)?;
    server.add("loops", LOOPS)?;
    server.add("hoards", HOARDS)?;

    let (engine, done) = (server.engine.clone(), AtomicBool::new(false));
    thread::scope(|scope| {
        // The clock: the one place where time passes, for all stores of the engine.
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                thread::sleep(TICK);
                engine.increment_epoch();
            }
        });
        let result = serve(&mut server);
        done.store(true, Ordering::Relaxed);
        result
    })?;

    // Three tenants are warm, each in its slot of the pool.
    if let Some(pool) = server.engine.pooling_allocator_metrics() {
        println!("{} instances of the pool in use", pool.core_instances());
        assert_eq!(pool.core_instances(), 3);
    }
    Ok(())
}

fn serve(server: &mut Server) -> Result<()> {
    for (tenant, request, expected) in [
        ("square", 12, Response::Answer(145)),
        ("loops", 5, Response::Answer(7)),
        ("loops", 500, Response::TookTooLong),
        ("hoards", 3, Response::Answer(4)),
        ("hoards", 500, Response::TookTooMuchMemory),
        // A tenant that has failed is served again, and has what it had at first.
        ("loops", 6, Response::Answer(7)),
        ("hoards", 1, Response::Answer(2)),
        ("square", 13, Response::Answer(170)),
    ] {
        let began = Instant::now();
        let response = server.answer(tenant, request)?;
        println!("{tenant}({request}): {response:?} in {:?}", began.elapsed());
        // An error, not a panic: the clock is to stop.
        ensure!(response == expected, "expected {expected:?}");
    }
    Ok(())
}
