//! What the tests share: every kind of region, tier and start.

use std::sync::Arc;

use selvedge::region::{
    CompactRegion, Contexts, InstanceBuilder, InstanceHandle, InstanceRegion, LifeError, Limits,
    MmapRegion, Region, RunResult, StartMode, TerminationDetails,
};
use selvedge::{Config, Engine, InstancePre, Linker, Module, Strategy, Trap, Val};

/// Whether this build has the baseline compiler.
const HAS_BASELINE: bool = cfg!(all(
    feature = "jit",
    target_arch = "x86_64",
    target_os = "linux",
    not(feature = "portable-sys")
));

/// One combination.
#[derive(Clone)]
pub struct Kind {
    pub name: String,
    pub engine: Engine,
    pub start: StartMode,
    compact: bool,
}

impl Kind {
    pub fn region(&self, capacity: usize, limits: &Limits) -> Arc<dyn Region> {
        match self.compact {
            true => CompactRegion::create(capacity, limits).expect("a region"),
            false => MmapRegion::create(capacity, limits).expect("a region"),
        }
    }

    pub fn is_compact(&self) -> bool {
        self.compact
    }

    pub fn linker(&self) -> Linker<Contexts> {
        Linker::new(&self.engine)
    }

    pub fn pre(&self, text: &str) -> InstancePre<Contexts> {
        self.pre_with(text, &self.linker())
    }

    pub fn pre_with(&self, text: &str, linker: &Linker<Contexts>) -> InstancePre<Contexts> {
        let module = Module::new(&self.engine, text).expect("a module");
        linker.instantiate_pre(&module).expect("its imports")
    }

    /// An instance that has started.
    pub fn started(&self, builder: InstanceBuilder<'_>) -> Result<InstanceHandle, LifeError> {
        let mut instance = builder.with_start(self.start).build()?;
        if self.start == StartMode::Manual {
            instance.run_start()?;
        }
        Ok(instance)
    }

    /// An instance that has started, of `text`, in a region of its own, which is dropped at once.
    pub fn instance(&self, text: &str) -> InstanceHandle {
        self.instance_with(text, &self.linker())
    }

    pub fn instance_with(&self, text: &str, linker: &Linker<Contexts>) -> InstanceHandle {
        let region = self.region(1, &small());
        let pre = self.pre_with(text, linker);
        let instance = self.started(region.new_instance_builder(&pre));
        instance.expect("an instance")
    }

    /// Resets the instance, and starts it.
    pub fn reset(&self, instance: &mut InstanceHandle) {
        instance.reset().expect("a reset");
        if self.start == StartMode::Manual {
            instance.run_start().expect("a start");
        }
    }
}

/// Limits that many regions of a process fit in.
pub fn small() -> Limits {
    let limits = Limits::default()
        .with_heap_memory_size(4 << 20)
        .with_value_stack_size(256 << 10)
        .with_stack_size(2 << 20);
    // Reserving takes memory there.
    match cfg!(feature = "portable-sys") {
        true => limits.with_heap_address_space_size(16 << 20),
        false => limits,
    }
}

/// Runs `test` for each kind of region, tier and start, whose names stand before a failure.
pub fn on_every_kind(test: impl Fn(&Kind)) {
    let mut strategies = vec![
        ("interpreter", Strategy::Interpreter),
        ("auto", Strategy::Auto),
    ];
    if HAS_BASELINE {
        strategies.push(("baseline", Strategy::Baseline));
    }
    for (name, strategy) in strategies {
        let mut config = Config::new();
        config.strategy(strategy).count_instructions(true);
        if strategy == Strategy::Auto {
            config.tier_up_thresholds(3, 5);
        }
        let engine = Engine::new(&config).expect("an engine");
        for compact in [false, true] {
            for start in [StartMode::Auto, StartMode::Manual] {
                let region = if compact { "compact" } else { "mmap" };
                let name = format!("{name}, {region}, {start:?}");
                println!("{name}");
                let engine = engine.clone();
                test(&Kind {
                    name,
                    engine,
                    start,
                    compact,
                });
            }
        }
    }
}

/// Runs `test` as [`on_every_kind`] does, but with one kind of start.
pub fn on_every_tier(test: impl Fn(&Kind)) {
    on_every_kind(|kind| {
        if kind.start == StartMode::Auto {
            test(kind);
        }
    });
}

pub fn invalid_argument(result: Result<RunResult, LifeError>) -> &'static str {
    match result {
        Err(LifeError::InvalidArgument(why)) => why,
        other => panic!("expected an invalid argument, found {other:?}"),
    }
}

pub fn fault(result: Result<RunResult, LifeError>) -> Trap {
    match result {
        Err(LifeError::RuntimeFault(details)) => details.trapcode.expect("a known fault"),
        other => panic!("expected a fault, found {other:?}"),
    }
}

pub fn terminated(result: Result<RunResult, LifeError>) -> TerminationDetails {
    match result {
        Err(LifeError::RuntimeTerminated(details)) => details,
        other => panic!("expected a termination, found {other:?}"),
    }
}

/// What a function returns that is to return an integer.
pub fn returned(instance: &mut InstanceHandle, entry: &str, args: &[Val]) -> u64 {
    let result = instance.run(entry, args);
    result.expect(entry).unwrap_returned().as_u64()
}
