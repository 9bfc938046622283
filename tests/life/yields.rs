//! Guests that wait in the middle of their host functions, and go on with what they are given.

use std::rc::Rc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex};

use selvedge::region::{
    Contexts, InstanceHandle, InstanceRegion, KillError, KillSuccess, LifeError, StartMode,
    TerminationDetails, YieldedVal,
};
use selvedge::{Caller, Linker, Result, Trap, Val};

use crate::support::*;

const MISMATCH: &str = "type mismatch between yielded instance expected value and resumed value";
const NOT_YIELDED: &str = "can only resume a yielded instance";
const NOT_RUNNABLE: &str = "instance must be ready, starting, or non-fatally faulted";

const GUEST: &str = r#"(module
    (import "env" "yield" (func $yield))
    (import "env" "yield_val" (func $yield_val (param i64)))
    (import "env" "expect" (func $expect (result i64)))
    (import "env" "ask" (func $ask (param i64) (result i64)))
    (import "env" "nested" (func $nested (param i32)))
    (memory (export "memory") 1)
    (global $n (mut i32) (i32.const 0))
    (func (export "yields") (param i32) (result i32)
        (loop
            (call $yield)
            (global.set $n (i32.add (global.get $n) (i32.const 1)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (global.get $n))
    (func (export "factorials") (param i64) (local i64 i64)
        (local.set 1 (i64.const 1))
        (local.set 2 (i64.const 1))
        (loop
            (local.set 1 (i64.mul (local.get 1) (local.get 2)))
            (call $yield_val (local.get 1))
            (local.set 2 (i64.add (local.get 2) (i64.const 1)))
            (br_if 0 (i64.le_u (local.get 2) (local.get 0)))))
    (func (export "expects") (result i64) (i64.add (call $expect) (call $expect)))
    (func (export "asks") (param i64) (result i64) (call $ask (local.get 0)))
    (func $deep (export "nested") (param i32)
        (if (local.get 0)
            (then (call $nested (i32.sub (local.get 0) (i32.const 1))))
            (else (call $yield))))
    (func (export "grow") (result i32) (call $yield) (memory.size))
    (func (export "get") (result i32) (global.get $n)))"#;

/// What the host functions leave behind when their frames go.
struct Frames(Arc<AtomicI32>);

impl Drop for Frames {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The host functions of the guest, each of which counts its frame as long as it is there.
fn linker(kind: &Kind, frames: &Arc<AtomicI32>) -> Linker<Contexts> {
    let mut linker = kind.linker();
    let frame = |frames: &Arc<AtomicI32>| {
        let frames = frames.clone();
        move || {
            frames.fetch_add(1, Ordering::Relaxed);
            Frames(frames.clone())
        }
    };
    let enter = frame(frames);
    linker
        .func_wrap("env", "yield", move |mut caller: Caller<'_, Contexts>| {
            let _frame = enter();
            caller.yield_()
        })
        .unwrap();
    let enter = frame(frames);
    linker
        .func_wrap(
            "env",
            "yield_val",
            move |mut caller: Caller<'_, Contexts>, value: i64| {
                let _frame = enter();
                caller.yield_val(value)
            },
        )
        .unwrap();
    let enter = frame(frames);
    linker
        .func_wrap("env", "expect", move |mut caller: Caller<'_, Contexts>| {
            let _frame = enter();
            caller.yield_expecting_val::<i64>()
        })
        .unwrap();
    let enter = frame(frames);
    linker
        .func_wrap(
            "env",
            "ask",
            move |mut caller: Caller<'_, Contexts>, value: i64| -> Result<i64> {
                let _frame = enter();
                let answer: String = caller.yield_val_expecting_val(value.to_string())?;
                Ok(answer.parse::<i64>()?)
            },
        )
        .unwrap();
    let enter = frame(frames);
    linker
        .func_wrap(
            "env",
            "nested",
            move |mut caller: Caller<'_, Contexts>, depth: i32| -> Result<()> {
                let _frame = enter();
                let instance = caller.instance().expect("a guest called");
                let nested = instance.get_typed_func::<i32, ()>(&mut caller, "nested")?;
                nested.call(&mut caller, depth)
            },
        )
        .unwrap();
    linker
}

