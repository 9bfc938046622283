//! A generator by yielding: a recursive guest becomes an iterator of the host.
//!
//! The guest solves the Towers of Hanoi by plain recursion, and calls `host.emit` for each move, however deep it
//! is. That host function does not return: it yields the move to whoever called the guest, and the guest
//! waits there, with all its frames, until the next move is wanted. The guest knows nothing of that.
//!
//! ```console
//! $ cargo run --example generator
//! ```

use std::sync::Arc;

use selvedge::region::{
    Contexts, InstanceHandle, InstanceRegion, LifeError, Limits, MmapRegion, Region, RunResult,
};
use selvedge::{Caller, Engine, InstancePre, Linker, Module, Result, ensure};

const GUEST: &str = r#"(module
    (import "host" "emit" (func $emit (param i32 i32)))
    (func $hanoi (export "hanoi") (param $disks i32) (param $from i32) (param $to i32)
        (local $other i32)
        (if (local.get $disks) (then
            (local.set $other (i32.sub (i32.const 3) (i32.add (local.get $from) (local.get $to))))
            (call $hanoi (i32.sub (local.get $disks) (i32.const 1)) (local.get $from) (local.get $other))
            (call $emit (local.get $from) (local.get $to))
            (call $hanoi (i32.sub (local.get $disks) (i32.const 1)) (local.get $other) (local.get $to))))))"#;

/// From which rod to which.
type Move = (u32, u32);

/// `host.emit`: gives the move to the host, and goes on when it wants the next.
fn emit(mut caller: Caller<'_, Contexts>, from: u32, to: u32) -> Result<()> {
    caller.yield_val::<Move>((from, to))
}

/// The moves of a guest, one for each time that it is resumed.
struct Moves {
    guest: InstanceHandle,
    state: State,
}

enum State {
    Start { disks: u32 },
    Waits,
    Done,
}

impl Moves {
    fn new(region: &Arc<MmapRegion>, pre: &InstancePre<Contexts>, disks: u32) -> Result<Self> {
        let guest = region.new_instance(pre)?;
        let state = State::Start { disks };
        Ok(Self { guest, state })
    }

    /// Lets the guest run until it yields or returns.
    fn advance(&mut self) -> Result<RunResult, LifeError> {
        match self.state {
            State::Start { disks } => {
                let args = [disks, 0, 2].map(Into::into);
                self.guest.run("hanoi", &args)
            }
            State::Waits | State::Done => self.guest.resume(),
        }
    }
}

impl Iterator for Moves {
    type Item = Result<Move, LifeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Done) {
            return None;
        }
        let result = self.advance();
        self.state = match &result {
            Ok(run) if run.is_yielded() => State::Waits,
            _ => State::Done,
        };
        match result {
            Ok(RunResult::Yielded(value)) => {
                let step = value.downcast::<Move>().expect("`emit` yields moves");
                Some(Ok(*step))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// Moves a disk, if that is allowed.
fn play(rods: &mut [Vec<u32>; 3], (from, to): Move) -> Result<()> {
    let Some(disk) = rods[from as usize].pop() else {
        selvedge::bail!("there is no disk on rod {from}");
    };
    let below = rods[to as usize].last();
    ensure!(
        below.is_none_or(|&below| below > disk),
        "disk {disk} is too large"
    );
    rods[to as usize].push(disk);
    Ok(())
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "emit", emit)?;
    let pre = linker.instantiate_pre(&module)?;
    // Room for two generators, each with a heap and stacks of its own.
    let region = MmapRegion::create(2, &Limits::default().with_stack_size(256 << 10))?;

    // A guest as an iterator: its moves bring all disks from the first rod to the last.
    let disks = 5;
    let mut rods = [(1..=disks).rev().collect(), Vec::new(), Vec::new()];
    let mut count = 0;
    for step in Moves::new(&region, &pre, disks)? {
        play(&mut rods, step?)?;
        count += 1;
    }
    println!("{count} moves bring all disks from the first rod to the last: {rods:?}");
    assert_eq!(count, 31);
    assert_eq!(rods, [vec![], vec![], vec![5, 4, 3, 2, 1]]);

    // Two guests by turns, each in the middle of its recursion.
    let pair = Moves::new(&region, &pre, 3)?.zip(Moves::new(&region, &pre, 4)?);
    assert_eq!(region.free_slots(), 0);
    let mut steps = Vec::new();
    for (odd, even) in pair {
        steps.push((odd?, even?));
    }
    println!("moves of three disks, and of four by turns: {steps:?}");
    assert_eq!(steps.len(), 7);
    assert_eq!(steps[0], ((0, 2), (0, 1)));

    // The first ten of a million: nothing is computed that nobody asks for. To drop the iterator gives up the
    // guest, whatever it is in the middle of, and its slot is free again.
    let first: Vec<Move> = Moves::new(&region, &pre, 20)?
        .take(10)
        .collect::<Result<_, _>>()?;
    println!("the first ten moves of twenty disks: {first:?}");
    assert_eq!(first[..3], [(0, 1), (0, 2), (1, 2)]);
    assert_eq!(region.free_slots(), 2);
    Ok(())
}
