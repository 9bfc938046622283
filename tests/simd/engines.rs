//! The engines that operators run on, and what each of them may choose.

use selvedge::{BaselineOptions, Config, CpuExtensions, Dispatch, Engine, Optimisations, Strategy};
use selvedge_vm::ops::simd::Relaxed;

/// An engine, and what results it should give.
pub struct Tested {
    pub name: &'static str,
    pub engine: Engine,
    /// What relaxed operators mean.
    pub relaxed: Relaxed,
    /// Whether NaNs are canonical.
    pub canonical: bool,
}

/// Every way to run code that this build has.
pub fn engines() -> Vec<Tested> {
    let mut all = Vec::new();
    let mut add = |name, set: &dyn Fn(&mut Config, &mut BaselineOptions)| {
        let mut config = Config::new();
        let mut options = BaselineOptions::default();
        set(&mut config, &mut options);
        config.baseline_options(options);
        let fused = options.cpu_extensions == CpuExtensions::All;
        let detected = Relaxed::detect();
        // What a build or host lacks is not tested.
        if let Ok(engine) = Engine::new(&config) {
            all.push(Tested {
                name,
                engine,
                relaxed: Relaxed {
                    fused: fused && detected.fused,
                    ..detected
                },
                canonical: false,
            });
        }
    };
    fn interpreter(config: &mut Config, dispatch: Dispatch) {
        config.strategy(Strategy::Interpreter).dispatch(dispatch);
    }
    fn baseline(config: &mut Config) {
        config.strategy(Strategy::Baseline);
    }
    add("step", &|config, _| interpreter(config, Dispatch::Step));
    add("tail", &|config, _| interpreter(config, Dispatch::Tail));
    add("plain interpreter", &|config, _| {
        interpreter(config, Dispatch::Auto);
        config.interpreter_optimisations(Optimisations::empty());
    });
    add("baseline", &|config, _| baseline(config));
    add("baseline, SSE4.1", &|config, options| {
        baseline(config);
        options.cpu_extensions = CpuExtensions::Sse41;
    });
    add("baseline, spills", &|config, options| {
        baseline(config);
        options.spill = true;
    });
    add("baseline, no pins", &|config, options| {
        baseline(config);
        options.max_pins = 0;
    });
    add("baseline, plain, SSE4.1", &|config, options| {
        baseline(config);
        (options.destination_hints, options.fusion) = (false, false);
        options.cpu_extensions = CpuExtensions::Sse41;
    });
    add("baseline, no signals, counting", &|config, _| {
        baseline(config);
        config.signals_based_traps(false).count_instructions(true);
    });
    add("auto", &|config, _| {
        config.strategy(Strategy::Auto).tier_up_thresholds(2, 7);
    });
    all.extend(deterministic());
    all
}

/// Engines that leave nothing to the processor.
fn deterministic() -> Vec<Tested> {
    let mut all = Vec::new();
    let ways = [
        (
            "interpreter, deterministic",
            Strategy::Interpreter,
            CpuExtensions::All,
        ),
        (
            "baseline, deterministic",
            Strategy::Baseline,
            CpuExtensions::All,
        ),
        (
            "baseline, deterministic, SSE4.1",
            Strategy::Baseline,
            CpuExtensions::Sse41,
        ),
    ];
    for (name, strategy, cpu_extensions) in ways {
        let mut config = Config::new();
        config
            .strategy(strategy)
            .baseline_options(BaselineOptions {
                cpu_extensions,
                ..BaselineOptions::default()
            })
            .relaxed_simd_deterministic(true)
            .nan_canonicalization(true);
        if let Ok(engine) = Engine::new(&config) {
            all.push(Tested {
                name,
                engine,
                relaxed: Relaxed::DETERMINISTIC,
                canonical: true,
            });
        }
    }
    all
}
