//! Cases: work that every runtime can do, and what is expected to come of it.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::clock::{Elapsed, time};
use crate::modules;
use crate::runtimes::{Engine, Guest, Mode, Runtime};
use crate::value::{self, Value};

/// Work that every runtime can do.
#[derive(Clone, Debug)]
pub struct Case {
    /// The group that the case belongs to.
    pub group: &'static str,
    /// A name, unique in the group.
    pub name: Cow<'static, str>,
    /// The module, in the binary or the text format.
    pub wasm: Wasm,
    /// What is done.
    pub work: Work,
    /// How much is done: the argument of the function, how often the host calls it, or how
    /// often a module is started.
    pub n: i32,
    /// What comes of it.
    pub expected: Expected,
    /// What the times are shown per.
    pub unit: Unit,
}

/// The bytes of a module.
#[derive(Clone, Debug)]
pub enum Wasm {
    /// They are there.
    Bytes(Cow<'static, [u8]>),
    /// They are made when they are first needed, and kept.
    Made(&'static LazyLock<Vec<u8>>),
}

impl Deref for Wasm {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Made(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for Wasm {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Wasm {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

/// What a case does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Work {
    /// Calls the export of this name once, with the argument `n`.
    Run(Cow<'static, str>),
    /// Calls the export `nop` without parameters and results, `n` times.
    CallNop,
    /// Calls the export `add` of two `i32`, `n` times: `sum = add(sum, i)` for `i` in `0..n`.
    CallAdd,
    /// Calls an export with these arguments.
    Invoke(String, Vec<Value>),
    /// Loads the module in a new engine. Where nothing is measured, `run` is then called
    /// with `n`, to see that the module works.
    Load(Mode),
    /// Compiles the module to machine code, in a new engine. No instance is made.
    Compile {
        /// Whether the module is parsed and validated before, so that only the rest is measured.
        is_valid: bool,
    },
    /// Everything from the bytes to the end: makes an engine, loads the module, calls the
    /// export of this name with `n`, and drops all of it.
    Total(Cow<'static, str>),
    /// Loads the module and calls `run` with 7, `n` times, each in a new engine or all in one.
    Start {
        /// Whether each start makes an engine.
        fresh_engine: bool,
    },
}

/// What is to come of a case.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    /// This number.
    Is(i64),
    /// What came of it on the first runtime.
    Same,
}

/// What is measured, and how it is shown.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Unit {
    /// Time: milliseconds for the whole of a case.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Time: microseconds for one of `n` starts.
    #[serde(rename = "us")]
    MicrosecondsPerStart,
    /// Time: nanoseconds for one of the `n` calls of a case.
    #[serde(rename = "ns")]
    NanosecondsPerCall,
    /// Memory: bytes for each byte of wasm function bodies.
    #[serde(rename = "B/B")]
    BytesPerBodyByte,
    /// Memory: mebibytes.
    #[serde(rename = "MiB")]
    Mebibytes,
    /// Throughput: how many times as much two threads do as one.
    #[serde(rename = "gain")]
    Gain,
}

/// What a runtime needs to be ready for a case, made before anything is measured.
pub(crate) enum Ready {
    Guest(Box<dyn Guest>),
    Engine(Box<dyn Engine>),
    Nothing,
}

/// Loads are repeated until about this many bytes are loaded: the clock is too coarse for one.
const LOADED_BYTES: usize = 200_000;

impl Case {
    /// The mode that a runtime does this in, if it has it.
    pub fn mode(&self, runtime: &dyn Runtime) -> Option<Mode> {
        match self.work {
            Work::Load(mode) => runtime.modes().contains(&mode).then_some(mode),
            Work::Compile { is_valid } => {
                let mode = match is_valid {
                    true => Mode::LazyTranslation,
                    false => Mode::Eager,
                };
                runtime.compiles(is_valid).then_some(mode)
            }
            Work::Total(_) => runtime.default_mode(),
            _ => runtime.modes().first().copied(),
        }
    }

    /// Whether any runtime may refuse the module, or misunderstand it, without an end to the
    /// measurement.
    pub fn may_be_refused(&self) -> bool {
        matches!(self.work, Work::Load(_) | Work::Compile { .. })
    }

    /// The bytes that the time depends on, if there are such: of the module, or of the function
    /// bodies alone where only those are work.
    pub(crate) fn bytes(&self, wasm: &[u8]) -> Option<usize> {
        match self.work {
            Work::Load(_) => Some(wasm.len()),
            Work::Compile { .. } => modules::body_bytes(wasm).ok(),
            _ => None,
        }
    }

    /// Makes a runtime ready for the case in some mode.
    pub(crate) fn ready(
        &self,
        runtime: &dyn Runtime,
        mode: Mode,
        wasm: &[u8],
    ) -> Result<Ready, Error> {
        Ok(match self.work {
            Work::Load(_)
            | Work::Compile { .. }
            | Work::Total(_)
            | Work::Start { fresh_engine: true } => Ready::Nothing,
            Work::Start { .. } => Ready::Engine(runtime.engine(mode)?),
            _ => Ready::Guest(runtime.engine(mode)?.load(wasm)?),
        })
    }

    /// Does the work once; returns what came of it, and the time for one of what
    /// [`unit`](Case::unit) shows times per.
    pub(crate) fn perform(
        &self,
        runtime: &dyn Runtime,
        mode: Mode,
        wasm: &[u8],
        ready: &mut Ready,
    ) -> Result<(Vec<Value>, Elapsed), Error> {
        match &self.work {
            Work::Load(_) => load(runtime, mode, wasm),
            Work::Compile { is_valid } => compile(runtime, mode, wasm, *is_valid),
            Work::Total(export) => {
                let (result, elapsed) = time(|| {
                    let engine = runtime.engine(mode)?;
                    let mut guest = engine.load(wasm)?;
                    guest.run(export, self.n)
                });
                Ok((one(result?), elapsed))
            }
            Work::Start { .. } => {
                let (results, elapsed) = self.start(runtime, mode, wasm, ready)?;
                Ok((results, elapsed.divided(self.n)))
            }
            work => {
                let Ready::Guest(guest) = ready else {
                    unreachable!("calls were made ready with a guest");
                };
                let (result, elapsed) = time(|| match work {
                    Work::CallNop => guest.call_nop(self.n).map(one),
                    Work::CallAdd => guest.call_add(self.n).map(one),
                    Work::Run(export) => guest.run(export, self.n).map(one),
                    Work::Invoke(export, arguments) => guest.invoke(export, arguments),
                    Work::Load(_) | Work::Compile { .. } | Work::Total(_) | Work::Start { .. } => {
                        unreachable!("handled above")
                    }
                });
                let per = match self.unit {
                    Unit::NanosecondsPerCall => self.n,
                    _ => 1,
                };
                Ok((result?, elapsed.divided(per)))
            }
        }
    }

    /// Loads and runs the module `n` times. Guests are dropped when the time has been taken.
    fn start(
        &self,
        runtime: &dyn Runtime,
        mode: Mode,
        wasm: &[u8],
        ready: &Ready,
    ) -> Result<(Vec<Value>, Elapsed), Error> {
        let mut guests = Vec::with_capacity(self.n as usize);
        let mut engines = Vec::with_capacity(self.n as usize);
        let (sum, elapsed) = time(|| {
            let mut sum = 0;
            for _ in 0..self.n {
                let mut guest = match ready {
                    Ready::Engine(engine) => engine.load(wasm)?,
                    _ => {
                        let engine = runtime.engine(mode)?;
                        let guest = engine.load(wasm)?;
                        engines.push(engine);
                        guest
                    }
                };
                sum += guest.run("run", 7)?;
                guests.push(guest);
            }
            Ok::<_, Error>(sum)
        });
        Ok((one(sum?), elapsed))
    }

    /// Does the work once, whatever comes of it: loads are seen to work, too.
    pub(crate) fn attempt(
        &self,
        runtime: &dyn Runtime,
        mode: Mode,
        wasm: &[u8],
    ) -> Result<Elapsed, Error> {
        if let Work::Load(_) = self.work {
            let engine = runtime.engine(mode)?;
            let (guest, elapsed) = time(|| engine.load(wasm));
            guest?.run("run", self.n)?;
            return Ok(elapsed);
        }
        let mut ready = self.ready(runtime, mode, wasm)?;
        let (_, elapsed) = self.perform(runtime, mode, wasm, &mut ready)?;
        Ok(elapsed)
    }

    /// Does what a runtime may refuse, once: loads the module and calls `run` with `n`, or
    /// compiles it, of which nothing comes that could be compared.
    pub(crate) fn try_out(
        &self,
        runtime: &dyn Runtime,
        mode: Mode,
        wasm: &[u8],
    ) -> Result<Vec<Value>, Error> {
        if let Work::Compile { is_valid } = self.work {
            return compile(runtime, mode, wasm, is_valid).map(|(results, _)| results);
        }
        runtime
            .engine(mode)?
            .load(wasm)?
            .run("run", self.n)
            .map(one)
    }

    /// Checks what came of the work; `first` is what came of it on the first runtime.
    pub(crate) fn check(&self, results: &[Value], first: &[Value]) -> Result<(), Error> {
        let fixed;
        let expected = match self.expected {
            Expected::Same => first,
            Expected::Is(value) => {
                fixed = one(value);
                &fixed
            }
        };
        let agrees = results.len() == expected.len()
            && results.iter().zip(expected).all(|(a, b)| a.agrees_with(*b));
        if agrees {
            return Ok(());
        }
        let (results, expected) = (value::list(results), value::list(expected));
        Err(format!("the result is {results}, {expected} was expected").into())
    }
}

/// Loads a module some times, each time in a new engine that is made before; the time for one.
fn load(runtime: &dyn Runtime, mode: Mode, wasm: &[u8]) -> Result<(Vec<Value>, Elapsed), Error> {
    let times = (LOADED_BYTES / wasm.len().max(1)).clamp(1, 40);
    let mut total = Elapsed::default();
    for _ in 0..times {
        let engine = runtime.engine(mode)?;
        let (guest, elapsed) = time(|| engine.load(wasm));
        guest?;
        total += elapsed;
    }
    Ok((Vec::new(), total.divided(times as i32)))
}

/// Compiles a module some times, each time in a new engine that is made before; the time for one.
fn compile(
    runtime: &dyn Runtime,
    mode: Mode,
    wasm: &[u8],
    is_valid: bool,
) -> Result<(Vec<Value>, Elapsed), Error> {
    let times = (LOADED_BYTES / wasm.len().max(1)).clamp(1, 40);
    let mut total = Elapsed::default();
    for _ in 0..times {
        let engine = runtime.engine(mode)?;
        let compiled = match is_valid {
            true => engine.compile_valid(wasm)?,
            false => engine.compile(wasm)?,
        };
        total += compiled.elapsed;
    }
    Ok((Vec::new(), total.divided(times as i32)))
}

fn one(value: i64) -> Vec<Value> {
    vec![Value::I64(value)]
}

impl Unit {
    /// Whether values are nanoseconds, not bytes or a gain.
    pub fn is_time(self) -> bool {
        !matches!(self, Self::BytesPerBodyByte | Self::Mebibytes | Self::Gain)
    }

    /// A value, in nanoseconds or bytes, as it is shown.
    pub fn show(self, value: f64) -> f64 {
        match self {
            Self::Milliseconds => value / 1e6,
            Self::MicrosecondsPerStart => value / 1e3,
            Self::NanosecondsPerCall | Self::BytesPerBodyByte | Self::Gain => value,
            Self::Mebibytes => value / f64::from(1 << 20),
        }
    }

    /// The unit's symbol.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::MicrosecondsPerStart => "µs",
            Self::NanosecondsPerCall => "ns",
            Self::BytesPerBodyByte => "B/B",
            Self::Mebibytes => "MiB",
            Self::Gain => "gain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(expected: Expected) -> Case {
        Case {
            group: "test",
            name: "case".into(),
            wasm: (&b"(module)"[..]).into(),
            work: Work::CallNop,
            n: 1,
            expected,
            unit: Unit::NanosecondsPerCall,
        }
    }

    #[test]
    fn results_are_compared_with_a_number_or_the_first_runtime() {
        let (five, six) = (one(5), one(6));
        assert!(case(Expected::Is(5)).check(&five, &six).is_ok());
        assert!(case(Expected::Is(5)).check(&six, &six).is_err());
        assert!(case(Expected::Same).check(&six, &six).is_ok());
        let error = case(Expected::Same).check(&five, &six).unwrap_err();
        assert_eq!(error.to_string(), "the result is 5, 6 was expected");
        assert!(case(Expected::Same).check(&five, &[]).is_err());
    }

    #[test]
    fn units_divide() {
        assert_eq!(Unit::Milliseconds.show(3e6), 3.0);
        assert_eq!(Unit::MicrosecondsPerStart.show(3e6), 3e3);
        assert_eq!(Unit::NanosecondsPerCall.show(2.5), 2.5);
        assert_eq!(Unit::Mebibytes.show(1_572_864.0), 1.5);
    }
}
