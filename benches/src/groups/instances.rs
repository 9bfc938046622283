//! Instances that come and go: a store and an instance each time, of a module that is compiled and linked.
//!
//! - `instances/made`: a store, an instance, and dropping both.
//! - `instances/run`: the same with one call of a function that writes to some pages.
//! - `instances/reset`: that call, and making the instance new: by a reset where there is one, or else by dropping the
//!   store and making another.
//! - `instances/threads`: how many times as many instances two threads make in the same time as one,
//!   beside a loop of nothing.
//!
//! Selvedge and wasmtime take instances from their pools, with 64 KiB of each memory and all of the table kept resident;
//! Wasmer has no pool. Every call checks that its instance is new.

use std::sync::{Barrier, LazyLock};
use std::time::Instant;

use crate::Error;
use crate::case::{Case, Expected, Unit, Wasm, Work};
use crate::clock::{Elapsed, time};
use crate::measure::{Measurement, Samples, Settings};

const MADE: &str = "instances/made";
const RUN: &str = "instances/run";
const RESET: &str = "instances/reset";
const THREADS: &str = "instances/threads";

/// How many elements the large table has, each another function.
const ELEMENTS: usize = 10_000;

/// What every call comes to.
const RESULT: i32 = 42;

/// What a pool keeps of each memory and table.
const MEMORY_RESIDENT: usize = 64 << 10;
const TABLE_RESIDENT: usize = 128 << 10;

static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    binary(
        r#"(module (memory 1) (data (i32.const 1024) "\2a")
            (global $runs (mut i32) (i32.const 0))
            (func (export "run") (result i32)
                (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
                (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (global.get $runs)))
                (i32.store (i32.const 9000) (i32.const 1))
                (i32.store (i32.const 50000) (i32.const 1))
                (i32.add (i32.load8_u (i32.const 1024)) (i32.sub (i32.load (i32.const 8)) (i32.const 1)))))"#,
    )
});

static IMAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let data: String = (0..1 << 20).map(|i| format!("\\{:02x}", i % 251)).collect();
    binary(&format!(
        r#"(module (memory 32) (data (i32.const 65536) "{data}")
            (func (export "run") (result i32) (local $sum i32)
                (local.set $sum (i32.add (i32.load8_u (i32.const 65578)) (i32.load (i32.const 8))))
                (i32.store (i32.const 8) (i32.const 1))
                (i32.store (i32.const 65578) (i32.const 1))
                (i32.store (i32.const 500000) (i32.const 1))
                (i32.store (i32.const 1000000) (i32.const 1))
                (local.get $sum)))"#,
    ))
});

static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let functions: String = (0..ELEMENTS)
        .map(|i| format!("(func (result i32) (i32.const {i}))"))
        .collect();
    let elements: String = (0..ELEMENTS).map(|i| format!(" {i}")).collect();
    binary(&format!(
        r#"(module (type $f (func (result i32))) {functions}
            (table {ELEMENTS} funcref) (elem (i32.const 0) func {elements})
            (global $runs (mut i32) (i32.const 42))
            (func (export "run") (result i32) (local $result i32)
                (local.set $result (call_indirect (type $f) (global.get $runs)))
                (global.set $runs (i32.const 7))
                (local.get $result)))"#,
    ))
});

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("well formed")
}

/// Every kind of work on every module.
pub fn cases() -> Vec<Case> {
    cases_of(500)
}

/// The same, a few times each.
pub fn small_cases() -> Vec<Case> {
    cases_of(3)
}