fn guest(kind: &Kind) -> (InstanceHandle, Arc<AtomicI32>) {
    let frames = Arc::new(AtomicI32::new(0));
    let instance = kind.instance_with(GUEST, &linker(kind, &frames));
    (instance, frames)
}

fn yielded(result: std::result::Result<selvedge::region::RunResult, LifeError>) -> YieldedVal {
    result.expect("it yields").unwrap_yielded()
}

#[test]
fn a_guest_yields_and_goes_on() {
    on_every_kind(|kind| {
        let (mut instance, frames) = guest(kind);
        for round in 1..=3 {
            assert!(yielded(instance.run("yields", &[3.into()])).is_none());
            for _ in 0..2 {
                assert!(instance.is_yielded() && !instance.is_ready());
                assert_eq!(frames.load(Ordering::Relaxed), 1);
                assert!(yielded(instance.resume()).is_none());
            }
            let result = instance.resume().unwrap();
            assert!(result.is_returned() && instance.is_ready());
            assert_eq!(result.unwrap_returned().as_i32(), round * 3);
            assert_eq!(frames.load(Ordering::Relaxed), 0);
        }
    });
}

#[test]
fn a_generator_of_factorials() {
    on_every_kind(|kind| {
        let (mut instance, _) = guest(kind);
        let mut result = instance.run("factorials", &[10i64.into()]).unwrap();
        let mut values = Vec::new();
        while result.is_yielded() {
            assert!(result.has_yielded::<i64>() && !result.has_yielded::<u32>());
            values.push(*result.unwrap_yielded().downcast::<i64>().unwrap());
            result = instance.resume().unwrap();
        }
        let expected: Vec<i64> = (1..=10).map(|n| (1..=n).product()).collect();
        assert_eq!(values, expected);
    });
}

#[test]
fn a_guest_is_given_values_of_the_right_type() {
    on_every_kind(|kind| {
        let (mut instance, _) = guest(kind);
        assert!(yielded(instance.run("expects", &[])).is_none());
        // What does not fit is refused before the guest goes on.
        assert_eq!(invalid_argument(instance.resume()), MISMATCH);
        assert_eq!(invalid_argument(instance.resume_with_val(5_u64)), MISMATCH);
        assert_eq!(invalid_argument(instance.resume_with_val(())), MISMATCH);
        assert!(instance.is_yielded());
        assert!(yielded(instance.resume_with_val(40_i64)).is_none());
        let result = instance.resume_with_val(2_i64).unwrap();
        assert_eq!(result.unwrap_returned().as_i64(), 42);

        let question = yielded(instance.run("asks", &[7i64.into()]));
        assert_eq!(*question.downcast::<String>().unwrap(), "7");
        assert_eq!(invalid_argument(instance.resume_with_val("8")), MISMATCH);
        let result = instance.resume_with_val(String::from("8")).unwrap();
        assert_eq!(result.unwrap_returned().as_i64(), 8);

        // An error of the host function after it has yielded ends the guest.
        yielded(instance.run("asks", &[7i64.into()]));
        let details = terminated(instance.resume_with_val(String::from("eight")));
        assert!(details.provided_details().is_some());
        kind.reset(&mut instance);

        yielded(instance.run("yields", &[1.into()]));
        assert_eq!(invalid_argument(instance.resume_with_val(5_u64)), MISMATCH);
        assert_eq!(instance.resume().unwrap().unwrap_returned().as_i32(), 1);
    });
}

#[test]
fn only_a_guest_that_has_yielded_can_be_resumed() {
    on_every_kind(|kind| {
        let (mut instance, _) = guest(kind);
        assert_eq!(invalid_argument(instance.resume()), NOT_YIELDED);
        assert_eq!(
            invalid_argument(instance.resume_with_val(1_u32)),
            NOT_YIELDED
        );
        yielded(instance.run("yields", &[1.into()]));
        assert_eq!(invalid_argument(instance.run("get", &[])), NOT_RUNNABLE);
        assert_eq!(
            invalid_argument(instance.run("get", &[1.into()])),
            NOT_RUNNABLE
        );
        assert!(matches!(
            instance.run("no", &[]),
            Err(LifeError::SymbolNotFound(_))
        ));
        instance.resume().unwrap();
        assert_eq!(invalid_argument(instance.resume()), NOT_YIELDED);
    });
}

