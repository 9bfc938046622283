//! Other threads use, and drop, kill switches at random times of a run.
//!
//! What must hold: of all switches of a run at most one ends it; if one has, the run ends as killed, and else
//! as it would without them; a run that does not end by itself has ended; after a reset an instance is
//! as good as new.

use std::hint::spin_loop;
use std::thread;

use arbitrary::{Result, Unstructured};
use selvedge::region::{
    Contexts, InstanceHandle, InstanceRegion, KillError, KillSuccess, KillSwitch, LifeError,
    RunResult, StartMode, TerminationDetails,
};
use selvedge::{Caller, Linker, Module};

use super::Scene;
use crate::targets::is_zero;

/// What a guest can be busy with: the first entries never end by themselves.
const GUEST: &str = r#"(module
    (import "env" "host" (func $host))
    (import "env" "yield" (func $yield))
    (memory (export "memory") 16 16)
    (global $n (mut i64) (i64.const 7))
    (func $start (global.set $n (i64.const 8)))
    (start $start)
    (export "start" (func $start))
    (func (export "spin") (loop (global.set $n (i64.add (global.get $n) (i64.const 1))) (br 0)))
    (func (export "calls") (loop (call $nothing) (br 0)))
    (func $nothing)
    (func (export "fill")
        (loop (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x100000)) (br 0)))
    (func (export "host_calls") (loop (call $host) (br 0)))
    (func (export "yields") (loop (call $yield) (br 0)))
    (func (export "counts") (local i32)
        (local.set 0 (i32.const 500))
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i64.store (i32.const 0xffff8) (global.get $n)))
    (func (export "traps") (i64.store (i32.const 8) (i64.const 1)) unreachable)
    (func (export "host") (call $host) (call $host)))"#;

const ENTRIES: [&str; 8] = [
    "spin",
    "calls",
    "fill",
    "host_calls",
    "yields",
    "counts",
    "traps",
    "host",
];
/// How many of the entries do not end.
const ENDLESS: usize = 5;

/// How many rounds there are at most.
const ROUNDS: usize = 12;

/// How often a guest that waits goes on at most, if no switch is used.
const PATIENCE: usize = 5;

/// A thread that has a switch.
struct Holder {
    /// How long it waits.
    spins: u32,
    /// Whether it uses the switch, or drops it.
    uses: bool,
}

/// How a run, or a part of it, has ended.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum End {
    Returned,
    Faulted,
    Waits,
    Killed,
}

pub(super) fn run(scene: &Scene, input: &mut Unstructured<'_>) -> Option<()> {
    let region = scene.region(2)?;
    let mut linker = Linker::<Contexts>::new(&scene.engine);
    let host = linker.func_wrap("env", "host", |_: Caller<'_, Contexts>| spin_loop());
    host.expect("it is not defined yet");
    let yields = linker.func_wrap("env", "yield", |mut caller: Caller<'_, Contexts>| {
        caller.yield_()
    });
    yields.expect("it is not defined yet");
    let guest = wat::parse_str(GUEST).expect("the guest is valid");
    let module = Module::from_binary(&scene.engine, &guest).expect("the guest is valid");
    let pre = linker
        .instantiate_pre(&module)
        .expect("all imports are defined");
    let make = || {
        let builder = region.new_instance_builder(&pre).with_start(scene.start);
        let mut instance = builder.build().expect("there is a slot");
        start(&mut instance, scene.start);
        instance
    };

    let mut instance = make();
    for _ in 0..ROUNDS {
        if input.is_empty() {
            break;
        }
        let again = round(&mut instance, input).ok()?;
        match again {
            true => {
                instance.reset().expect("a reset");
                start(&mut instance, scene.start);
            }
            false => {
                drop_elsewhere(instance);
                instance = make();
            }
        }
        check_new(&instance);
    }
    drop(instance);
    assert_eq!(region.used_slots(), 0);
    Some(())
}

fn start(instance: &mut InstanceHandle, mode: StartMode) {
    if mode == StartMode::Manual {
        instance.run_start().expect("the start function returns");
    }
}

