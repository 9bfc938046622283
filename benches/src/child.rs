//! Work in a process of its own: what may crash or never end, and what must start with nothing
//! in memory. The program runs itself with the hidden command `child`, which reads a
//! module and answers with a line of JSON.
//!
//! A process is asked for its peak of resident memory by `VmHWM` of `/proc/self/status`: that
//! counts since the program was executed, while `ru_maxrss` begins with what the parent had.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::case::{Case, Expected, Unit, Work};
use crate::clock::Elapsed;
use crate::runtimes::{self, Mode, Runtime};
use crate::{Error, heap, modules};

/// The program, for work in processes of its own.
#[derive(Clone, Debug)]
pub struct Child {
    program: PathBuf,
    limit: Duration,
}

/// What a child is to do with the module that it reads.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Does the work of a case once; answers [`Answer::Done`].
    Attempt {
        /// The runtime's name.
        runtime: String,
        /// When it validates and translates.
        mode: Mode,
        /// [`Case::work`].
        work: Work,
        /// [`Case::n`].
        n: i32,
        /// [`Case::unit`].
        unit: Unit,
    },
    /// Loads it, and the same module with empty functions; answers [`Answer::Heap`].
    Heap {
        /// The runtime's name.
        runtime: String,
    },
    /// Loads it and calls `run`; answers [`Answer::Peak`].
    Peak {
        /// The runtime's name; without one, nothing is loaded.
        runtime: Option<String>,
        /// The argument.
        n: i32,
    },
}

/// What a child found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// How long it took; for a load without the call that follows.
    Done {
        /// CPU time in nanoseconds.
        cpu_ns: f64,
        /// Wall time in nanoseconds.
        wall_ns: f64,
    },
    /// What the functions of the module take.
    Heap {
        /// Bytes of the heap more than for the module with empty functions.
        heap_bytes: usize,
        /// Bytes of code, if the runtime tells.
        code_bytes: Option<usize>,
        /// Bytes of function bodies in the module.
        body_bytes: usize,
    },
    /// The most resident memory, in bytes.
    Peak(u64),
    /// The runtime did not do it.
    Refused(String),
}

impl Child {
    /// Children that run `program`, which is this one, and are stopped after `limit`.
    pub fn new(program: impl Into<PathBuf>, limit: Duration) -> Self {
        Self {
            program: program.into(),
            limit,
        }
    }

    /// Does the work of a case in a child, whatever comes of it.
    ///
    /// # Errors
    ///
    /// Why it is not done: in words of the runtime, or how the child ended.
    pub fn attempt(
        &self,
        case: &Case,
        runtime: &str,
        mode: Mode,
        wasm: &[u8],
    ) -> Result<Elapsed, String> {
        let request = Request::Attempt {
            runtime: runtime.to_owned(),
            mode,
            work: case.work.clone(),
            n: case.n,
            unit: case.unit,
        };
        match self.ask(&request, wasm)? {
            Answer::Done { cpu_ns, wall_ns } => Ok(Elapsed { cpu_ns, wall_ns }),
            other => Err(format!("the child answered {other:?}")),
        }
    }

    /// Lets a child do something with a module.
    ///
    /// # Errors
    ///
    /// Why it was not done.
    pub fn ask(&self, request: &Request, wasm: &[u8]) -> Result<Answer, String> {
        let output = self
            .run(request, wasm)
            .map_err(|error| format!("no child process: {error}"))?;
        match output {
            Finished::TooLong => Err(format!("takes more than {} s", self.limit.as_secs())),
            Finished::Ended(status, output) => match serde_json::from_slice(&output) {
                Ok(Answer::Refused(reason)) => Err(reason),
                Ok(answer) => Ok(answer),
                Err(_) => Err(format!("the process ended: {status}")),
            },
        }
    }

