//! What a module does, seen from outside, and whether two runtimes agree on it.
//!
//! [`selvedge`] and [`wasmi`] run a module in the same way: imports are provided
//! by rule, every exported function is called with arguments made by rule, and
//! everything that can be seen goes into an [`Observation`]. The differential tests
//! and the fuzz targets share this module.

#![allow(dead_code, reason = "each test uses its part")]

pub mod apart;
pub mod benchmarks;
pub mod campaign;
pub mod contest;
pub mod programs;
pub mod reduce;
pub mod selvedge;
pub mod smith;
pub mod wasmi;
pub mod widen;

use std::fmt;

/// A value, its references reduced to what two runtimes can agree on.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Value {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    V128(u128),
    /// Whether there is a function.
    Func(bool),
    /// The host's number in the reference, if it is not null.
    Extern(Option<u32>),
}

/// The type of a [`Value`].
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Type {
    I32,
    I64,
    F32,
    F64,
    V128,
    Func,
    Extern,
}

impl Value {
    /// The value with a NaN replaced by the canonical one. Vectors, whose lanes are unknown, stay as they are.
    pub fn canonical(self) -> Self {
        match self {
            Self::F32(bits) if f32::from_bits(bits).is_nan() => Self::F32(0x7fc0_0000),
            Self::F64(bits) if f64::from_bits(bits).is_nan() => Self::F64(0x7ff8_0000_0000_0000),
            other => other,
        }
    }

    /// A value of type `ty` that depends on `number`, small ones and edge cases preferred.
    pub fn by_rule(ty: Type, number: u64) -> Self {
        const EDGES: [u64; 8] = [
            0,
            1,
            u64::MAX,
            i32::MAX as u64,
            i32::MIN as u32 as u64,
            i64::MAX as u64,
            i64::MIN as u64,
            u32::MAX as u64,
        ];
        let mut random = Random::new(number);
        let bits = match random.below(4) {
            0 => random.below(20) as u64,
            1 => EDGES[random.below(EDGES.len())],
            2 => random.next() >> random.below(64),
            _ => random.next(),
        };
        match ty {
            Type::I32 => Self::I32(bits as u32),
            Type::I64 => Self::I64(bits),
            Type::F32 if bits < 20 => Self::F32((bits as f32 - 10.0).to_bits()),
            Type::F32 => Self::F32(bits as u32),
            Type::F64 if bits < 20 => Self::F64((bits as f64 - 10.0).to_bits()),
            Type::F64 => Self::F64(bits),
            Type::V128 if bits < 20 => {
                Self::V128(u128::from(u64::MAX / 0xff * bits) << 64 | u128::from(bits))
            }
            Type::V128 => Self::V128(u128::from(bits) << 64 | u128::from(random.next())),
            Type::Func => Self::Func(false),
            Type::Extern => Self::Extern((bits % 3 != 0).then_some(bits as u32 % 100)),
        }
        .canonical()
    }
}

/// How a call, or instantiation, ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Returned(Vec<Value>),
    /// The trap's name in Selvedge.
    Trapped(String),
    /// Something else went wrong.
    Failed(String),
}

/// A call of a host function: the number of the import, and the arguments.
pub type HostCall = (usize, Vec<Value>);

/// What an export holds in the end.
#[derive(Clone, PartialEq, Eq)]
pub enum Contents {
    Func,
    Global(Value),
    Memory(Vec<u8>),
    Table(Vec<Value>),
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func => f.write_str("Func"),
            Self::Global(value) => write!(f, "Global({value:?})"),
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::Table(elements) => write!(f, "Table({} elements)", elements.len()),
        }
    }
}

/// The functions and offsets in the module of a backtrace, newest first.
pub type Places = Vec<(u32, Option<usize>)>;

/// Everything that running a module showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// How instantiation ended.
    pub start: End,
    /// The calls of exported functions: name, arguments, end.
    pub calls: Vec<(String, Vec<Value>, End)>,
    /// The calls of host functions that the module made.
    pub host_calls: Vec<HostCall>,
    /// The exports in the end, by name.
    pub exports: Vec<(String, Contents)>,
    /// Where the guest was at each call of the host, and then at each error, if the runtime tells.
    pub places: Option<Vec<Places>>,
    /// The instruction count after instantiation and after each call, if the runtime counts.
    pub counts: Vec<u64>,
}