/// A run; whether the instance is to be reset, and not made anew.
fn round(instance: &mut InstanceHandle, input: &mut Unstructured<'_>) -> Result<bool> {
    let byte: u8 = input.arbitrary()?;
    let entry = usize::from(byte) % ENTRIES.len();
    let bound = (byte & 16 != 0).then_some(1000);
    let mut holders = Vec::new();
    for _ in 0..input.int_in_range(0..=2)? {
        let how: u16 = input.arbitrary()?;
        holders.push(Holder {
            spins: u32::from(how >> 1),
            uses: how & 1 != 0,
        });
    }
    let used = holders.iter().any(|holder| holder.uses);
    if entry < ENDLESS && !used {
        holders.push(Holder {
            spins: 0,
            uses: true,
        });
    }
    let (end, kills) = contend(instance, ENTRIES[entry], bound, &holders);
    let won = kills.iter().filter(|kill| kill.is_ok()).count();
    assert!(won <= 1, "{kills:?}");
    // A guest that waits does not know yet.
    let end = match end {
        End::Waits if won > 0 => go_on(instance),
        end => end,
    };
    assert_eq!(end == End::Killed, won > 0, "{}: {kills:?}", ENTRIES[entry]);
    assert_eq!(instance.is_terminated(), end == End::Killed);
    Ok(byte & 32 == 0)
}

/// Runs `entry` while `holders` have switches for the run; how it has ended, and what became of those that were used.
fn contend(
    instance: &mut InstanceHandle,
    entry: &str,
    bound: Option<u64>,
    holders: &[Holder],
) -> (End, Vec<std::result::Result<KillSuccess, KillError>>) {
    let switch = instance.kill_switch();
    thread::scope(|scope| {
        let threads = holders.iter().map(|holder| {
            let switch = switch.clone();
            scope.spawn(move || hold(holder, &switch))
        });
        let threads: Vec<_> = threads.collect();
        let endless = holders.iter().any(|holder| holder.uses);
        let mut end = match bound {
            None => end(instance.run(entry, &[]).map(Some)),
            Some(bound) => end(instance.run_bounded(entry, &[], bound)),
        };
        let mut patience = PATIENCE;
        while end == End::Waits && (endless || patience > 0) {
            // Somebody has used a switch, or will.
            if threads.iter().all(|thread| thread.is_finished()) && patience == 0 {
                break;
            }
            patience = patience.saturating_sub(1);
            end = go_on(instance);
        }
        let joined = threads.into_iter().map(|thread| thread.join());
        let kills = joined.filter_map(|kill| kill.expect("a switch does not panic"));
        (end, kills.collect())
    })
}

fn hold(
    holder: &Holder,
    switch: &KillSwitch,
) -> Option<std::result::Result<KillSuccess, KillError>> {
    for _ in 0..holder.spins {
        spin_loop();
    }
    holder.uses.then(|| switch.terminate())
}

/// Lets a guest that waits go on.
fn go_on(instance: &mut InstanceHandle) -> End {
    end(match instance.is_yielded() {
        true => instance.resume().map(Some),
        false => instance.resume_bounded(1000),
    })
}

fn end(result: std::result::Result<Option<RunResult>, LifeError>) -> End {
    match result {
        Ok(Some(RunResult::Returned(_))) => End::Returned,
        Ok(Some(RunResult::Yielded(_)) | None) => End::Waits,
        Err(LifeError::RuntimeFault(_)) => End::Faulted,
        Err(LifeError::RuntimeTerminated(TerminationDetails::Remote)) => End::Killed,
        Err(error) => panic!("{error:?}"),
    }
}

/// Drops the instance while another thread uses a switch for its next run; and in another thread, if it may
/// be sent there.
fn drop_elsewhere(instance: InstanceHandle) {
    let switch = instance.kill_switch();
    let killer = thread::spawn(move || switch.terminate().is_ok());
    match instance.try_into_send() {
        Ok(sent) => {
            let dropper = thread::spawn(move || drop(sent.into_handle()));
            dropper.join().expect("an instance can be dropped anywhere");
        }
        Err(instance) => drop(instance),
    }
    killer.join().expect("a switch does not panic");
}

/// Nothing is left of an earlier run.
fn check_new(instance: &InstanceHandle) {
    assert!(instance.is_ready());
    assert!(is_zero(instance.heap()));
    let n = instance.globals().get(0).expect("there is a global");
    assert_eq!(format!("{n:?}"), "I64(8)");
}
