//! What tests of every strategy share.

#![allow(dead_code, reason = "each test uses its part")]

use std::thread;

use selvedge::{
    BaselineOptions, CompilationMode, Config, Engine, PoolingAllocationConfig, Strategy,
};

/// Whether this build has the baseline compiler.
pub const HAS_BASELINE: bool = cfg!(all(
    feature = "jit",
    target_arch = "x86_64",
    target_os = "linux",
    not(feature = "portable-sys")
));

/// Settings by name: the interpreter, the compiler where there is one, and both with crossings
/// at once, early, at some time, and at usual heat.
pub fn strategies() -> Vec<(&'static str, Config)> {
    let of = |name, set: fn(&mut Config)| {
        let mut config = Config::new();
        set(&mut config);
        (name, config)
    };
    let mut all = vec![
        of("interpreter", |config| {
            config.strategy(Strategy::Interpreter);
        }),
        of("auto", |config| {
            config.strategy(Strategy::Auto);
        }),
        of("auto at once", |config| {
            config.strategy(Strategy::Auto).tier_up_thresholds(0, 0);
        }),
        of("auto early", |config| {
            config.strategy(Strategy::Auto).tier_up_thresholds(3, 5);
        }),
        of("auto in background", |config| {
            config
                .strategy(Strategy::Auto)
                .tier_up_thresholds(1, 2)
                .background_compilation(true);
        }),
    ];
    all.push(of("interpreter, pooled", |config| {
        config
            .strategy(Strategy::Interpreter)
            .allocation_strategy(pool());
    }));
    all.push(of("auto, pooled", |config| {
        config.strategy(Strategy::Auto).allocation_strategy(pool());
    }));
    if HAS_BASELINE {
        all.push(of("baseline", |config| {
            config.strategy(Strategy::Baseline);
        }));
        all.push(of("baseline, lazy", |config| {
            config
                .strategy(Strategy::Baseline)
                .compilation_mode(CompilationMode::Lazy);
        }));
        all.push(of("baseline, no signals, no pins", |config| {
            let options = BaselineOptions {
                max_pins: 0,
                ..BaselineOptions::default()
            };
            config
                .strategy(Strategy::Baseline)
                .baseline_options(options)
                .signals_based_traps(false);
        }));
    }
    all
}

/// A pool with room for what tests make, in address space that many engines find at once.
pub fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(300)
        .total_memories(60)
        .total_tables(300)
        .total_stacks(100)
        .max_memories_per_module(20)
        .max_tables_per_module(20)
        .table_elements(100_000);
    pool
}

/// An engine for each of [`strategies`].
pub fn engines() -> Vec<(&'static str, Engine)> {
    let strategies = strategies().into_iter();
    strategies
        .map(|(name, config)| (name, Engine::new(&config).expect(name)))
        .collect()
}

/// Runs `test` with an engine for each of [`strategies`], whose name stands before a failure.
pub fn on_every_engine(test: impl Fn(Engine)) {
    on_every_strategy(|config| test(Engine::new(&config).expect("the settings are supported")));
}

/// As [`on_every_engine`], with the settings.
pub fn on_every_strategy(test: impl Fn(Config)) {
    for (name, config) in strategies() {
        println!("{name}");
        test(config);
    }
}

/// Runs `f` on a thread with little native stack.
pub fn on_small_stack(f: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(256 << 10);
        let thread = thread.spawn_scoped(scope, f).expect("a thread");
        thread.join().expect("no panic");
    });
}
