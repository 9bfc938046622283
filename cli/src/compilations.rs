//! `--verbose`: what was compiled, when and why.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use selvedge::{CompileEvent, CompileReason, Config};

use crate::demangle::printable;

/// Says what is compiled, each function at once but for those that are compiled with their modules.
pub(crate) struct Compilations {
    start: Instant,
    sums: Arc<Mutex<Sums>>,
}

/// The functions that are compiled with their modules, and the others.
#[derive(Default)]
struct Sums {
    eager: Sum,
    later: Sum,
}

#[derive(Default)]
struct Sum {
    functions: usize,
    wasm_bytes: usize,
    code_bytes: usize,
    duration: Duration,
}

impl Compilations {
    /// Times are told from now on.
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            sums: Arc::default(),
        }
    }

    /// Listens to the engine of `config`.
    pub(crate) fn listen(&self, config: &mut Config) {
        let (start, sums) = (self.start, self.sums.clone());
        config.on_compile(move |event| {
            let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
            if event.reason() == CompileReason::Eager && event.code_bytes().is_some() {
                return sums.eager.add(event);
            }
            sums.later.add(event);
            // A closed standard error is nothing to fail for.
            let _ = std::io::stderr().write_all(line(start.elapsed(), event).as_bytes());
        });
    }

    /// Writes what it came to to standard error.
    pub(crate) fn report(&self) {
        let sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        for (sum, when) in [(&sums.eager, "with their modules"), (&sums.later, "later")] {
            if sum.functions > 0 {
                let _ = writeln!(
                    text,
                    "{} functions compiled {when}: {} bytes of wasm, {} of code, {:.3} ms",
                    sum.functions,
                    sum.wasm_bytes,
                    sum.code_bytes,
                    milliseconds(sum.duration)
                );
            }
        }
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

impl Sum {
    fn add(&mut self, event: &CompileEvent<'_>) {
        self.functions += 1;
        self.wasm_bytes += event.wasm_bytes();
        self.code_bytes += event.code_bytes().unwrap_or(0);
        self.duration += event.duration();
    }
}

/// What is said about a function.
fn line(now: Duration, event: &CompileEvent<'_>) -> String {
    let mut text = format!("{:>10.3} ms  ", milliseconds(now));
    let _ = write!(text, "function {}", event.func_index());
    if let Some(name) = event.func_name() {
        let _ = write!(text, " ({})", printable(name));
    }
    let microseconds = event.duration().as_secs_f64() * 1e6;
    let _ = match event.code_bytes() {
        Some(bytes) => write!(
            text,
            " compiled: {} bytes of wasm, {bytes} of code, {microseconds:.1} us, ",
            event.wasm_bytes()
        ),
        None => write!(
            text,
            " not compiled: {} bytes of wasm, {microseconds:.1} us, ",
            event.wasm_bytes()
        ),
    };
    match event.reason() {
        CompileReason::Eager => text.push_str("with its module"),
        CompileReason::FirstCall => text.push_str("first call"),
        CompileReason::HotCalls => text.push_str("hot calls"),
        CompileReason::HotLoop { offset } => {
            let _ = write!(text, "hot loop at {offset:#x}");
        }
        reason => {
            let _ = write!(text, "{reason:?}");
        }
    }
    if event.in_background() {
        text.push_str(", in background");
    }
    text.push('\n');
    text
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
