//! Handlers of signals: the embedder's and ours, in every order. Each case is a process of its own: the
//! test runs itself again.

#![cfg(target_os = "linux")]
#![expect(
    unsafe_code,
    reason = "installs signal handlers, and faults on purpose"
)]

mod support;

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use selvedge::{
    Caller, Engine, Linker, Module, Store, Trap, install_signal_handler,
    is_signal_handler_installed, remove_signal_handler,
};
use support::{HAS_BASELINE, engines};

const SIGSEGV: i32 = 11;
/// How a child ends by [`ending`].
const ENDED: i32 = 77;
/// How a child ends whose case holds.
const HOLDS: i32 = 78;
/// The case that a child is for, and the number of its engine.
const CASE: &str = "SELVEDGE_TEST_SIGNALS";

/// `sigaction` of the C libraries of 64-bit Linux.
#[repr(C)]
struct Action {
    handler: usize,
    mask: [u64; 16],
    flags: i32,
    restorer: usize,
}

const SA_SIGINFO: i32 = 4;
const SA_ONSTACK: i32 = 0x0800_0000;

unsafe extern "C" {
    fn sigaction(number: i32, new: *const Action, old: *mut Action) -> i32;
    fn signal(number: i32, handler: usize) -> usize;
    fn raise(number: i32) -> i32;
    fn _exit(status: i32) -> !;
}

extern "C" fn ending(_: i32) {
    // SAFETY: may be called in a handler.
    unsafe { _exit(ENDED) }
}

static SEEN: AtomicUsize = AtomicUsize::new(0);
static BEFORE: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: i32) {
    SEEN.fetch_add(1, Ordering::Relaxed);
}

/// Passes signals on to [`BEFORE`], which is ours.
extern "C" fn passing_on(number: i32, info: *mut (), context: *mut ()) {
    SEEN.fetch_add(1, Ordering::Relaxed);
    type Handler = extern "C" fn(i32, *mut (), *mut ());
    let before = BEFORE.load(Ordering::Relaxed);
    // SAFETY: our handler takes three arguments.
    let before = unsafe { std::mem::transmute::<usize, Handler>(before) };
    before(number, info, context);
}

fn set(handler: *const ()) -> usize {
    // SAFETY: a handler for this signal.
    unsafe { signal(SIGSEGV, handler as usize) }
}

/// Puts [`passing_on`] in place of what is there.
fn set_passing_on() {
    let action = |handler, flags| Action {
        handler,
        mask: [0; 16],
        flags,
        restorer: 0,
    };
    let new = action(passing_on as *const () as usize, SA_SIGINFO | SA_ONSTACK);
    let mut old = action(0, 0);
    // SAFETY: a handler with three arguments, as the flags say.
    assert_eq!(unsafe { sigaction(SIGSEGV, &new, &mut old) }, 0);
    BEFORE.store(old.handler, Ordering::Relaxed);
}

fn null_write() {
    let null: *mut u32 = std::ptr::without_provenance_mut(8);
    // SAFETY: not safe, which is the point.
    unsafe { null.write_volatile(1) };
}

