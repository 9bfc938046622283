//! Kill switches: at any time of a run, from any thread, as often as you like.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use selvedge::region::{
    Contexts, InstanceHandle, InstanceRegion, KillError, KillSuccess, LifeError, StartMode,
    TerminationDetails,
};
use selvedge::{Caller, Result, Trap, Val};

use crate::support::*;

/// Everything a guest can be busy with.
const GUEST: &str = r#"(module
    (import "env" "host" (func $host))
    (memory (export "memory") 64 64)
    (func (export "spin") (loop (br 0)))
    (func $call (export "calls") (loop (call $nothing) (br 0)))
    (func $nothing)
    (func (export "fill")
        (loop (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x400000)) (br 0)))
    (func (export "host_calls") (loop (call $host) (br 0)))
    (func (export "host") (call $host))
    (func (export "trap") unreachable)
    (func (export "loop") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "get") (result i32) (i32.const 42)))"#;

fn guest(
    kind: &Kind,
    host: impl Fn(Caller<'_, Contexts>) -> Result<()> + Send + Sync + 'static,
) -> InstanceHandle {
    let mut linker = kind.linker();
    linker.func_wrap("env", "host", host).expect("a function");
    kind.instance_with(GUEST, &linker)
}

/// Checks that the instance was killed, and is as good as new after a reset.
fn check_killed(kind: &Kind, instance: &mut InstanceHandle, details: TerminationDetails) {
    assert_eq!(details, TerminationDetails::Remote);
    assert!(instance.is_terminated());
    let result = instance.run("get", &[]);
    assert!(matches!(result, Err(LifeError::InvalidArgument(_))));
    kind.reset(instance);
    assert_eq!(returned(instance, "get", &[]), 42);
}

#[test]
fn a_busy_guest_is_stopped_wherever_it_is() {
    let signalled = AtomicU64::new(0);
    on_every_kind(|kind| {
        let mut instance = guest(kind, |_| Ok(()));
        for entry in ["spin", "calls", "fill", "host_calls"] {
            let switch = instance.kill_switch();
            let second = switch.clone();
            let killer = thread::spawn(move || {
                thread::sleep(Duration::from_millis(3));
                (switch.terminate(), switch.terminate())
            });
            let details = terminated(instance.run(entry, &[]));
            let (first, again) = killer.join().unwrap();
            // On a busy machine the run may not have begun.
            assert!(first.is_ok(), "{entry}: {first:?}");
            if first == Ok(KillSuccess::Signalled) {
                signalled.fetch_add(1, Ordering::Relaxed);
            }
            // The run's state goes when it has ended.
            assert!(again.is_err());
            assert_eq!(second.terminate(), Err(KillError::Invalid));
            check_killed(kind, &mut instance, details);
        }
    });
    assert!(signalled.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_run_can_be_cancelled_before_it_begins() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |_| Ok(()));
        let switch = instance.kill_switch();
        assert_eq!(switch.terminate(), Ok(KillSuccess::Cancelled));
        assert_eq!(switch.terminate(), Err(KillError::NotTerminable));
        // What is wrong with a call comes first.
        assert!(matches!(
            instance.run("no", &[]),
            Err(LifeError::SymbolNotFound(_))
        ));
        assert!(instance.is_ready());
        let details = terminated(instance.run("get", &[]));
        check_killed(kind, &mut instance, details);
        assert_eq!(switch.terminate(), Err(KillError::Invalid));
    });
}

#[test]
fn a_switch_is_for_one_run() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |_| Ok(()));
        let after_return = instance.kill_switch();
        assert_eq!(returned(&mut instance, "get", &[]), 42);
        assert_eq!(after_return.terminate(), Err(KillError::Invalid));
        let after_fault = instance.kill_switch();
        assert_eq!(
            fault(instance.run("trap", &[])),
            Trap::UnreachableCodeReached
        );
        assert_eq!(after_fault.terminate(), Err(KillError::Invalid));
        let after_reset = instance.kill_switch();
        instance.reset().unwrap();
        assert_eq!(after_reset.terminate(), Err(KillError::Invalid));
        let cancelled = instance.kill_switch();
        assert_eq!(cancelled.terminate(), Ok(KillSuccess::Cancelled));
        kind.reset(&mut instance);
        assert_eq!(
            returned(&mut instance, "get", &[]),
            42,
            "a reset forgets it"
        );
        let after_drop = instance.kill_switch();
        drop(instance);
        assert_eq!(after_drop.terminate(), Err(KillError::Invalid));
    });
}

