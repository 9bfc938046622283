//! The handler of the process: when it is there, and what comes back after it. Each case is a process of
//! its own: the test runs itself again.

#![expect(
    unsafe_code,
    reason = "installs signal handlers, and faults on purpose"
)]

use std::env;
use std::mem::zeroed;
use std::os::unix::process::ExitStatusExt;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use selvedge_vm::signal::{HandlerHold, is_handler_installed};

use crate::machine::*;
use crate::signals::{CASE, set, status_of};

const SIGNALS: [i32; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL];

/// How a child ends whose case holds.
const HOLDS: i32 = 42;
/// How it ends by [`ending`].
const ENDED: i32 = 43;

/// A flag that the C library adds to every action.
const SA_RESTORER: i32 = 0x0400_0000;

fn action(signal: i32) -> libc::sigaction {
    // SAFETY: asks, and changes nothing.
    unsafe {
        let mut present: libc::sigaction = zeroed();
        assert_eq!(libc::sigaction(signal, ptr::null(), &mut present), 0);
        present
    }
}

/// What there is to know about an action.
fn facts(action: &libc::sigaction) -> (usize, i32, bool) {
    // SAFETY: reads a mask.
    let masks_usr1 = unsafe { libc::sigismember(&action.sa_mask, libc::SIGUSR1) } == 1;
    let flags = action.sa_flags & !SA_RESTORER;
    (action.sa_sigaction, flags, masks_usr1)
}

fn all_facts() -> [(usize, i32, bool); 4] {
    SIGNALS.map(|signal| facts(&action(signal)))
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: i32) {
    SEEN.fetch_add(1, Ordering::Relaxed);
}

extern "C" fn ending(_: i32) {
    // SAFETY: may be called in a handler.
    unsafe { libc::_exit(ENDED) };
}

/// The handler that was there when [`install_passing_on`] was called.
static BEFORE: AtomicUsize = AtomicUsize::new(0);

/// Counts, and passes the signal on.
extern "C" fn passing_on(signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    SEEN.fetch_add(1, Ordering::Relaxed);
    assert!(
        SEEN.load(Ordering::Relaxed) < 10,
        "handlers go round in circles"
    );
    type Action = extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void);
    // SAFETY: our handler takes three arguments.
    let before: Action = unsafe { std::mem::transmute(BEFORE.load(Ordering::Relaxed)) };
    before(signal, info, context);
}

fn install_passing_on() {
    BEFORE.store(action(libc::SIGSEGV).sa_sigaction, Ordering::Relaxed);
    let flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    set(libc::SIGSEGV, passing_on as *const () as usize, flags);
}

fn hold() -> HandlerHold {
    HandlerHold::new().expect("a handler")
}

fn raise(signal: i32) {
    // SAFETY: there is a handler.
    unsafe { libc::raise(signal) };
}

fn null_write() {
    // SAFETY: not safe, which is the point.
    unsafe { std::arch::asm!("mov [{0}], {0}", in(reg) 8_usize) };
}

/// Reads beyond a memory in machine code.
fn trap() {
    let machine = Machine::without_handler();
    machine.trap_beyond_memory("(module (memory 1))");
}

fn comes_and_goes() {
    let ending = ending as *const () as usize;
    set(libc::SIGSEGV, ending, libc::SA_ONSTACK);
    set(libc::SIGFPE, count as *const () as usize, libc::SA_RESTART);
    set(libc::SIGILL, libc::SIG_IGN, 0);
    let before = all_facts();
    for _ in 0..100 {
        assert!(!is_handler_installed());
        let first = hold();
        let with_ours = all_facts();
        for (ours, before) in with_ours.iter().zip(&before) {
            assert_ne!(ours.0, before.0);
        }
        let second = hold();
        assert_eq!(all_facts(), with_ours);
        raise(libc::SIGFPE);
        drop(first);
        assert!(is_handler_installed());
        assert_eq!(all_facts(), with_ours);
        drop(second);
        assert_eq!(all_facts(), before);
    }
    assert_eq!(SEEN.load(Ordering::Relaxed), 100);
    let _hold = hold();
    trap();
    null_write();
}

fn stays_below_another() {
    let ending = ending as *const () as usize;
    set(libc::SIGSEGV, ending, 0);
    let before = all_facts();
    let first = hold();
    let ours = action(libc::SIGSEGV);
    install_passing_on();
    let others = facts(&action(libc::SIGSEGV));
    trap();
    assert_eq!(SEEN.load(Ordering::Relaxed), 1);
    drop(first);
    assert!(is_handler_installed());
    assert_eq!(facts(&action(libc::SIGSEGV)), others);
    // The other signals are as before.
    assert_eq!(all_facts()[1..], before[1..]);
    let second = hold();
    assert_eq!(facts(&action(libc::SIGSEGV)), others);
    trap();
    assert_eq!(SEEN.load(Ordering::Relaxed), 2);
    // The other one goes, and ours is in place again.
    // SAFETY: what was there before.
    let result = unsafe { libc::sigaction(libc::SIGSEGV, &ours, ptr::null_mut()) };
    assert_eq!(result, 0);
    trap();
    drop(second);
    assert!(!is_handler_installed());
    assert_eq!(all_facts(), before);
    // Again, so that the fault goes through all of them.
    let _hold = hold();
    install_passing_on();
    null_write();
}