const GUEST: &str = r#"
    (module
        (import "" "host" (func $host))
        (memory (export "memory") 1)
        (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "host") (param $n i32)
            (loop $l
                (call $host)
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
"#;

/// Lets a guest trap, and then call `host` with its frames below.
fn trap_and_call(engine: &Engine, host: impl Fn() + Send + Sync + 'static) {
    let module = Module::new(engine, GUEST).unwrap();
    let mut linker = Linker::new(engine);
    let host = move |_: Caller<'_, ()>| host();
    linker.func_wrap("", "host", host).unwrap();
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let load = instance.get_typed_func::<i32, i32>(&mut store, "load");
    let load = load.unwrap();
    for _ in 0..50 {
        assert_eq!(load.call(&mut store, 65532).unwrap(), 0);
        let error = load.call(&mut store, 65533).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
    }
    let call = instance.get_typed_func::<i32, ()>(&mut store, "host");
    call.unwrap().call(&mut store, 20).unwrap();
}

/// Runs a case; how the process ends if not by a signal is the result.
fn run(case: &str, engine: usize) -> i32 {
    let engine = || engines().swap_remove(engine).1;
    match case {
        // The handler of the embedder was there before.
        "before" => {
            set(ending as *const ());
            install_signal_handler().unwrap();
            let engine = engine();
            // What an engine needs stays.
            remove_signal_handler();
            trap_and_call(&engine, null_write);
        }
        // It comes after, and passes signals on.
        "after" => {
            set(ending as *const ());
            install_signal_handler().unwrap();
            set_passing_on();
            let seen = std::sync::Arc::new(AtomicBool::new(false));
            trap_and_call(&engine(), move || {
                // To remove ours while a guest runs takes nothing from under it.
                remove_signal_handler();
                if seen.swap(true, Ordering::Relaxed) {
                    null_write();
                }
            });
        }
        // Nobody's: the process dies.
        "nobody" => {
            set(std::ptr::null());
            trap_and_call(&engine(), null_write);
        }
        "comes and goes" => {
            set(count as *const ());
            for _ in 0..100 {
                remove_signal_handler();
                assert!(!is_signal_handler_installed());
                install_signal_handler().unwrap();
                install_signal_handler().unwrap();
                assert!(is_signal_handler_installed());
                // SAFETY: there is a handler.
                unsafe { raise(SIGSEGV) };
                remove_signal_handler();
                remove_signal_handler();
                assert!(!is_signal_handler_installed());
            }
            assert_eq!(SEEN.load(Ordering::Relaxed), 100);
            assert_eq!(set(count as *const ()), count as *const () as usize);
            trap_and_call(&engine(), || ());
            return HOLDS;
        }
        // Other threads get their signals while guests of this one trap.
        "others" => {
            set(count as *const ());
            let engine = engine();
            let ended = AtomicBool::new(false);
            thread::scope(|scope| {
                let other = scope.spawn(|| {
                    let mut raised = 0;
                    while !ended.load(Ordering::Relaxed) || raised == 0 {
                        // SAFETY: there is a handler.
                        unsafe { raise(SIGSEGV) };
                        raised += 1;
                    }
                    raised
                });
                for _ in 0..20 {
                    trap_and_call(&engine, || ());
                }
                ended.store(true, Ordering::Relaxed);
                let raised = other.join().unwrap();
                assert_eq!(SEEN.load(Ordering::Relaxed), raised);
            });
            return HOLDS;
        }
        case => unreachable!("{case}"),
    }
    unreachable!("there was no fault")
}

#[test]
fn child() {
    if let Ok(what) = std::env::var(CASE) {
        let (number, case) = what.split_once(' ').unwrap();
        let result = run(case, number.parse().unwrap());
        // SAFETY: ends the process at once.
        unsafe { _exit(result) };
    }
}

/// Runs a case with each engine.
fn each(case: &str, check: impl Fn(std::process::ExitStatus) -> bool) {
    for (number, (name, _)) in engines().iter().enumerate() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(CASE, format!("{number} {case}"))
            .output()
            .unwrap();
        assert!(check(child.status), "{case}, {name}: {child:?}");
    }
}

#[test]
fn the_embedders_handler_gets_what_is_not_ours() {
    each("before", |status| status.code() == Some(ENDED));
    each("others", |status| status.code() == Some(HOLDS));
    if HAS_BASELINE {
        each("after", |status| status.code() == Some(ENDED));
    }
}

#[test]
fn without_another_handler_the_process_dies() {
    use std::os::unix::process::ExitStatusExt;
    each("nobody", |status| status.signal() == Some(SIGSEGV));
}

#[test]
fn the_handler_comes_and_goes() {
    if HAS_BASELINE {
        each("comes and goes", |status| status.code() == Some(HOLDS));
    }
}