#[test]
fn a_host_function_ends_before_its_guest() {
    on_every_kind(|kind| {
        let done = Arc::new(AtomicU64::new(0));
        let count = done.clone();
        let mut instance = guest(kind, move |caller| {
            let switch = caller.kill_switch().expect("it runs in a region");
            assert_eq!(switch.terminate(), Ok(KillSuccess::Pending));
            assert_eq!(switch.terminate(), Err(KillError::NotTerminable));
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let details = terminated(instance.run("host_calls", &[]));
        assert_eq!(done.load(Ordering::Relaxed), 1);
        check_killed(kind, &mut instance, details);
    });
}

#[test]
fn what_a_host_function_ends_with_outranks_a_switch() {
    on_every_kind(|kind| {
        for how in 0..4 {
            let mut instance = guest(kind, move |caller| {
                let switch = caller.kill_switch().expect("it runs in a region");
                assert_eq!(switch.terminate(), Ok(KillSuccess::Pending));
                match how {
                    0 => Err(caller.terminate("own")),
                    1 => TerminationDetails::provide("own").raise(),
                    2 => std::panic::resume_unwind(Box::new("own")),
                    _ => Err(Trap::NullReference.into()),
                }
            });
            let result = instance.run("host", &[]);
            match how {
                0 | 1 => assert!(terminated(result).provided_details().is_some()),
                2 => assert!(matches!(
                    terminated(result),
                    TerminationDetails::OtherPanic(_)
                )),
                _ => assert_eq!(fault(result), Trap::NullReference),
            }
            // No request is left for the next run.
            kind.reset(&mut instance);
            instance.run("loop", &[1000.into()]).expect("it runs");
        }
    });
}

#[test]
fn a_host_function_that_waits_is_woken() {
    on_every_kind(|kind| {
        let called = Arc::new(AtomicBool::new(false));
        let calls = called.clone();
        let mut instance = guest(kind, move |caller| {
            calls.store(true, Ordering::Relaxed);
            let interrupt = caller.interrupt_handle();
            let (sender, woken) = mpsc::channel();
            let _registration = interrupt.on_interrupt(move || {
                let _ = sender.send(());
            });
            if !interrupt.is_pending() {
                let _ = woken.recv_timeout(Duration::from_secs(60));
            }
            match interrupt.clear() {
                true => Err(Trap::Interrupt.into()),
                false => Ok(()),
            }
        });
        let switch = instance.kill_switch();
        let killer = thread::spawn(move || {
            while !called.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(2));
            switch.terminate()
        });
        let began = Instant::now();
        let details = terminated(instance.run("host", &[]));
        assert!(began.elapsed() < Duration::from_secs(30));
        assert_eq!(killer.join().unwrap(), Ok(KillSuccess::Pending));
        check_killed(kind, &mut instance, details);
    });
}

#[test]
fn a_guest_below_a_host_function_is_stopped_too() {
    on_every_kind(|kind| {
        let called = Arc::new(AtomicBool::new(false));
        let calls = called.clone();
        let mut instance = guest(kind, move |mut caller| {
            calls.store(true, Ordering::Relaxed);
            let instance = caller.instance().expect("a guest called");
            let spin = instance.get_typed_func::<(), ()>(&mut caller, "spin")?;
            let error = spin.call(&mut caller, ()).expect_err("it never returns");
            assert_eq!(error.as_trap_code(), Some(Trap::Interrupt));
            // Whether it is passed on or not makes no difference.
            Ok(())
        });
        let switch = instance.kill_switch();
        let killer = thread::spawn(move || {
            while !called.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(2));
            switch.terminate()
        });
        let details = terminated(instance.run("host_calls", &[]));
        assert_eq!(killer.join().unwrap(), Ok(KillSuccess::Pending));
        check_killed(kind, &mut instance, details);
    });
}

#[test]
fn a_start_function_can_be_killed() {
    on_every_kind(|kind| {
        if kind.start == StartMode::Auto {
            return;
        }
        let region = kind.region(1, &small());
        let pre = kind.pre(
            r#"(module (func $start (loop (br 0))) (start $start)
                (func (export "get") (result i32) (i32.const 1)))"#,
        );
        let builder = region
            .new_instance_builder(&pre)
            .with_start(StartMode::Manual);
        let mut instance = builder.build().unwrap();
        for _ in 0..3 {
            let switch = instance.kill_switch();
            let killer = thread::spawn(move || {
                thread::sleep(Duration::from_millis(2));
                switch.terminate()
            });
            let error = instance.run_start().unwrap_err();
            assert_eq!(terminated(Err(error)), TerminationDetails::Remote);
            assert!(killer.join().unwrap().is_ok());
            instance.reset().unwrap();
            assert!(instance.is_not_started());
        }
    });
}