fn thrown_out() {
    set(libc::SIGSEGV, ending as *const () as usize, 0);
    let first = hold();
    set(libc::SIGSEGV, libc::SIG_DFL, 0);
    drop(first);
    assert!(!is_handler_installed());
    assert_eq!(action(libc::SIGSEGV).sa_sigaction, libc::SIG_DFL);
    let _hold = hold();
    trap();
    null_write();
}

fn used_up_once() {
    let count = count as *const () as usize;
    set(libc::SIGFPE, count, libc::SA_RESETHAND);
    let first = hold();
    raise(libc::SIGFPE);
    drop(first);
    assert_eq!(action(libc::SIGFPE).sa_sigaction, libc::SIG_DFL);
    set(libc::SIGFPE, count, libc::SA_RESETHAND);
    drop(hold());
    assert_eq!(action(libc::SIGFPE).sa_sigaction, count);
    raise(libc::SIGFPE);
    assert_eq!(action(libc::SIGFPE).sa_sigaction, libc::SIG_DFL);
    assert_eq!(SEEN.load(Ordering::Relaxed), 2);
}

/// No signal is lost or goes elsewhere while the handler comes and goes.
fn meanwhile() {
    const SIGNALS_OF_EACH: usize = 5_000;
    set(libc::SIGFPE, count as *const () as usize, 0);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    drop(hold());
                }
            });
        }
        let raising = [(); 2].map(|()| {
            scope.spawn(|| {
                for _ in 0..SIGNALS_OF_EACH {
                    raise(libc::SIGFPE);
                }
            })
        });
        for thread in raising {
            thread.join().expect("no panic");
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(SEEN.load(Ordering::Relaxed), 2 * SIGNALS_OF_EACH);
}

/// Makes the page accessible that was touched.
extern "C" fn mending(_: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: may be called in a handler; the test touches none but its own page.
    unsafe {
        let page = (*info).si_addr().map_addr(|address| address & !0xfff);
        let access = libc::PROT_READ | libc::PROT_WRITE;
        libc::mprotect(page, 4096, access);
    }
    SEEN.fetch_add(1, Ordering::Relaxed);
}

/// The host's handler serves other threads while guests trap.
fn serves_others() {
    const FAULTS: usize = 2_000;
    set(
        libc::SIGSEGV,
        mending as *const () as usize,
        libc::SA_SIGINFO,
    );
    let _hold = hold();
    let ended = AtomicBool::new(false);
    let other = || {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a mapping of the test's own, which the handler makes accessible.
        unsafe {
            let page = libc::mmap(ptr::null_mut(), 4096, libc::PROT_NONE, flags, -1, 0);
            assert_ne!(page, libc::MAP_FAILED);
            for i in 0..FAULTS {
                let word = page.cast::<usize>().add(i % 512);
                word.write_volatile(i);
                assert_eq!(word.read_volatile(), i);
                assert_eq!(libc::mprotect(page, 4096, libc::PROT_NONE), 0);
            }
        }
    };
    thread::scope(|scope| {
        let others = [(); 2].map(|()| scope.spawn(other));
        let guest = scope.spawn(|| {
            let mut traps = 0;
            while !ended.load(Ordering::Relaxed) || traps == 0 {
                trap();
                traps += 1;
            }
        });
        for thread in others {
            thread.join().expect("no panic");
        }
        ended.store(true, Ordering::Relaxed);
        guest.join().expect("no panic");
    });
    assert_eq!(SEEN.load(Ordering::Relaxed), 2 * FAULTS);
}

#[test]
fn child() {
    let Ok(case) = env::var(CASE) else { return };
    match &*case {
        "comes and goes" => comes_and_goes(),
        "stays below another" => stays_below_another(),
        "thrown out" => thrown_out(),
        "used up once" => used_up_once(),
        "meanwhile" => meanwhile(),
        "serves others" => serves_others(),
        case => unreachable!("{case}"),
    }
    // SAFETY: ends the process at once.
    unsafe { libc::_exit(HOLDS) };
}

#[test]
fn the_handler_comes_and_goes() {
    let child = |case| status_of("handler::child", case);
    assert_eq!(child("comes and goes").code(), Some(ENDED));
    assert_eq!(child("stays below another").code(), Some(ENDED));
    assert_eq!(child("thrown out").signal(), Some(libc::SIGSEGV));
    assert_eq!(child("used up once").code(), Some(HOLDS));
    assert_eq!(child("meanwhile").code(), Some(HOLDS));
    assert_eq!(child("serves others").code(), Some(HOLDS));
}