fn cases_of(n: i32) -> Vec<Case> {
    let modules: [(&str, &'static LazyLock<Vec<u8>>); 3] = [
        ("64 KiB of memory", &SMALL),
        ("1 MiB of data", &IMAGE),
        ("10 000 elements", &TABLE),
    ];
    let mut cases = Vec::new();
    for group in [MADE, RUN, RESET, THREADS] {
        for (name, wasm) in modules {
            cases.push(Case {
                group,
                name: name.into(),
                wasm: Wasm::Made(wasm),
                work: Work::Run("run".into()),
                // Threads need some time for themselves.
                n: if group == THREADS { 10 * n } else { n },
                expected: Expected::Is(RESULT.into()),
                unit: match group {
                    THREADS => Unit::Gain,
                    _ => Unit::MicrosecondsPerStart,
                },
            });
        }
    }
    cases
}

/// Something that makes instances of one module, on any number of threads.
trait Maker: Sync {
    /// Makes an instance and drops it; if `run`, it is called in between.
    fn make(&self, run: bool) -> Result<(), Error>;

    /// Makes an instance once, and calls it and makes it new `n` times.
    fn renew(&self, n: i32) -> Result<(), Error> {
        (0..n).try_for_each(|_| self.make(true))
    }
}

/// Measures a case: every maker in turn, round by round.
///
/// # Errors
///
/// If a runtime fails, or an instance is not new.
pub fn measure(
    case: &Case,
    settings: &Settings<'_>,
    tick: &mut dyn FnMut(),
) -> Result<Measurement, Error> {
    let mut makers = makers(&case.wasm)?;
    if case.group == THREADS {
        makers.retain(|(name, _)| *name != "on demand");
        makers.insert(0, ("empty loop", Box::new(EmptyLoop)));
    }
    let mut samples: Vec<_> = makers.iter().map(|(name, _)| Samples::new(name)).collect();
    for round in 0..=settings.rounds as usize {
        for turn in 0..makers.len() {
            tick();
            let at = (round + turn) % makers.len();
            let (name, maker) = &makers[at];
            let taken = take(case, &**maker);
            let taken = taken.map_err(|error| -> Error {
                format!("{}/{} on {name}: {error}", case.group, case.name).into()
            })?;
            if round > 0 {
                samples[at].push(taken);
            }
        }
    }
    Ok(Measurement::new(case, None, samples))
}

/// Measures a maker once.
fn take(case: &Case, maker: &dyn Maker) -> Result<Elapsed, Error> {
    let n = case.n;
    let (result, elapsed) = time(|| match case.group {
        MADE => (0..n).try_for_each(|_| maker.make(false)),
        RUN => (0..n).try_for_each(|_| maker.make(true)),
        RESET => maker.renew(n),
        _ => Ok(()),
    });
    result?;
    if case.group != THREADS {
        return Ok(elapsed.divided(n));
    }
    let alone = rate(maker, n, 1)?;
    let gain = rate(maker, n, 2)? / alone;
    Ok(Elapsed {
        cpu_ns: gain,
        wall_ns: gain,
    })
}

/// How many instances so many threads make in a second, `n` each.
fn rate(maker: &dyn Maker, n: i32, threads: usize) -> Result<f64, Error> {
    let barrier = Barrier::new(threads);
    let work = || {
        maker.make(true).map_err(|error| error.to_string())?; // what the thread needs for ever
        barrier.wait();
        let start = Instant::now();
        (0..n)
            .try_for_each(|_| maker.make(true))
            .map_err(|error| error.to_string())?;
        Ok::<_, String>((start, Instant::now()))
    };
    let spans = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let spans = threads.into_iter().map(|t| t.join().expect("no panic"));
        spans.collect::<Result<Vec<_>, _>>()
    })?;
    let start = spans.iter().map(|span| span.0).min();
    let end = spans.iter().map(|span| span.1).max();
    let seconds = match (start, end) {
        (Some(start), Some(end)) => (end - start).as_secs_f64(),
        _ => return Err("no threads".into()),
    };
    Ok(f64::from(n) * threads as f64 / seconds)
}

