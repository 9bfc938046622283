//! Functions made to be hard to compile: the time that the baseline compiler takes grows no
//! faster than they do, its memory is bounded by their size, and they do what they do in the
//! interpreter.
//!
//! `HOSTILE_TIMES=1` prints how long each takes.

mod support;

use std::fs;

use selvedge::{Config, Engine, Error, Instance, Module, Store, Strategy};

/// A function with one parameter, `i32`, and the result `i32`.
struct Function {
    /// Declared locals of type `i64`.
    locals: u32,
    body: Vec<u8>,
}

/// How much a shape has of what makes it hard, a quarter at first; less in a debug build.
const fn size(release: usize) -> usize {
    if cfg!(debug_assertions) {
        release / 10
    } else {
        release
    }
}

/// A shape: its name, its full size, and the function of a size.
type Shape = (&'static str, usize, fn(usize) -> Function);

const GET: [u8; 2] = [0x20, 0];
const SET: [u8; 2] = [0x21, 0];
const TEE: [u8; 2] = [0x22, 0];
const ADD: u8 = 0x6a;
const END: u8 = 0x0b;
const BLOCK: [u8; 2] = [0x02, 0x40];
const LOOP: [u8; 2] = [0x03, 0x40];
const IF: [u8; 2] = [0x04, 0x40];
const IF_I32: [u8; 2] = [0x04, 0x7f];
const ELSE: u8 = 0x05;
const DROP: u8 = 0x1a;
const ONE: [u8; 2] = [0x41, 1];

const SHAPES: [Shape; 20] = [
    ("a body as large as one may be", size(1_090_000), |n| {
        plain(&[&GET[..], &ONE, &[ADD], &SET].concat().repeat(n))
    }),
    ("locals", size(49_999), |n| {
        let mut body = Vec::new();
        for local in 1..=n as u64 {
            // Each is set to its neighbour.
            body.push(0x20);
            leb128(&mut body, local);
            body.push(0x21);
            leb128(&mut body, 1 + local % n as u64);
        }
        let mut function = plain(&body);
        function.locals = n as u32;
        function
    }),
    ("locals and loops", size(40_000), |n| {
        let mut body = Vec::new();
        for local in 1..=n as u64 {
            body.extend(LOOP);
            body.push(0x20);
            leb128(&mut body, local);
            body.push(0x21);
            leb128(&mut body, 1 + local % n as u64);
            body.push(END);
        }
        let mut function = plain(&body);
        function.locals = n as u32;
        function
    }),
    ("a local for every nested loop", size(40_000), |n| {
        let mut body = Vec::new();
        for local in 1..=n as u64 {
            body.extend(LOOP);
            body.push(0x20);
            leb128(&mut body, local);
            body.push(0x21);
            leb128(&mut body, 1 + local % n as u64);
        }
        body.resize(body.len() + n, END);
        let mut function = plain(&body);
        function.locals = n as u32;
        function
    }),
    ("branch table to one label", size(100_000), |n| {
        let mut body = [&BLOCK[..], &GET, &[0x0e]].concat();
        leb128(&mut body, n as u64);
        body.resize(body.len() + n + 1, 0);
        body.push(END);
        plain(&body)
    }),
    ("branch table to many labels", size(100_000), |n| {
        const LABELS: usize = 120;
        let mut body = [&BLOCK.repeat(LABELS)[..], &GET, &[0x0e]].concat();
        leb128(&mut body, n as u64);
        body.extend((0..=n).map(|at| (at % LABELS) as u8));
        for _ in 0..LABELS {
            body.push(END);
            body.extend([&GET[..], &ONE, &[ADD], &SET].concat());
        }
        plain(&body)
    }),
    ("branch tables", size(20_000), |n| {
        let one = [&BLOCK[..], &BLOCK, &GET, &[0x0e, 2, 0, 1, 1, END, END]].concat();
        plain(&one.repeat(n))
    }),
    ("nested blocks", size(400_000), |n| nested(&BLOCK, n)),
    ("nested loops", size(200_000), |n| nested(&LOOP, n)),
    ("nested conditions", size(200_000), |n| {
        nested(&[&GET[..], &IF].concat(), n)
    }),
    ("loops", size(200_000), |n| {
        let one = [&LOOP[..], &GET, &SET, &[END]].concat();
        plain(&one.repeat(n))
    }),
    ("branches out of all blocks", size(100_000), |n| {
        let mut body = BLOCK.repeat(n);
        for depth in 0..n as u64 {
            // Never taken: the parameter is not 0, but what is asked is whether it is.
            body.extend([&GET[..], &[0x45, 0x0d]].concat());
            leb128(&mut body, depth % (n as u64 - depth));
            body.push(END);
        }
        plain(&body)
    }),
    ("constants below loops", size(100_000), |n| {
        let loops = [&LOOP[..], &GET, &SET, &[END]].concat().repeat(n / 10);
        let body = [ONE.repeat(n), loops, vec![DROP; n]].concat();
        plain(&body)
    }),
    ("constants and loops in turn", size(100_000), |n| {
        let one = [&ONE[..], &LOOP, &[END]].concat();
        plain(&[one.repeat(n), vec![ADD; n - 1], SET.to_vec()].concat())
    }),
    ("constants below conditions with loops", size(60_000), |n| {
        let one = [&GET[..], &IF, &LOOP, &[END, END]].concat();
        let body = [ONE.repeat(n), one.repeat(n / 4), vec![DROP; n]].concat();
        plain(&body)
    }),
    ("copies of a local that is set", size(200_000), |n| {
        let one = [&GET[..], &GET, &ONE, &[ADD], &SET].concat();
        plain(&[one.repeat(n), vec![ADD; n - 1], SET.to_vec()].concat())
    }),
    ("copies of a local below calls", size(60_000), |n| {
        let call = [&GET[..], &[0x10, 1], &SET].concat();
        let body = [GET.repeat(n), call.repeat(n / 4), vec![DROP; n]].concat();
        plain(&body)
    }),
    (
        "conditions with results in conditions",
        size(100_000),
        |n| {
            let one = [&GET[..], &IF_I32].concat();
            let rest = [&ONE[..], &[ADD, ELSE], &ONE, &[END]].concat();
            plain(&[one.repeat(n), ONE.to_vec(), rest.repeat(n), SET.to_vec()].concat())
        },
    ),
    ("else in else", size(100_000), |n| {
        let one = [&GET[..], &[0x45], &IF_I32, &ONE, &[ELSE]].concat();
        plain(&[one.repeat(n), ONE.to_vec(), vec![END; n], SET.to_vec()].concat())
    }),
    ("a deep expression", size(400_000), |n| {
        let leaf = [&GET[..], &[0x41, 3, 0x6c]].concat();
        plain(&[leaf.repeat(n), vec![ADD; n - 1], SET.to_vec()].concat())
    }),
];

/// A function that does this and returns its parameter.
fn plain(body: &[u8]) -> Function {
    Function {
        locals: 0,
        body: [body, &GET, &[END]].concat(),
    }
}

fn nested(open: &[u8], n: usize) -> Function {
    let step = [&GET[..], &TEE, &SET, &[END]].concat();
    plain(&[open.repeat(n), step.repeat(n)].concat())
}

fn leb128(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

impl Function {
    /// A module with this and a function that returns its parameter.
    fn module(&self) -> Vec<u8> {
        let mut hard = Vec::new();
        match self.locals {
            0 => hard.push(0),
            count => {
                hard.push(1);
                leb128(&mut hard, count.into());
                hard.push(0x7e);
            }
        }
        hard.extend_from_slice(&self.body);
        let mut code = vec![2];
        leb128(&mut code, hard.len() as u64);
        code.extend(hard);
        code.extend([4, 0, 0x20, 0, END]);
        let sections: [(u8, &[u8]); 4] = [
            (1, b"\x01\x60\x01\x7f\x01\x7f"),
            (3, b"\x02\0\0"),
            (7, b"\x01\x01f\0\0"),
            (10, &code),
        ];
        let mut binary = b"\0asm\x01\0\0\0".to_vec();
        for (id, contents) in sections {
            binary.push(id);
            leb128(&mut binary, contents.len() as u64);
            binary.extend_from_slice(contents);
        }
        binary
    }
}

/// Nanoseconds that this thread has run, which do not depend on what else the machine does.
fn thread_ns() -> u64 {
    // The system brings the figure up to date when a thread gives way.
    std::thread::yield_now();
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

/// A figure of this process in KiB.
fn status_kib(what: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what));
    let line = line.expect("the system tells");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn run(module: &Module) -> Result<i32, Error> {
    let mut store = Store::new(module.engine(), ());
    let instance = Instance::new(&mut store, module, &[])?;
    let run = instance.get_typed_func::<i32, i32>(&mut store, "f")?;
    run.call(&mut store, 1)
}

/// An engine whose guests have room for large frames.
fn engine(strategy: Strategy) -> Engine {
    let mut config = Config::new();
    config
        .strategy(strategy)
        .tier_up_thresholds(0, 0)
        .max_wasm_stack(64 << 20);
    Engine::new(&config).unwrap()
}

#[test]
fn compiling_takes_time_and_memory_in_proportion() {
    if !support::HAS_BASELINE {
        return;
    }
    let [baseline, interpreter] = [Strategy::Baseline, Strategy::Interpreter].map(engine);
    let print = std::env::var_os("HOSTILE_TIMES").is_some();
    let mut wrong = Vec::new();
    let only = std::env::var("HOSTILE_SHAPE").unwrap_or_default();
    for (name, size, function) in SHAPES {
        if !name.contains(&only) {
            continue;
        }
        let [small, large] = [size / 4, size].map(|n| function(n).module());
        let least_ns = |binary: &[u8], rounds: usize| {
            let times = (0..rounds).map(|_| {
                let before = thread_ns();
                Module::from_binary(&baseline, binary).unwrap_or_else(|e| panic!("{name}: {e:?}"));
                thread_ns() - before
            });
            times.min().unwrap()
        };
        // The first is not yet warm.
        least_ns(&small, 1);
        let short = least_ns(&small, 3);
        // Ignored where it cannot be.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let before = status_kib("VmRSS");
        let mut long = least_ns(&large, 1);
        let kib = status_kib("VmHWM").saturating_sub(before);
        let growth = |long: u64| long as f64 / short as f64;
        if growth(long) > 5.0 {
            long = long.min(least_ns(&large, 3));
        }
        let mb = large.len() as f64 / 1e6;
        let line = format!(
            "{name}: {mb:.2} MB in {:.1} ms, {:.2} times as long as a quarter of it, {kib} KiB",
            long as f64 / 1e6,
            growth(long),
        );
        if print {
            println!("{line}");
        }
        // What is quadratic takes sixteen times as long. A quarter of a KiB for every byte is more than anything needs.
        if (growth(long) >= 12.0 && long > 5_000_000) || kib > (64 << 10) + large.len() / 4 {
            wrong.push(line);
        }
        let [expected, found] = [&interpreter, &baseline].map(|engine| {
            let module = Module::from_binary(engine, &small).unwrap();
            run(&module).map_err(|error| error.to_string())
        });
        assert!(expected.is_ok(), "{name}: {expected:?}");
        assert_eq!(expected, found, "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
