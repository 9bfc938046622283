//! Signals of machine code: who is asked, and where handlers run.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use selvedge::region::{
    InstanceHandle, InstanceRegion, LifeError, Limits, MmapRegion, SignalEndKind,
    TerminationDetails,
};
use selvedge::{Config, Engine, Linker, Module, SignalBehavior, Strategy, Trap};

use crate::support::*;

const GUEST: &str = r#"(module (memory 1)
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "div") (param i32) (result i32) (i32.div_u (i32.const 9) (local.get 0)))
    (func (export "spin") (loop (br 0))))"#;

/// An instance whose guest is machine code that traps by signals.
fn guest(limits: &Limits) -> InstanceHandle {
    let engine = Engine::new(Config::new().strategy(Strategy::Baseline)).unwrap();
    let module = Module::new(&engine, GUEST).unwrap();
    let pre = Linker::new(&engine).instantiate_pre(&module).unwrap();
    let region = MmapRegion::create(1, limits).unwrap();
    region.new_instance(&pre).unwrap()
}

#[test]
fn a_handler_is_asked_what_becomes_of_the_guest() {
    let mut instance = guest(&small());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let answer = Arc::new(Mutex::new(SignalBehavior::Default));
    let (see, answers) = (seen.clone(), answer.clone());
    instance.set_signal_handler(move |trap, signum, info, context| {
        assert!(!info.is_null() && !context.is_null());
        see.lock().unwrap().push((*trap, signum));
        *answers.lock().unwrap()
    });
    assert_eq!(
        fault(instance.run("load", &[(-4).into()])),
        Trap::MemoryOutOfBounds
    );
    assert_eq!(
        fault(instance.run("div", &[0.into()])),
        Trap::IntegerDivisionByZero
    );
    *answer.lock().unwrap() = SignalBehavior::Terminate;
    let details = terminated(instance.run("load", &[(-4).into()]));
    assert_eq!(details, TerminationDetails::Signal);
    assert!(instance.is_terminated());
    instance.reset().unwrap();
    assert_eq!(returned(&mut instance, "load", &[0.into()]), 0);
    let traps: Vec<_> = seen.lock().unwrap().iter().map(|&(trap, _)| trap).collect();
    let oob = Some(Trap::MemoryOutOfBounds);
    assert_eq!(traps, [oob, Some(Trap::IntegerDivisionByZero), oob]);

    // What is asked to go on runs the instruction again.
    let times = Arc::new(AtomicI32::new(0));
    let count = times.clone();
    instance.set_signal_handler(
        move |_, _, _, _| match count.fetch_add(1, Ordering::Relaxed) {
            0..9 => SignalBehavior::Continue,
            _ => SignalBehavior::Default,
        },
    );
    assert_eq!(
        fault(instance.run("load", &[(-4).into()])),
        Trap::MemoryOutOfBounds
    );
    assert_eq!(times.load(Ordering::Relaxed), 10);
}

#[test]
fn a_kill_asks_no_handler() {
    let mut instance = guest(&small());
    let asked = Arc::new(AtomicI32::new(0));
    let count = asked.clone();
    instance.set_signal_handler(move |_, _, _, _| {
        count.fetch_add(1, Ordering::Relaxed);
        SignalBehavior::Terminate
    });
    let switch = instance.kill_switch();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(3));
        switch.terminate()
    });
    assert_eq!(
        terminated(instance.run("spin", &[])),
        TerminationDetails::Remote
    );
    assert!(killer.join().unwrap().is_ok());
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn a_fault_tells_of_its_signal() {
    let mut instance = guest(&small());
    let heap = instance.heap().as_ptr().addr();
    let error = instance.run("load", &[(1 << 20).into()]).unwrap_err();
    let LifeError::RuntimeFault(details) = error else {
        panic!("{error:?}");
    };
    let signal = details.signal.expect("machine code traps by a signal");
    assert_eq!(signal.kind, SignalEndKind::Trap);
    assert_eq!(signal.address, heap + (1 << 20));
    assert!(!details.fatal);
    on_every_kind(|kind| {
        let mut instance = kind.instance("(module (func (export \"f\") unreachable))");
        assert_eq!(fault(instance.run("f", &[])), Trap::UnreachableCodeReached);
    });
}

#[test]
fn handlers_run_on_the_slots_stack_if_asked_to() {
    let mut instance = guest(&small());
    let slot = instance.slot();
    let sigstack = slot.layout().sigstack.clone();
    let start = slot.start().addr().get();
    let stack = start + sigstack.start..start + sigstack.end;
    let handler_at = Arc::new(AtomicUsize::new(0));
    let at = handler_at.clone();
    instance.set_signal_handler(move |_, _, _, _| {
        let local = 0;
        at.store((&raw const local).addr(), Ordering::Relaxed);
        SignalBehavior::Default
    });
    for ensure in [true, false, true] {
        instance.ensure_sigstack_installed(ensure);
        assert_eq!(
            fault(instance.run("load", &[(-4).into()])),
            Trap::MemoryOutOfBounds
        );
        assert_eq!(stack.contains(&handler_at.load(Ordering::Relaxed)), ensure);
    }
    // A slot without one is refused before the guest runs.
    let mut instance = guest(&small().with_signal_stack_size(0));
    assert_eq!(returned(&mut instance, "load", &[0.into()]), 0);
    instance.ensure_sigstack_installed(true);
    let why = invalid_argument(instance.run("load", &[0.into()]));
    assert!(
        why.starts_with("signal stack size must be at least"),
        "{why}"
    );
    assert!(instance.is_ready());
    instance.ensure_sigstack_installed(false);
    assert_eq!(returned(&mut instance, "load", &[0.into()]), 0);
}