#[test]
fn a_fill_of_four_gigabytes_is_stopped_soon() {
    on_every_tier(|kind| {
        if kind.is_compact() || cfg!(feature = "portable-sys") {
            return;
        }
        let limits = small().with_heap_memory_size(4 << 30);
        let region = kind.region(1, &limits);
        let pre = kind.pre(
            r#"(module (memory 65536) (func (export "fill")
                (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const -1)) (br 0))))"#,
        );
        let mut instance = region.new_instance(&pre).expect("an instance");
        let switch = instance.kill_switch();
        let killer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(10));
            let began = Instant::now();
            (switch.terminate(), began.elapsed())
        });
        let details = terminated(instance.run("fill", &[]));
        assert_eq!(details, TerminationDetails::Remote);
        let (killed, took) = killer.join().unwrap();
        assert!(killed.is_ok());
        // It touches pages for the first time, on a machine that may be busy.
        assert!(took < Duration::from_secs(2), "{took:?}");
    });
}

/// How many file descriptors and mappings the process has.
#[cfg(target_os = "linux")]
fn resources() -> (usize, usize) {
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("procfs").count();
    let maps = std::fs::read_to_string("/proc/self/maps").expect("procfs");
    (descriptors, maps.lines().count())
}

/// Kills at random moments: none is lost, none goes to another run, and nothing leaks.
#[cfg(target_os = "linux")]
#[test]
fn kills_at_random_moments() {
    let rounds: u64 = if cfg!(debug_assertions) { 300 } else { 8_400 };
    let outcomes: [AtomicU64; 4] = Default::default();
    on_every_kind(|kind| {
        let region = kind.region(2, &small());
        let mut linker = kind.linker();
        linker
            .func_wrap(
                "env",
                "host",
                |caller: Caller<'_, Contexts>| -> Result<()> {
                    *caller.get_embed_ctx_mut::<u64>()? += 1;
                    Ok(())
                },
            )
            .unwrap();
        let pre = kind.pre_with(GUEST, &linker);
        let (switches, killer_gets) = mpsc::sync_channel::<(selvedge::region::KillSwitch, u32)>(0);
        let (killer_says, answers) = mpsc::channel();
        let killer = thread::spawn(move || {
            for (switch, delay) in killer_gets {
                for _ in 0..delay {
                    std::hint::spin_loop();
                }
                killer_says.send(switch.terminate()).unwrap();
            }
        });
        let make = || {
            let builder = region.new_instance_builder(&pre).with_embed_ctx(0_u64);
            kind.started(builder).expect("an instance")
        };
        let mut instance = make();
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut before = (0, 0);
        for round in 0..rounds {
            if round == rounds / 10 {
                before = resources();
            }
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let entries = ["loop", "spin", "trap", "host", "get", "host_calls"];
            let entry = entries[(seed >> 8) as usize % entries.len()];
            let endless = matches!(entry, "spin" | "host_calls");
            let delay = (seed >> 20) as u32 % 3_000;
            switches.send((instance.kill_switch(), delay)).unwrap();
            let args: &[Val] = if entry == "loop" {
                &[Val::I32(1_000)]
            } else {
                &[]
            };
            let result = instance.run(entry, args);
            let answer = answers.recv().unwrap();
            match answer {
                Ok(success) => {
                    // A kill that succeeded has ended this run, or cancelled the next one.
                    let killed = matches!(
                        result,
                        Err(LifeError::RuntimeTerminated(TerminationDetails::Remote))
                    );
                    assert!(killed, "{entry}: {success:?}, {result:?}");
                    outcomes[success as usize].fetch_add(1, Ordering::Relaxed);
                    instance.reset().unwrap();
                    if kind.start == StartMode::Manual {
                        instance.run_start().unwrap();
                    }
                }
                Err(_) => {
                    assert!(!endless, "{entry}: {answer:?}, {result:?}");
                    outcomes[3].fetch_add(1, Ordering::Relaxed);
                    match (entry, result) {
                        ("trap", Err(LifeError::RuntimeFault(_))) => {}
                        (_, Ok(result)) => assert!(result.is_returned()),
                        (entry, result) => panic!("{entry}: {result:?}"),
                    }
                }
            }
            if round % 16 == 0 {
                drop(instance);
                assert_eq!(region.used_slots(), 0);
                instance = make();
            }
        }
        let after = resources();
        // Other tests run in this process; a leak would be one per round.
        assert!(after.0 < before.0 + 60, "{before:?} {after:?}");
        assert!(after.1 < before.1 + 250, "{before:?} {after:?}");
        drop(switches);
        killer.join().unwrap();
    });
    println!("cancelled, signalled, pending, too late: {outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|count| count.load(Ordering::Relaxed) > 0),
        "{outcomes:?}"
    );
}

#[test]
fn a_request_of_the_embedder_is_a_fault() {
    on_every_kind(|kind| {
        let asked = Arc::new(AtomicBool::new(false));
        let ask = asked.clone();
        let mut instance = guest(kind, move |caller| {
            if !ask.swap(true, Ordering::Relaxed) {
                caller.interrupt_handle().interrupt();
            }
            Ok(())
        });
        assert_eq!(fault(instance.run("host_calls", &[])), Trap::Interrupt);
        assert_eq!(returned(&mut instance, "get", &[]), 42);
    });
}