#[test]
fn the_instance_can_be_used_while_its_guest_waits() {
    on_every_kind(|kind| {
        let (mut instance, _) = guest(kind);
        yielded(instance.run("grow", &[]));
        instance.heap_mut()[5] = 6;
        assert_eq!(instance.grow_memory(3).unwrap(), 1);
        instance.globals_mut().set(0, 9i32).unwrap();
        instance.insert_embed_ctx(1_u8);
        assert_eq!(instance.resume().unwrap().unwrap_returned().as_i32(), 4);
        assert_eq!(returned(&mut instance, "get", &[]), 9);
        assert_eq!(instance.heap()[5], 6);
    });
}

#[test]
fn host_functions_are_unwound_when_their_guest_is_given_up() {
    on_every_kind(|kind| {
        for depth in 0..6 {
            let (mut instance, frames) = guest(kind);
            yielded(instance.run("nested", &[depth.into()]));
            assert_eq!(frames.load(Ordering::Relaxed), depth + 1);
            kind.reset(&mut instance);
            assert_eq!(frames.load(Ordering::Relaxed), 0, "reset at depth {depth}");
            assert_eq!(returned(&mut instance, "get", &[]), 0);
            // All of them go on, if they are resumed.
            yielded(instance.run("nested", &[depth.into()]));
            assert!(instance.resume().unwrap().is_returned());
            assert_eq!(frames.load(Ordering::Relaxed), 0);
            yielded(instance.run("nested", &[depth.into()]));
            assert_eq!(frames.load(Ordering::Relaxed), depth + 1);
            drop(instance);
            assert_eq!(frames.load(Ordering::Relaxed), 0, "drop at depth {depth}");
        }
    });
}

#[test]
fn a_host_function_that_does_not_want_to_end_ends() {
    on_every_kind(|kind| {
        let mut linker = kind.linker();
        let caught = Arc::new(AtomicI32::new(0));
        let count = caught.clone();
        linker
            .func_wrap(
                "env",
                "stubborn",
                move |mut caller: Caller<'_, Contexts>| {
                    for _ in 0..3 {
                        let work = std::panic::AssertUnwindSafe(|| caller.yield_());
                        if std::panic::catch_unwind(work).is_err() {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        // No guest is entered meanwhile.
                        let instance = caller.instance().expect("a guest called");
                        if let Ok(nop) = instance.get_typed_func::<(), ()>(&mut caller, "nop") {
                            let ended = count.load(Ordering::Relaxed) > 0;
                            assert_eq!(nop.call(&mut caller, ()).is_err(), ended);
                        }
                    }
                },
            )
            .unwrap();
        let mut instance = kind.instance_with(
            r#"(module (import "env" "stubborn" (func $stubborn))
                (func (export "nop")) (func (export "run") (call $stubborn)))"#,
            &linker,
        );
        yielded(instance.run("run", &[]));
        kind.reset(&mut instance);
        assert_eq!(caught.load(Ordering::Relaxed), 3);
        instance.run("nop", &[]).expect("it runs");
    });
}