impl Observation {
    /// Of a module that could not be compiled.
    pub fn failed(error: impl fmt::Display) -> Self {
        Self {
            start: End::Failed(error.to_string()),
            calls: Vec::new(),
            host_calls: Vec::new(),
            exports: Vec::new(),
            places: None,
            counts: Vec::new(),
        }
    }

    /// Whether some call used up a stack, whose size is the runtime's own affair.
    pub fn overflowed(&self) -> bool {
        let overflow = End::Trapped("StackOverflow".to_owned());
        self.start == overflow || self.calls.iter().any(|(_, _, end)| *end == overflow)
    }

    /// How many calls returned.
    pub fn returned(&self) -> usize {
        let returned = |call: &&(_, _, End)| matches!(call.2, End::Returned(_));
        self.calls.iter().filter(returned).count()
    }

    /// The first thing that `other` shows differently.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self.start != other.start {
            return Some(format!(
                "instantiation: {:?} or {:?}",
                self.start, other.start
            ));
        }
        for (a, b) in self.calls.iter().zip(&other.calls) {
            if a != b {
                let (name, arguments, end) = a;
                return Some(format!("{name}{arguments:?}: {end:?} or {:?}", b.2));
            }
        }
        if let Some(at) = first_difference(&self.host_calls, &other.host_calls) {
            let (a, b) = (self.host_calls.get(at), other.host_calls.get(at));
            return Some(format!("call {at} of the host: {a:?} or {b:?}"));
        }
        for ((name, a), (_, b)) in self.exports.iter().zip(&other.exports) {
            let place = match (a, b) {
                (Contents::Memory(a), Contents::Memory(b)) => first_difference(a, b),
                (Contents::Table(a), Contents::Table(b)) => first_difference(a, b),
                _ => (a != b).then_some(0),
            };
            if let Some(at) = place {
                return Some(format!("export {name} at {at:#x}: {a:?} or {b:?}"));
            }
        }
        if let (Some(a), Some(b)) = (&self.places, &other.places)
            && let Some(at) = first_difference(a, b)
        {
            let (a, b) = (a.get(at), b.get(at));
            return Some(format!("backtrace {at}: {a:?} or {b:?}"));
        }
        if let Some(at) = first_difference(&self.counts, &other.counts)
            && !self.counts.is_empty()
            && !other.counts.is_empty()
        {
            let (a, b) = (self.counts.get(at), other.counts.get(at));
            return Some(format!("instruction count {at}: {a:?} or {b:?}"));
        }
        let forgotten = self.calls.len() != other.calls.len()
            || self.exports.len() != other.exports.len()
            || self.exports.iter().zip(&other.exports).any(|(a, b)| a != b);
        forgotten.then(|| format!("{self:#?}\nor\n{other:#?}"))
    }
}

fn first_difference<T: PartialEq>(a: &[T], b: &[T]) -> Option<usize> {
    // Of whole memories this is far faster, and hardly ever false.
    if a == b {
        return None;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    (same < a.len().max(b.len())).then_some(same)
}

/// The arguments for round `round` of calling export `export`.
pub fn arguments(types: &[Type], export: usize, round: usize) -> Vec<Value> {
    let number = |at| (round as u64) << 40 | (export as u64) << 20 | at as u64;
    let values = types.iter().enumerate();
    values
        .map(|(at, &ty)| Value::by_rule(ty, number(at)))
        .collect()
}

/// The number of an import, which does not depend on the order of imports.
pub fn import_number(module: &str, name: &str) -> usize {
    let bytes = module.bytes().chain(name.bytes());
    bytes.fold(module.len(), |hash, byte| {
        (hash * 31 + usize::from(byte)) % 9973
    })
}

/// What call number `call` of the host returns, from import `import`.
pub fn host_results(types: &[Type], import: usize, call: usize) -> Vec<Value> {
    arguments(types, import + 10_000, call)
}

/// The value of an imported global.
pub fn global_value(ty: Type, import: usize) -> Value {
    Value::by_rule(ty, import as u64)
}

/// How often each exported function is called.
pub const ROUNDS: usize = 3;

/// Random numbers that are the same in each run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// The number that the variable `name` asks for, or `default`.
pub fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}
