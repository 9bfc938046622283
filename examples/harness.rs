//! A fuzzing harness: many inputs on one instance, which is reset after each, and a count of what came of them.
//!
//! The guest is a calculator with four mistakes in it. Each input gets a fresh state by a reset, and a bound on what it
//! executes. Two inputs have the same outcome if they trap in the same way at the same place. Everything is deterministic, so
//! each finding can be run again from its input alone.
//!
//! ```console
//! $ cargo run --example harness
//! ```

use std::collections::BTreeMap;

use selvedge::error::Context;
use selvedge::{Config, Engine, Error, Instance, Memory, Module, Result, Store, Trap, TypedFunc};

/// Reads a program of single bytes: digits are pushed on a stack, `+ - /` take two numbers and push one, `p` pops, `!` ends,
/// `@` jumps back by as many bytes as the number that it pops says.
const CALCULATOR: &str = r#"(module
    (memory (export "memory") 1)
    ;; Operands grow up from 8; the input is at 4096.
    (global $top (mut i32) (i32.const 8))
    (func $push (param $value i32)
        (i32.store (global.get $top) (local.get $value))
        (global.set $top (i32.add (global.get $top) (i32.const 4))))
    ;; Mistake: it does not check that there is an operand. Too many pops go below address 0, and trap.
    (func $pop (result i32)
        (global.set $top (i32.sub (global.get $top) (i32.const 4)))
        (i32.load (global.get $top)))
    (func $divide
        (local $by i32)
        (local.set $by (call $pop))
        ;; Mistake: `by` may be 0.
        (call $push (i32.div_s (call $pop) (local.get $by))))
    (func (export "run") (param $len i32) (result i32)
        (local $at i32) (local $byte i32)
        (loop $next
            (if (i32.lt_u (local.get $at) (local.get $len)) (then
                (local.set $byte (i32.load8_u offset=4096 (local.get $at)))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)) (then
                    (call $push (i32.sub (local.get $byte) (i32.const 48)))))
                (if (i32.eq (local.get $byte) (i32.const 43)) (then
                    (call $push (i32.add (call $pop) (call $pop)))))
                (if (i32.eq (local.get $byte) (i32.const 45)) (then
                    (call $push (i32.sub (call $pop) (call $pop)))))
                (if (i32.eq (local.get $byte) (i32.const 47)) (then (call $divide)))
                (if (i32.eq (local.get $byte) (i32.const 112)) (then (drop (call $pop))))
                ;; Mistake: a jump to itself.
                (if (i32.eq (local.get $byte) (i32.const 64)) (then
                    (local.set $at (i32.sub (local.get $at) (call $pop)))))
                ;; Mistake: `!` fails when operands are left.
                (if (i32.eq (local.get $byte) (i32.const 33)) (then
                    (if (i32.ne (global.get $top) (i32.const 8)) (then unreachable))
                    (return (i32.const 0))))
                (br $next))))
        (i32.sub (global.get $top) (i32.const 8))))"#;

/// What an input may execute: far more than any that ends.
const FUEL: u64 = 5_000;
const INPUTS: u32 = 4_000;
const ALPHABET: &[u8] = b"0123456789+-/p!@ ";

/// What came of an input: the same outcome, the same finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Outcome {
    Returned,
    TooLong,
    /// The trap, the function and the offset in the module.
    Trapped(String, String, usize),
}

/// One instance, for all inputs.
struct Target {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
    run: TypedFunc<u32, i32>,
}

impl Target {
    fn new() -> Result<Self> {
        let engine = Engine::new(Config::new().consume_fuel(true))?;
        let module = Module::new(&engine, CALCULATOR)?;
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Self {
            memory: memory.context("no export `memory`")?,
            run: instance.get_typed_func(&mut store, "run")?,
            store,
            instance,
        })
    }

    /// Runs one input on an instance that is as new.
    fn run(&mut self, input: &[u8]) -> Result<Outcome> {
        self.instance.reset(&mut self.store)?;
        self.store.set_fuel(FUEL)?;
        self.memory.write(&mut self.store, 4096, input)?;
        match self.run.call(&mut self.store, u32::try_from(input.len())?) {
            Ok(_) => Ok(Outcome::Returned),
            Err(error) => classify(error),
        }
    }
}

/// What kind of finding an error is. One that is not the guest's is the harness's own, and ends it.
fn classify(error: Error) -> Result<Outcome> {
    let Some(trap) = error.as_trap_code() else {
        return Err(error);
    };
    if trap == Trap::OutOfFuel {
        return Ok(Outcome::TooLong);
    }
    let frame = error.backtrace().and_then(|trace| trace.frames().first());
    let frame = frame.context("a trap has a place")?;
    Ok(Outcome::Trapped(
        trap.to_string(),
        frame.func_name().unwrap_or("?").into(),
        frame.module_offset().unwrap_or(0),
    ))
}

/// A generator of random numbers (xorshift), the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    fn input(&mut self) -> Vec<u8> {
        let len = self.below(24);
        (0..len)
            .map(|_| ALPHABET[self.below(ALPHABET.len())])
            .collect()
    }
}

fn main() -> Result<()> {
    let (mut target, mut random) = (Target::new()?, Random(0x5eed));

    // How often there was which outcome, and the shortest input for it.
    let mut outcomes = BTreeMap::<Outcome, (u32, Vec<u8>)>::new();
    for _ in 0..INPUTS {
        let input = random.input();
        let outcome = target.run(&input)?;
        let (count, shortest) = outcomes.entry(outcome).or_insert((0, input.clone()));
        *count += 1;
        if input.len() < shortest.len() {
            *shortest = input;
        }
    }
    for (outcome, (count, shortest)) in &outcomes {
        let shortest = String::from_utf8_lossy(shortest);
        println!("{count:5} × {outcome:?}, shortest input {shortest:?}");
    }
    let counts = outcomes.values().map(|(count, _)| count);
    assert_eq!(counts.sum::<u32>(), INPUTS);
    for trap in [
        Trap::IntegerDivisionByZero,
        Trap::MemoryOutOfBounds,
        Trap::UnreachableCodeReached,
    ] {
        let is = |outcome: &Outcome| matches!(outcome, Outcome::Trapped(found, ..) if *found == trap.to_string());
        assert!(outcomes.keys().any(is), "{trap} was not found");
    }
    assert!(outcomes.contains_key(&Outcome::TooLong));

    // What was found is found again, on a new instance as on one that has seen thousands of inputs.
    for (outcome, (_, input)) in &outcomes {
        assert_eq!(&target.run(input)?, outcome);
        assert_eq!(&Target::new()?.run(input)?, outcome);
    }
    Ok(())
}