#[test]
fn a_guest_that_waits_can_be_killed() {
    on_every_kind(|kind| {
        let (mut instance, frames) = guest(kind);
        let early = instance.kill_switch();
        yielded(instance.run("nested", &[3.into()]));
        let switch = instance.kill_switch();
        assert_eq!(switch.terminate(), Ok(KillSuccess::Pending));
        assert_eq!(switch.terminate(), Err(KillError::NotTerminable));
        assert_eq!(early.terminate(), Err(KillError::NotTerminable));
        assert!(instance.is_yielded());
        // What is wrong with the call comes first.
        assert_eq!(invalid_argument(instance.resume_with_val(1_u8)), MISMATCH);
        let details = terminated(instance.resume());
        assert_eq!(details, TerminationDetails::Remote);
        assert_eq!(frames.load(Ordering::Relaxed), 0);
        assert!(instance.is_terminated());
        assert_eq!(switch.terminate(), Err(KillError::Invalid));
        kind.reset(&mut instance);
        yielded(instance.run("yields", &[1.into()]));
        assert_eq!(instance.resume().unwrap().unwrap_returned().as_i32(), 1);

        yielded(instance.run("yields", &[1.into()]));
        assert_eq!(instance.kill_switch().terminate(), Ok(KillSuccess::Pending));
        kind.reset(&mut instance);
        assert_eq!(returned(&mut instance, "get", &[]), 0);
    });
}

