//! Faults that are not traps reach whoever would have seen them otherwise. Each case is
//! a process of its own: this test runs itself again.

#![expect(
    unsafe_code,
    reason = "installs signal handlers, and faults on purpose"
)]

use std::env;
use std::mem::zeroed;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::native::*;
use selvedge_vm::vmcontext::{VMContext, VMHostContext};

use crate::machine::*;

pub const CASE: &str = "SELVEDGE_SIGNAL_CASE";
const BAD_ADDRESS: usize = 0x10_0040;

/// What a handler of the host ends the process with.
const DETAILS: i32 = 42;
const PLAIN: i32 = 43;
const NOTHING: i32 = 44;

extern "C" fn with_details(signal: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: called as a signal handler.
    unsafe {
        let mut mask = zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut mask);
        let expected_address = (*info).si_addr().addr() == BAD_ADDRESS;
        let blocked = libc::sigismember(&mask, signal) == 1
            && libc::sigismember(&mask, libc::SIGUSR1) == 1
            && libc::sigismember(&mask, libc::SIGUSR2) == 0;
        libc::_exit(if expected_address && blocked {
            DETAILS
        } else {
            1
        });
    }
}

extern "C" fn plain(_: i32) {
    // SAFETY: may be called in a handler.
    unsafe { libc::_exit(PLAIN) };
}

static SEEN: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: i32) {
    SEEN.fetch_add(1, Ordering::Relaxed);
}

/// Sets the handler of `signal`.
pub fn set(signal: i32, action: usize, flags: i32) {
    // SAFETY: the action is a handler of the kind that `flags` says.
    unsafe {
        let mut new: libc::sigaction = zeroed();
        new.sa_sigaction = action;
        new.sa_flags = flags;
        libc::sigaddset(&mut new.sa_mask, libc::SIGUSR1);
        assert_eq!(libc::sigaction(signal, &new, ptr::null_mut()), 0);
    }
}

fn fault() {
    // SAFETY: not safe, which is the point.
    unsafe { std::arch::asm!("mov {0}, [{0}]", inout(reg) BAD_ADDRESS => _) };
}

unsafe extern "C" fn faulting_host(_: *const VMHostContext, _: *mut VMContext, _: *mut u64) -> u32 {
    fault();
    0
}

/// Runs machine code that reads `BAD_ADDRESS`.
fn machine_code(write: impl FnOnce(&mut Asm)) {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1))");
    let mut asm = Asm::default();
    write(asm.func(0));
    let code = asm.publish(&machine.memory);
    let entry = code
        .entry(DefinedFuncIndex::from_u32(0))
        .expect("it is there");
    machine.call(entry, vmctx, &[]);
}

const LOAD_AT_RCX: [u8; 2] = [0x8b, 0x01];

/// One case, in its own process; how that ends, if not by a signal, is the result.
fn run(case: &str) -> i32 {
    let details = with_details as *const () as usize;
    let plain = plain as *const () as usize;
    match case {
        "default" | "default-sent" | "no-site-default" => set(libc::SIGSEGV, libc::SIG_DFL, 0),
        "ignored" | "ignored-sent" => set(libc::SIGSEGV, libc::SIG_IGN, 0),
        "plain" => set(libc::SIGSEGV, plain, 0),
        "once" => set(
            libc::SIGSEGV,
            count as *const () as usize,
            libc::SA_RESETHAND,
        ),
        "rust" => {}
        _ => set(libc::SIGSEGV, details, libc::SA_SIGINFO),
    }
    install_handler().expect("a handler");
    prepare_thread().expect("an alternate stack");
    // SAFETY: sends this thread a signal, for which there is a handler.
    let raise = || unsafe { libc::raise(libc::SIGSEGV) };
    match case {
        "default-sent" | "ignored-sent" => {
            raise();
        }
        "once" => {
            raise();
            assert_eq!(SEEN.load(Ordering::Relaxed), 1);
            raise();
        }
        "host-function" => machine_code(|asm| {
            asm.mov_rcx(host_callee(0, faulting_host))
                .jump_stub(stub::TAIL_CROSS);
        }),
        "no-site" | "no-site-default" => machine_code(|asm| {
            asm.mov_rcx(BAD_ADDRESS).op(&LOAD_AT_RCX).ret();
        }),
        "other-site" => machine_code(|asm| {
            asm.mov_rcx(BAD_ADDRESS)
                .site(1, SiteKind::Divide)
                .op(&LOAD_AT_RCX)
                .ret();
        }),
        "no-memory" => machine_code(|asm| {
            asm.mov_rcx(BAD_ADDRESS)
                .site(1, SiteKind::Memory)
                .op(&LOAD_AT_RCX)
                .ret();
        }),
        _ => fault(),
    }
    NOTHING
}

#[test]
fn child() {
    if let Ok(case) = env::var(CASE) {
        let result = run(&case);
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(result) };
    }
}

fn status(case: &str) -> ExitStatus {
    status_of("signals::child", case)
}

/// How a process ends in which this test runs that case.
pub fn status_of(test: &str, case: &str) -> ExitStatus {
    let mut command = Command::new(env::current_exe().expect("this test"));
    command.args([test, "--exact", "--nocapture"]);
    command.env(CASE, case).stdout(Stdio::null());
    command.status().expect("it runs")
}

#[test]
fn faults_of_the_host_reach_the_handler_before() {
    for case in [
        "details",
        "host-function",
        "no-site",
        "other-site",
        "no-memory",
    ] {
        assert_eq!(status(case).code(), Some(DETAILS), "{case}");
    }
    assert_eq!(status("plain").code(), Some(PLAIN));
}

#[test]
fn faults_without_a_handler_end_the_process() {
    for case in [
        "default",
        "default-sent",
        "no-site-default",
        "ignored",
        "once",
        "rust",
    ] {
        assert_eq!(status(case).signal(), Some(libc::SIGSEGV), "{case}");
    }
    assert_eq!(status("ignored-sent").code(), Some(NOTHING));
}

#[test]
fn threads_have_an_alternate_stack_that_is_large_enough() {
    let check = || {
        prepare_thread().expect("an alternate stack");
        prepare_thread().expect("the same");
        // SAFETY: asks, and changes nothing.
        let present = unsafe {
            let mut present: libc::stack_t = zeroed();
            assert_eq!(libc::sigaltstack(ptr::null(), &mut present), 0);
            present
        };
        assert_eq!(present.ss_flags & libc::SS_DISABLE, 0);
        assert!(present.ss_size >= 64 << 10, "{}", present.ss_size);
    };
    for _ in 0..10 {
        std::thread::spawn(check).join().expect("no panic");
    }
}
