//! `Settings`: how an engine works, from a few bytes.
//!
//! Each byte is a choice of its own, by its remainder, and 0 is the default: so a seed is easy to write, and a
//! byte that changes changes one thing. What a setting *means* to a guest (fuel, counting, the bits of NaNs) is
//! kept apart in [`Meaning`], as engines that are compared must agree in it.

use arbitrary::{Arbitrary, Unstructured};
use selvedge::{
    BaselineOptions, CompilationMode, Config, CpuExtensions, Dispatch, Engine, Optimisations,
    PoolingAllocationConfig, Strategy,
};

/// How an engine works, which no guest notices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Which tiers there are.
    pub strategy: Strategy,
    /// How the interpreter goes from one instruction to the next.
    pub dispatch: Dispatch,
    /// When functions are validated and translated.
    pub mode: Option<CompilationMode>,
    /// What the interpreter's translator does.
    pub optimisations: Optimisations,
    /// What the compiler does.
    pub baseline: BaselineOptions,
    /// After how many calls, and passes through loops, a function is compiled.
    pub tier_up: Option<(u32, u32)>,
    /// Whether another thread compiles.
    pub background: bool,
    /// Whether faults become traps.
    pub signals: bool,
    /// The address space reserved for a memory, and that of its guard.
    pub memory: Option<(u64, u64)>,
    /// Whether memories may move.
    pub memory_may_move: bool,
    /// What instances are taken from, if that is a pool.
    pub pool: Option<Pool>,
}

/// The limits of a pool of instances.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Pool {
    /// Room for all that [`crate::modules`] makes.
    Large,
    /// Room for two instances, each with one memory of 64 KiB.
    Small,
}

/// What guests notice of an engine.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Meaning {
    /// Guests run on fuel.
    pub fuel: bool,
    /// What guests execute is counted.
    pub counting: bool,
    /// Stores have deadlines in epochs.
    pub epochs: bool,
    /// There is little room for frames.
    pub small_stack: bool,
    /// NaNs that operators make are canonical.
    pub canonical_nans: bool,
    /// Relaxed operators do not use what the processor has.
    pub deterministic_simd: bool,
}

/// How many bytes settings take.
pub const SETTINGS_BYTES: usize = 16;

const STRATEGIES: [Strategy; 3] = [Strategy::Auto, Strategy::Baseline, Strategy::Interpreter];
const DISPATCHES: [Dispatch; 3] = [Dispatch::Auto, Dispatch::Step, Dispatch::Tail];
const MODES: [Option<CompilationMode>; 4] = [
    None,
    Some(CompilationMode::Eager),
    Some(CompilationMode::LazyTranslation),
    Some(CompilationMode::Lazy),
];
const THRESHOLDS: [u32; 16] = [
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    12,
    16,
    23,
    32,
    50,
    100,
    1000,
    u32::MAX,
];
const EXTENSIONS: [CpuExtensions; 4] = [
    CpuExtensions::All,
    CpuExtensions::None,
    CpuExtensions::Sse41,
    CpuExtensions::All,
];
const RESERVATIONS: [u64; 6] = [4 << 30, 0, 64 << 10, 1 << 20, 256 << 20, 6 << 30];
const GUARDS: [u64; 5] = [32 << 20, 0, 4 << 10, 64 << 10, 2 << 30];

fn of<T: Copy>(choices: &[T], byte: u8) -> T {
    choices[usize::from(byte) % choices.len()]
}

impl Settings {
    /// What these bytes stand for; all of them 0 are the defaults.
    pub fn of_bytes(bytes: [u8; SETTINGS_BYTES]) -> Self {
        let [
            strategy,
            dispatch,
            mode,
            without_low,
            without_high,
            pins,
            baseline,
            calls,
            passes,
            background,
            signals,
            reservation,
            guard,
            may_move,
            pool,
            _,
        ] = bytes;
        let without = u32::from(without_low) | u32::from(without_high) << 8;
        let flag = |bit: u8| baseline & 1 << bit != 0;
        Self {
            strategy: of(&STRATEGIES, strategy),
            dispatch: of(&DISPATCHES, dispatch),
            mode: of(&MODES, mode),
            optimisations: Optimisations::all() - Optimisations::from_bits_truncate(without),
            baseline: BaselineOptions {
                max_pins: 7 - u32::from(pins) % 8,
                destination_hints: !flag(0),
                fusion: !flag(1),
                spill: flag(2),
                cpu_extensions: of(&EXTENSIONS, baseline >> 3),
            },
            tier_up: match (calls, passes) {
                (0, 0) => None,
                _ => Some((of(&THRESHOLDS, calls), of(&THRESHOLDS, passes))),
            },
            background: background % 8 == 7,
            signals: signals % 4 != 3,
            memory: match (reservation, guard) {
                (0, 0) => None,
                _ => Some((of(&RESERVATIONS, reservation), of(&GUARDS, guard))),
            },
            memory_may_move: may_move % 4 != 3,
            pool: match pool % 8 {
                6 => Some(Pool::Large),
                7 => Some(Pool::Small),
                _ => None,
            },
        }
    }

