//! Kill switches at forced moments.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

use super::sync_point::Point;
use super::*;
use crate::{Caller, Config, Engine, Linker, Module, Strategy, Trap};
use selvedge_vm::region::{CompactRegion, Limits, MmapRegion, Region};

const GUEST: &str = r#"(module (import "env" "host" (func $host))
    (func (export "nop"))
    (func (export "trap") unreachable)
    (func (export "spin") (loop (br 0)))
    (func (export "host") (call $host)))"#;

/// What a switch has answered.
type Answer = Result<KillSuccess, KillError>;

struct Fixture {
    instance: InstanceHandle,
    /// How often the host function has run.
    host_calls: Arc<AtomicU32>,
    killer: Arc<Mutex<Option<JoinHandle<Answer>>>>,
}

/// Runs `test` on each kind of region and tier.
fn on_every_tier(test: impl Fn(Fixture)) {
    for strategy in [Strategy::Interpreter, Strategy::Auto, Strategy::Baseline] {
        let Ok(engine) = Engine::new(Config::new().strategy(strategy)) else {
            continue; // The compiler is not everywhere.
        };
        let module = Module::new(&engine, GUEST).unwrap();
        let host_calls = Arc::new(AtomicU32::new(0));
        let count = host_calls.clone();
        let mut linker = Linker::new(&engine);
        let host = move |_: Caller<'_, Contexts>| {
            count.fetch_add(1, Ordering::Relaxed);
        };
        linker.func_wrap("env", "host", host).unwrap();
        let pre = linker.instantiate_pre(&module).unwrap();
        let limits = Limits::default().with_heap_memory_size(0);
        let limits = limits
            .with_heap_address_space_size(0)
            .with_stack_size(1 << 20);
        let regions: [Arc<dyn Region>; 2] = [
            MmapRegion::create(1, &limits).unwrap(),
            CompactRegion::create(1, &limits).unwrap(),
        ];
        for region in regions {
            println!("{strategy:?}, {region:?}");
            host_calls.store(0, Ordering::Relaxed);
            test(Fixture {
                instance: region.new_instance(&pre).unwrap(),
                host_calls: host_calls.clone(),
                killer: Arc::default(),
            });
        }
    }
}

impl Fixture {
    /// Lets another thread use a switch when a thread comes to `point`, which goes on when the switch has done all but wait.
    fn kill_at(&mut self, point: Point) {
        let state = self.instance.kill_state();
        let (signalled, wait) = mpsc::channel::<()>();
        let at_end = Mutex::new(Some(signalled));
        let (switch, killer) = (state.switch(), self.killer.clone());
        let tell = Arc::new(move || drop(at_end.lock().unwrap().take()));
        let told = tell.clone();
        state.points().on(Point::Signalled, move || told());
        let wait = Mutex::new(wait);
        state.points().on(point, move || {
            let (switch, tell) = (switch.clone(), tell.clone());
            let thread = thread::spawn(move || {
                let answer = switch.terminate();
                tell();
                answer
            });
            *killer.lock().unwrap() = Some(thread);
            let _ = wait.lock().unwrap().recv();
        });
    }

    /// Lets another thread take the right to end the run at `point`, and hold it there until `release` is reached.
    fn take_at(&mut self, point: Point, release: Point) {
        let state = self.instance.kill_state();
        let (taken, is_taken) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let (switch, killer) = (state.switch(), self.killer.clone());
        let (taken, may_go_on) = (Mutex::new(taken), Mutex::new(may_go_on));
        state.points().on(Point::TerminableTaken, move || {
            taken.lock().unwrap().send(()).unwrap();
            let _ = may_go_on.lock().unwrap().recv();
        });
        let is_taken = Mutex::new(is_taken);
        state.points().on(point, move || {
            let switch = switch.clone();
            let thread = thread::spawn(move || switch.terminate());
            *killer.lock().unwrap() = Some(thread);
            is_taken.lock().unwrap().recv().unwrap();
        });
        let go_on = Mutex::new(go_on);
        state
            .points()
            .on(release, move || go_on.lock().unwrap().send(()).unwrap());
    }

    fn answer(&mut self) -> Answer {
        let killer = self.killer.lock().unwrap().take();
        killer.expect("the point was reached").join().unwrap()
    }

    /// Runs `entry`, which is to be killed, and checks that no trace of that is left.
    fn is_killed(&mut self, entry: &str) -> Answer {
        let error = self.instance.run(entry, &[]).unwrap_err();
        let LifeError::RuntimeTerminated(details) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(*details, TerminationDetails::Remote);
        assert!(self.instance.is_terminated());
        self.check_after();
        self.answer()
    }

    fn check_after(&mut self) {
        assert!(!self.instance.opaque().interrupt_handle().is_pending());
        self.instance.reset().unwrap();
        self.instance
            .run("nop", &[])
            .expect("the next run is not killed");
    }
}