type Named = (&'static str, Box<dyn Maker>);

/// The makers of this build, by name.
fn makers(wasm: &[u8]) -> Result<Vec<Named>, Error> {
    Ok(vec![
        ("selvedge", Box::new(Selvedge::new(wasm, true)?)),
        ("on demand", Box::new(Selvedge::new(wasm, false)?)),
        #[cfg(feature = "wasmtime")]
        ("wasmtime", Box::new(Wasmtime::new(wasm, false)?)),
        #[cfg(feature = "wasmtime")]
        ("wasmtime, pagemap", Box::new(Wasmtime::new(wasm, true)?)),
        #[cfg(feature = "wasmer")]
        ("wasmer", Box::new(Wasmer::new(wasm)?)),
    ])
}

fn check(result: i32) -> Result<(), Error> {
    match result {
        RESULT => Ok(()),
        other => Err(format!("the instance is not new: {other}").into()),
    }
}

/// As long as an instance takes, of nothing.
struct EmptyLoop;

impl Maker for EmptyLoop {
    fn make(&self, _: bool) -> Result<(), Error> {
        (0..2000).for_each(|i| {
            std::hint::black_box(i);
        });
        Ok(())
    }
}

struct Selvedge {
    engine: selvedge::Engine,
    prepared: selvedge::InstancePre<()>,
}

impl Selvedge {
    fn new(wasm: &[u8], pooled: bool) -> Result<Self, Error> {
        let mut config = selvedge::Config::new();
        if pooled {
            let mut pool = selvedge::PoolingAllocationConfig::new();
            pool.linear_memory_keep_resident(MEMORY_RESIDENT)
                .table_keep_resident(TABLE_RESIDENT);
            config.allocation_strategy(pool);
        }
        let engine = selvedge::Engine::new(&config)?;
        let module = selvedge::Module::from_binary(&engine, wasm)?;
        let prepared = selvedge::Linker::new(&engine).instantiate_pre(&module)?;
        Ok(Self { engine, prepared })
    }
}

impl Maker for Selvedge {
    fn make(&self, run: bool) -> Result<(), Error> {
        let mut store = selvedge::Store::new(&self.engine, ());
        let instance = self.prepared.instantiate(&mut store)?;
        if run {
            let run = instance.get_typed_func::<(), i32>(&mut store, "run")?;
            check(run.call(&mut store, ())?)?;
        }
        Ok(())
    }

    fn renew(&self, n: i32) -> Result<(), Error> {
        let mut store = selvedge::Store::new(&self.engine, ());
        let instance = self.prepared.instantiate(&mut store)?;
        let run = instance.get_typed_func::<(), i32>(&mut store, "run")?;
        for _ in 0..n {
            check(run.call(&mut store, ())?)?;
            instance.reset(&mut store)?;
        }
        Ok(())
    }
}

#[cfg(feature = "wasmtime")]
struct Wasmtime {
    engine: wasmtime::Engine,
    prepared: wasmtime::InstancePre<()>,
}

#[cfg(feature = "wasmtime")]
impl Wasmtime {
    fn new(wasm: &[u8], pagemap: bool) -> Result<Self, Error> {
        let mut pool = wasmtime::PoolingAllocationConfig::default();
        pool.linear_memory_keep_resident(MEMORY_RESIDENT)
            .table_keep_resident(TABLE_RESIDENT)
            .pagemap_scan(match pagemap {
                true => wasmtime::Enabled::Yes,
                false => wasmtime::Enabled::No,
            });
        let mut config = wasmtime::Config::new();
        config.allocation_strategy(pool);
        let engine = wasmtime::Engine::new(&config)?;
        let module = wasmtime::Module::from_binary(&engine, wasm)?;
        let prepared = wasmtime::Linker::new(&engine).instantiate_pre(&module)?;
        Ok(Self { engine, prepared })
    }
}

#[cfg(feature = "wasmtime")]
impl Maker for Wasmtime {
    fn make(&self, run: bool) -> Result<(), Error> {
        let mut store = wasmtime::Store::new(&self.engine, ());
        let instance = self.prepared.instantiate(&mut store)?;
        if run {
            let run = instance.get_typed_func::<(), i32>(&mut store, "run")?;
            check(run.call(&mut store, ())?)?;
        }
        Ok(())
    }
}

#[cfg(feature = "wasmer")]
struct Wasmer {
    engine: wasmer::Engine,
    module: wasmer::Module,
}

#[cfg(feature = "wasmer")]
impl Wasmer {
    fn new(wasm: &[u8]) -> Result<Self, Error> {
        let singlepass = wasmer_compiler_singlepass::Singlepass::new();
        let engine = wasmer::Engine::from(wasmer_compiler::EngineBuilder::new(singlepass));
        let module = wasmer::Module::from_binary(&engine, wasm)?;
        Ok(Self { engine, module })
    }
}

#[cfg(feature = "wasmer")]
impl Maker for Wasmer {
    fn make(&self, run: bool) -> Result<(), Error> {
        let mut store = wasmer::Store::new(self.engine.clone());
        let imports = wasmer::Imports::new();
        let instance = wasmer::Instance::new(&mut store, &self.module, &imports)?;
        if run {
            let exports = &instance.exports;
            let run = exports.get_typed_function::<(), i32>(&store, "run")?;
            check(run.call(&mut store)?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_case_can_be_measured() {
        let settings = Settings {
            rounds: 1,
            budget: Duration::from_secs(1),
            child: None,
        };
        for case in small_cases() {
            let measured = measure(&case, &settings, &mut || ()).expect("instances are new");
            assert!(measured.runtimes.len() >= 2);
            assert!(
                measured
                    .runtimes
                    .iter()
                    .all(|r| r.values.len() == 1 && r.values[0] > 0.0)
            );
        }
    }
}