    /// A configuration with these settings, and all proposals that there are.
    pub fn config(&self, meaning: Meaning) -> Config {
        let mut config = crate::oracle::selvedge::config();
        config
            .strategy(self.strategy)
            .dispatch(self.dispatch)
            .interpreter_optimisations(self.optimisations)
            .baseline_options(self.baseline)
            .background_compilation(self.background)
            .signals_based_traps(self.signals)
            .memory_may_move(self.memory_may_move)
            .consume_fuel(meaning.fuel)
            .count_instructions(meaning.counting)
            .epoch_interruption(meaning.epochs)
            .nan_canonicalization(meaning.canonical_nans)
            .relaxed_simd_deterministic(meaning.deterministic_simd);
        if meaning.small_stack {
            config.max_wasm_stack(16 << 10);
        }
        if let Some(mode) = self.mode {
            config.compilation_mode(mode);
        }
        if let Some((calls, passes)) = self.tier_up {
            config.tier_up_thresholds(calls, passes);
        }
        if let Some((reservation, guard)) = self.memory {
            config
                .memory_reservation(reservation)
                .memory_guard_size(guard);
        }
        if let Some(pool) = self.pool {
            config.allocation_strategy(pool.config());
        }
        config
    }

    /// An engine with these settings; `None` where a build has no such dispatch or tier, or the host not as much
    /// address space.
    pub fn engine(&self, meaning: Meaning) -> Option<Engine> {
        Engine::new(&self.config(meaning)).ok()
    }

    /// The interpreter alone, with nothing that could go wrong, to compare others with.
    pub fn plain() -> Self {
        Self {
            strategy: Strategy::Interpreter,
            dispatch: Dispatch::Step,
            optimisations: Optimisations::empty(),
            mode: Some(CompilationMode::Eager),
            ..Self::of_bytes([0; SETTINGS_BYTES])
        }
    }
}

impl Pool {
    fn config(self) -> PoolingAllocationConfig {
        let mut pool = PoolingAllocationConfig::new();
        match self {
            Self::Large => pool
                .total_core_instances(8)
                .total_memories(16)
                .max_memories_per_module(8)
                .max_memory_size(1 << 20)
                .total_tables(32)
                .max_tables_per_module(16)
                .total_stacks(8),
            Self::Small => pool
                .total_core_instances(2)
                .total_memories(2)
                .max_memory_size(64 << 10)
                .total_tables(2)
                .table_elements(64)
                .total_stacks(2)
                .linear_memory_keep_resident(8 << 10)
                .max_unused_warm_slots(1),
        };
        pool
    }
}

impl Meaning {
    /// What a byte stands for; 0 is the default.
    pub fn of_byte(byte: u8) -> Self {
        let flag = |bit: u8| byte & 1 << bit != 0;
        Self {
            fuel: flag(0),
            counting: flag(1),
            epochs: false,
            small_stack: flag(2),
            canonical_nans: flag(3),
            deterministic_simd: flag(4),
        }
    }
}

impl<'a> Arbitrary<'a> for Settings {
    fn arbitrary(input: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::of_bytes(input.arbitrary()?))
    }

    fn size_hint(_: usize) -> (usize, Option<usize>) {
        (SETTINGS_BYTES, Some(SETTINGS_BYTES))
    }
}

impl<'a> Arbitrary<'a> for Meaning {
    fn arbitrary(input: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::of_byte(input.arbitrary()?))
    }

    fn size_hint(_: usize) -> (usize, Option<usize>) {
        (1, Some(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_the_defaults() {
        let settings = Settings::of_bytes([0; SETTINGS_BYTES]);
        assert_eq!(settings.strategy, Strategy::default());
        assert_eq!(settings.dispatch, Dispatch::default());
        assert_eq!(settings.baseline, BaselineOptions::default());
        assert_eq!(settings.optimisations, Optimisations::default());
        assert!(settings.engine(Meaning::default()).is_some());
    }

    #[test]
    fn every_byte_but_the_last_is_a_choice() {
        let defaults = Settings::of_bytes([0; SETTINGS_BYTES]);
        for place in 0..SETTINGS_BYTES - 1 {
            let mut bytes = [0; SETTINGS_BYTES];
            let changes = (1..=u8::MAX).any(|value| {
                bytes[place] = value;
                Settings::of_bytes(bytes) != defaults
            });
            assert!(changes, "byte {place}");
        }
    }
}