#[test]
fn before_the_run_begins() {
    on_every_tier(|mut test| {
        test.kill_at(Point::RunBeforeDomain);
        assert_eq!(test.is_killed("host"), Ok(KillSuccess::Cancelled));
        assert_eq!(test.host_calls.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn when_the_run_has_begun() {
    on_every_tier(|mut test| {
        test.kill_at(Point::RunAfterDomain);
        assert_eq!(test.is_killed("spin"), Ok(KillSuccess::Signalled));
        test.kill_at(Point::RunAfterDomain);
        assert_eq!(test.is_killed("host"), Ok(KillSuccess::Signalled));
        assert_eq!(test.host_calls.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn when_the_guest_has_returned_or_trapped_and_can_be_killed() {
    on_every_tier(|mut test| {
        for entry in ["nop", "trap"] {
            test.kill_at(Point::ExitBeforeTerminable);
            assert_eq!(test.is_killed(entry), Ok(KillSuccess::Signalled), "{entry}");
        }
    });
}

#[test]
fn when_the_guest_has_returned_or_trapped_and_cannot_be_killed_any_more() {
    on_every_tier(|mut test| {
        test.kill_at(Point::ExitAfterTerminable);
        test.instance.run("nop", &[]).expect("it returns");
        assert_eq!(test.answer(), Err(KillError::NotTerminable));
        test.check_after();
        test.kill_at(Point::ExitAfterTerminable);
        let error = test.instance.run("trap", &[]).unwrap_err();
        assert!(matches!(error, LifeError::RuntimeFault(_)), "{error:?}");
        assert_eq!(test.answer(), Err(KillError::NotTerminable));
        test.check_after();
    });
}

#[test]
fn a_switch_that_was_first_and_late_is_waited_for() {
    on_every_tier(|mut test| {
        for entry in ["nop", "trap"] {
            test.take_at(Point::ExitBeforeTerminable, Point::ExitAfterTerminable);
            assert_eq!(test.is_killed(entry), Ok(KillSuccess::Signalled), "{entry}");
            test.take_at(Point::RunAfterDomain, Point::ExitAfterTerminable);
            assert_eq!(test.is_killed(entry), Ok(KillSuccess::Signalled), "{entry}");
        }
        test.take_at(Point::RunBeforeDomain, Point::ExitAfterTerminable);
        assert_eq!(test.is_killed("nop"), Ok(KillSuccess::Signalled));
    });
}

#[test]
fn when_a_host_function_is_about_to_begin() {
    on_every_tier(|mut test| {
        test.kill_at(Point::HostBeforeBegin);
        assert_eq!(test.is_killed("host"), Ok(KillSuccess::Signalled));
        assert_eq!(test.host_calls.load(Ordering::Relaxed), 0);
        test.take_at(Point::HostBeforeBegin, Point::HostAfterBegin);
        // The switch comes when the host function is under way, or has returned.
        let answer = test.is_killed("host");
        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(test.host_calls.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn while_a_host_function_runs() {
    on_every_tier(|mut test| {
        for point in [Point::HostAfterBegin, Point::HostBeforeEnd] {
            test.host_calls.store(0, Ordering::Relaxed);
            test.kill_at(point);
            assert_eq!(
                test.is_killed("host"),
                Ok(KillSuccess::Pending),
                "{point:?}"
            );
            assert_eq!(test.host_calls.load(Ordering::Relaxed), 1);
        }
    });
}

#[test]
fn when_a_host_function_has_ended() {
    on_every_tier(|mut test| {
        test.kill_at(Point::HostAfterEnd);
        assert_eq!(test.is_killed("host"), Ok(KillSuccess::Signalled));
        test.take_at(Point::HostBeforeEnd, Point::HostAfterEnd);
        assert_eq!(test.is_killed("host"), Ok(KillSuccess::Signalled));
    });
}

#[test]
fn of_two_switches_one_ends_the_run() {
    on_every_tier(|mut test| {
        let switch = test.instance.kill_switch();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let switch = switch.clone();
                thread::spawn(move || switch.terminate())
            })
            .collect();
        let error = test.instance.run("spin", &[]).unwrap_err();
        assert!(matches!(
            error,
            LifeError::RuntimeTerminated(TerminationDetails::Remote)
        ));
        let answers: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        let successes = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(successes, 1, "{answers:?}");
        test.check_after();
    });
}

#[test]
fn a_host_function_needs_room() {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST).unwrap();
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "host", || ()).unwrap();
    let pre = linker.instantiate_pre(&module).unwrap();
    for (reservation, fits) in [(0, true), (128 << 10, true), (1 << 20, false)] {
        let limits = Limits::default().with_stack_size(1 << 20);
        let limits = limits.with_hostcall_reservation(reservation);
        let region = CompactRegion::create(1, &limits).unwrap();
        let mut instance = region.new_instance(&pre).unwrap();
        match instance.run("host", &[]) {
            Ok(_) => assert!(fits || cfg!(feature = "portable-sys"), "{reservation}"),
            Err(LifeError::RuntimeFault(details)) => {
                assert_eq!(details.trapcode, Some(Trap::StackOverflow));
                assert!(!fits, "{reservation}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}