#[test]
fn a_start_function_must_not_yield() {
    on_every_kind(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let pre = kind.pre_with(
            r#"(module (import "env" "yield" (func $yield)) (start $yield)
                (export "start" (func $yield))
                (func (export "get") (result i32) (i32.const 1)))"#,
            &linker(kind, &frames),
        );
        let region = kind.region(1, &small());
        let builder = region.new_instance_builder(&pre).with_start(kind.start);
        match kind.start {
            StartMode::Auto => {
                let error = builder.build().unwrap_err();
                assert!(matches!(error, LifeError::StartYielded), "{error:?}");
                assert_eq!(region.used_slots(), 0);
            }
            StartMode::Manual => {
                let mut instance = builder.build().unwrap();
                let error = instance.run_start().unwrap_err();
                assert!(matches!(error, LifeError::StartYielded), "{error:?}");
                assert!(instance.is_terminated());
                instance.reset().unwrap();
                let error = instance.run("start", &[]).unwrap_err();
                assert!(matches!(error, LifeError::StartYielded), "{error:?}");
            }
        }
        assert_eq!(frames.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn a_guest_that_waits_in_a_host_function_stays_on_its_thread() {
    on_every_kind(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let mut linker = linker(kind, &frames);
        linker.allow_shadowing(true);
        let seen = Arc::new(Mutex::new(0));
        let count = seen.clone();
        linker
            .func_wrap("env", "yield", move |mut caller: Caller<'_, Contexts>| {
                // Nothing that may go to another thread.
                let bound = Rc::new(7);
                caller.yield_()?;
                *count.lock().unwrap() += *bound;
                Ok::<_, selvedge::Error>(())
            })
            .unwrap();
        let mut instance = kind.instance_with(GUEST, &linker);
        yielded(instance.run("yields", &[1.into()]));
        let mut instance = instance.try_into_send().expect_err("it waits");
        instance.resume().unwrap();
        assert_eq!(*seen.lock().unwrap(), 7);

        let (mut instance, frames) = guest(kind);
        yielded(instance.run("yields", &[2.into()]));
        // SAFETY: the frames of the host function hold what can be sent.
        #[expect(unsafe_code, reason = "the frames are known")]
        let sent = unsafe { instance.into_send() };
        let thread = std::thread::spawn(move || {
            let mut instance = sent.into_handle();
            yielded(instance.resume());
            assert_eq!(instance.resume().unwrap().unwrap_returned().as_i32(), 2);
            yielded(instance.run("nested", &[2.into()]));
        });
        thread.join().unwrap();
        assert_eq!(frames.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn many_guests_wait_at_a_time() {
    on_every_tier(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let pre = kind.pre_with(GUEST, &linker(kind, &frames));
        let region = kind.region(40, &small());
        let mut instances: Vec<_> = (0..40)
            .map(|_| region.new_instance(&pre).unwrap())
            .collect();
        for (i, instance) in instances.iter_mut().enumerate() {
            yielded(instance.run("yields", &[(i as i32 + 1).into()]));
        }
        for (i, instance) in instances.iter_mut().enumerate().rev() {
            for _ in 0..i {
                yielded(instance.resume());
            }
            let result = instance.resume().unwrap().unwrap_returned();
            assert_eq!(result.as_usize(), i + 1);
        }
        assert_eq!(frames.load(Ordering::Relaxed), 0);
    });
}

const COUNTED: &str = r#"(module
    (import "env" "nested" (func $nested (param i32)))
    (func (export "loop") (param i32) (result i32) (local i32)
        (loop
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1))
    (func (export "nested") (param i32) (loop (br 0)))
    (func (export "host") (call $nested (i32.const 0))))"#;

#[test]
fn a_run_with_a_bound_waits_when_it_is_reached() {
    let counts = std::cell::RefCell::new(Vec::new());
    on_every_kind(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let mut instance = kind.instance_with(COUNTED, &linker(kind, &frames));
        let loops = [Val::I32(1_000)];
        let unbounded = returned(&mut instance, "loop", &loops);
        assert_eq!(unbounded, 1_000);
        let whole = instance.get_instruction_count().unwrap();
        instance.set_instruction_count(0);
        let mut result = instance.run_bounded("loop", &loops, 1_000).unwrap();
        let mut waits = 0;
        while result.is_none() {
            assert!(instance.is_bound_expired() && !instance.is_yielded());
            assert_eq!(invalid_argument(instance.resume()), NOT_YIELDED);
            assert_eq!(invalid_argument(instance.run("loop", &loops)), NOT_RUNNABLE);
            counts
                .borrow_mut()
                .push((waits, instance.get_instruction_count()));
            waits += 1;
            // No host function waits, so the guest may go to another thread.
            let sent = instance.try_into_send().expect("no host function waits");
            let thread = std::thread::spawn(move || {
                let mut instance = sent.into_handle();
                let result = instance.resume_bounded(1_000);
                let result = result.map(|result| result.map(|r| r.unwrap_returned()));
                (
                    instance.try_into_send().expect("no host function waits"),
                    result,
                )
            });
            let (sent, next) = thread.join().unwrap();
            instance = sent.into_handle();
            result = next.unwrap().map(selvedge::region::RunResult::Returned);
        }
        assert_eq!(result.unwrap().unwrap_returned().as_i32(), 1_000);
        assert_eq!(instance.get_instruction_count(), Some(whole));
        assert!((3..10).contains(&waits), "{waits}");
        // A run without a bound has none, even after one with a bound.
        assert_eq!(
            returned(&mut instance, "loop", &[Val::I32(100_000)]),
            100_000
        );
        let error = instance.resume_bounded(5).unwrap_err();
        let why = "can only call resume_bounded() on an instance with an expired bound";
        assert!(matches!(error, LifeError::InvalidArgument(w) if w == why));
    });
    let mut counts = counts.into_inner();
    counts.sort_unstable();
    counts.dedup();
    assert!(
        counts.windows(2).all(|pair| pair[0].0 != pair[1].0),
        "{counts:?}"
    );
}

#[test]
fn a_guest_below_a_host_function_cannot_wait_for_its_bound() {
    on_every_kind(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let mut instance = kind.instance_with(COUNTED, &linker(kind, &frames));
        let error = instance.run_bounded("host", &[], 1_000).unwrap_err();
        assert_eq!(fault(Err(error)), Trap::OutOfFuel);
        assert_eq!(frames.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn a_guest_whose_bound_is_reached_can_be_killed_reset_and_dropped() {
    on_every_kind(|kind| {
        let frames = Arc::new(AtomicI32::new(0));
        let mut instance = kind.instance_with(COUNTED, &linker(kind, &frames));
        let args = [Val::I32(1_000_000)];
        assert!(instance.run_bounded("loop", &args, 100).unwrap().is_none());
        assert_eq!(instance.kill_switch().terminate(), Ok(KillSuccess::Pending));
        let error = instance.resume_bounded(100).unwrap_err();
        assert_eq!(terminated(Err(error)), TerminationDetails::Remote);
        kind.reset(&mut instance);
        assert!(instance.run_bounded("loop", &args, 100).unwrap().is_none());
        kind.reset(&mut instance);
        assert!(instance.is_ready());
        assert!(instance.run_bounded("loop", &args, 100).unwrap().is_none());
        assert!(instance.resume_bounded(0).unwrap().is_none());
        drop(instance);
    });
}