    fn run(&self, request: &Request, wasm: &[u8]) -> Result<Finished, Error> {
        let mut child = Command::new(&self.program)
            .arg("child")
            .arg(serde_json::to_string(request)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        // The child reads everything before it does anything; if it cannot, its end tells why.
        let mut input = child.stdin.take().expect("the input is piped");
        let _ = input.write_all(wasm);
        drop(input);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if start.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                return Ok(Finished::TooLong);
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        let mut output = Vec::new();
        let mut pipe = child.stdout.take().expect("the output is piped");
        pipe.read_to_end(&mut output)?;
        Ok(Finished::Ended(status, output))
    }
}

enum Finished {
    Ended(ExitStatus, Vec<u8>),
    TooLong,
}

/// The child's part: reads a module, does what `request` says in JSON, and writes the answer.
///
/// # Errors
///
/// If the request is malformed or names a runtime that this build lacks.
pub fn answer(request: &str, input: &mut dyn Read, output: &mut dyn Write) -> Result<(), Error> {
    let request: Request = serde_json::from_str(request)?;
    let mut wasm = Vec::new();
    input.read_to_end(&mut wasm)?;
    let answer = fulfil(&request, &wasm).unwrap_or_else(|error| Answer::Refused(error.to_string()));
    serde_json::to_writer(output, &answer)?;
    Ok(())
}

fn fulfil(request: &Request, wasm: &[u8]) -> Result<Answer, Error> {
    match request {
        Request::Attempt {
            runtime,
            mode,
            work,
            n,
            unit,
        } => {
            let case = Case {
                group: "child",
                name: "case".into(),
                wasm: Vec::new().into(),
                work: work.clone(),
                n: *n,
                expected: Expected::Same,
                unit: *unit,
            };
            let elapsed = case.attempt(&*named(runtime)?, *mode, wasm)?;
            Ok(Answer::Done {
                cpu_ns: elapsed.cpu_ns,
                wall_ns: elapsed.wall_ns,
            })
        }
        Request::Heap { runtime } => heap_of(&*named(runtime)?, wasm),
        Request::Peak { runtime, n } => {
            if let Some(runtime) = runtime {
                let runtime = named(runtime)?;
                let mut guest = runtime.engine(runtime.modes()[0])?.load(wasm)?;
                guest.run("run", *n)?;
            }
            Ok(Answer::Peak(peak_bytes()?))
        }
    }
}

fn named(name: &str) -> Result<Box<dyn Runtime>, Error> {
    runtimes::by_name()
        .into_iter()
        .find(|runtime| runtime.name() == name)
        .ok_or_else(|| format!("this build has no runtime `{name}`").into())
}

fn heap_of(runtime: &dyn Runtime, wasm: &[u8]) -> Result<Answer, Error> {
    let Some(mode) = runtime.modes().iter().find(|mode| **mode == Mode::Eager) else {
        return Err("translates at the first call only".into());
    };
    let hollow = modules::hollow(wasm)?;
    let load = |wasm: &[u8]| -> Result<(usize, Option<usize>), Error> {
        let engine = runtime.engine(*mode)?;
        let before = heap::live_bytes();
        let guest = engine.load(wasm)?;
        Ok((
            heap::live_bytes().saturating_sub(before),
            guest.code_bytes(),
        ))
    };
    // What a process allocates once is not to be counted.
    load(&hollow)?;
    let (hollow_bytes, hollow_code) = load(&hollow)?;
    let (bytes, code) = load(wasm)?;
    Ok(Answer::Heap {
        heap_bytes: bytes.saturating_sub(hollow_bytes),
        code_bytes: code.zip(hollow_code).map(|(a, b)| a.saturating_sub(b)),
        body_bytes: modules::body_bytes(wasm)?,
    })
}

/// The most resident memory that this process had.
fn peak_bytes() -> Result<u64, Error> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status"))?;
    parse_peak(&status).ok_or_else(|| "the system does not tell the peak of memory".into())
}

fn parse_peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn the_peak_is_read_in_kibibytes() {
        let status = "Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t   1234 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(parse_peak(status), Some(1234 << 10));
        assert_eq!(parse_peak("VmRSS:\t 1 kB\n"), None);
    }

    #[test]
    fn a_child_answers_in_json() {
        let request = Request::Attempt {
            runtime: "selvedge".to_owned(),
            mode: Mode::Eager,
            work: Work::Invoke("half".to_owned(), vec![Value::I64(84)]),
            n: 1,
            unit: Unit::Milliseconds,
        };
        let request = serde_json::to_string(&request).unwrap();
        let ask = |wasm: &[u8]| -> Answer {
            let mut output = Vec::new();
            answer(&request, &mut &*wasm, &mut output).unwrap();
            serde_json::from_slice(&output).unwrap()
        };
        let text = r#"(module (func (export "half") (param i64) (result i64)
            (i64.shr_u (local.get 0) (i64.const 1))))"#;
        let wasm = wat::parse_str(text).unwrap();
        assert!(matches!(ask(&wasm), Answer::Done { wall_ns, .. } if wall_ns > 0.0));
        let empty = b"\0asm\x01\0\0\0";
        let reason = Answer::Refused("there is no function `half`".to_owned());
        assert_eq!(ask(empty), reason);
        assert!(matches!(ask(b"no module"), Answer::Refused(_)));
    }

    #[test]
    fn an_unknown_runtime_is_refused() {
        let request = r#"{"Heap": {"runtime": "nobody"}}"#;
        let mut output = Vec::new();
        answer(request, &mut &b""[..], &mut output).unwrap();
        let answer: Answer = serde_json::from_slice(&output).unwrap();
        let expected = "this build has no runtime `nobody`";
        assert_eq!(answer, Answer::Refused(expected.to_owned()));
    }
}
