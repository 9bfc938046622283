//! Hardware traps as signals, on x86-64 Linux: the process's handler, and the stacks it runs on.
//!
//! The handler asks a function whether a fault is its business. If so, the thread goes on
//! elsewhere when the handler returns; if not, the fault goes to whatever would have seen it
//! without this handler.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::cell::Cell;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Mapping, page_size};

/// The smallest alternate stack that is enough.
const STACK_BYTES: usize = 64 << 10;

const SIGNALS: [libc::c_int; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL];

/// What has faulted.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// An access to memory.
    Memory,
    /// An integer division.
    Division,
    /// An undefined instruction.
    Undefined,
}

/// A fault of an instruction, and the registers that tell whose it is.
#[derive(Copy, Clone, Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub pc: usize,
    /// The address that was accessed, or of the instruction.
    pub address: usize,
    pub r11: u64,
    pub r14: usize,
    pub r15: usize,
}

/// Where a thread goes on, and with which registers.
#[derive(Copy, Clone, Debug)]
pub struct Resume {
    pub pc: usize,
    pub rax: u64,
    pub rcx: u64,
}

/// What the handler asks; takes no locks, allocates nothing, does not fault.
type Decide = fn(&Fault) -> Option<Resume>;

/// What is kept for the handler.
struct Handler {
    decide: Decide,
    /// What was installed before, in the order of `SIGNALS`.
    previous: [libc::sigaction; 4],
    /// Whether that has used up its one call (`SA_RESETHAND`).
    used_up: [AtomicBool; 4],
}

static HANDLER: OnceLock<Handler> = OnceLock::new();

/// Installs the handler of the process, once: later calls do nothing.
pub fn install(decide: Decide) -> io::Result<()> {
    static INSTALLED: OnceLock<Result<(), i32>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        // SAFETY: the handler is made for these signals; what was there before is kept first,
        // so that the handler finds it.
        let install = || unsafe {
            let mut previous = [MaybeUninit::<libc::sigaction>::zeroed().assume_init(); 4];
            for (signal, previous) in SIGNALS.into_iter().zip(&mut previous) {
                check(libc::sigaction(signal, ptr::null(), previous))?;
            }
            HANDLER.get_or_init(|| Handler {
                decide,
                previous,
                used_up: [const { AtomicBool::new(false) }; 4],
            });
            for signal in SIGNALS {
                let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
                action.sa_sigaction = handle as *const () as usize;
                // Deferring nothing, the handler leaves the mask as it is for the one before.
                action.sa_flags =
                    libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER | libc::SA_RESTART;
                check(libc::sigaction(signal, &action, ptr::null_mut()))?;
            }
            Ok(())
        };
        install().map_err(|error: io::Error| error.raw_os_error().unwrap_or(libc::EINVAL))
    });
    installed.map_err(io::Error::from_raw_os_error)
}

fn check(result: libc::c_int) -> io::Result<()> {
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The handler.
unsafe extern "C" fn handle(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes the details of the signal and the context of the thread, which
    // is restored from there when we return.
    unsafe {
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let get = |register: libc::c_int| registers[register as usize];
        let kind = match signal {
            libc::SIGFPE => FaultKind::Division,
            libc::SIGILL => FaultKind::Undefined,
            _ => FaultKind::Memory,
        };
        let fault = Fault {
            kind,
            pc: get(libc::REG_RIP) as usize,
            address: (*info).si_addr().addr(),
            r11: get(libc::REG_R11) as u64,
            r14: get(libc::REG_R14) as usize,
            r15: get(libc::REG_R15) as usize,
        };
        let Some(handler) = HANDLER.get() else { return };
        // A signal that somebody has sent has a code of 0 or below, and means nothing of the code it meets.
        if (*info).si_code > 0
            && let Some(resume) = (handler.decide)(&fault)
        {
            registers[libc::REG_RIP as usize] = resume.pc as i64;
            registers[libc::REG_RAX as usize] = resume.rax as i64;
            registers[libc::REG_RCX as usize] = resume.rcx as i64;
            return;
        }
        pass_on(handler, signal, info, context);
    }
}

/// Does what would have happened without our handler.
///
/// # Safety
///
/// In a handler, with its arguments.
unsafe fn pass_on(
    handler: &Handler,
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    let i = SIGNALS
        .iter()
        .position(|&s| s == signal)
        .expect("one of ours");
    let previous = &handler.previous[i];
    let resets = previous.sa_flags & libc::SA_RESETHAND != 0;
    let used_up = resets && handler.used_up[i].swap(true, Ordering::Relaxed);
    // SAFETY: these calls may be made in a handler, and `errno` is kept. What was installed is
    // called as the kernel would: with its signals blocked, and the arguments that it asked for.
    unsafe {
        let errno = *libc::__errno_location();
        let was_sent = (*info).si_code <= 0;
        match previous.sa_sigaction {
            // The kernel does not let a fault be ignored.
            libc::SIG_IGN if was_sent => {}
            action if used_up || action == libc::SIG_DFL || action == libc::SIG_IGN => {
                let mut default = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &default, ptr::null_mut());
                // A fault comes again when we return.
                if was_sent {
                    libc::raise(signal);
                }
            }
            action => {
                let mut mask = previous.sa_mask;
                if previous.sa_flags & libc::SA_NODEFER == 0 {
                    libc::sigaddset(&mut mask, signal);
                }
                let mut before = MaybeUninit::<libc::sigset_t>::zeroed().assume_init();
                libc::pthread_sigmask(libc::SIG_BLOCK, &mask, &mut before);
                if previous.sa_flags & libc::SA_SIGINFO != 0 {
                    type Action =
                        extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
                    std::mem::transmute::<usize, Action>(action)(signal, info, context);
                } else {
                    std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(action)(signal);
                }
                libc::pthread_sigmask(libc::SIG_SETMASK, &before, ptr::null_mut());
            }
        }
        *libc::__errno_location() = errno;
    }
}

/// An alternate stack for this thread, with a guard page below.
struct AlternateStack(Mapping);

impl AlternateStack {
    /// Gives this thread a stack, if it has none that is large enough.
    fn new() -> io::Result<Option<Self>> {
        // SAFETY: `getauxval` answers 0 for what it does not know.
        let minimum = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
        let len = STACK_BYTES.max(4 * minimum).next_multiple_of(page_size());
        let mut present = MaybeUninit::<libc::stack_t>::zeroed();
        // SAFETY: asks, and changes nothing.
        let present = unsafe {
            check(libc::sigaltstack(ptr::null(), present.as_mut_ptr()))?;
            present.assume_init()
        };
        if present.ss_flags & libc::SS_DISABLE == 0 && present.ss_size >= len {
            return Ok(None);
        }
        let guard = page_size();
        let mapping = Mapping::reserve(guard + len)?;
        mapping.make_accessible(guard, len)?;
        // SAFETY: the stack is this thread's alone, until `drop`.
        unsafe {
            let stack = libc::stack_t {
                ss_sp: mapping.as_ptr().as_ptr().add(guard).cast(),
                ss_flags: 0,
                ss_size: len,
            };
            check(libc::sigaltstack(&stack, ptr::null_mut()))?;
        }
        Ok(Some(Self(mapping)))
    }
}

impl Drop for AlternateStack {
    /// The thread ends. What it had before us may be gone by now, so it gets no other.
    fn drop(&mut self) {
        // SAFETY: the stack is unmapped only if no signal can come to it any more.
        unsafe {
            let mut present = MaybeUninit::<libc::stack_t>::zeroed().assume_init();
            libc::sigaltstack(ptr::null(), &mut present);
            let ours =
                self.0.as_ptr().as_ptr().addr()..self.0.as_ptr().as_ptr().addr() + self.0.len();
            if ours.contains(&present.ss_sp.addr()) {
                present.ss_flags = libc::SS_DISABLE;
                libc::sigaltstack(&present, ptr::null_mut());
            }
        }
    }
}

/// Sees to it that this thread has an alternate stack; after the first time, one read of a
/// thread-local.
#[inline]
pub fn prepare_thread() -> io::Result<()> {
    thread_local! {
        static READY: Cell<bool> = const { Cell::new(false) };
    }
    match READY.get() {
        true => Ok(()),
        false => {
            keep_alternate_stack()?;
            READY.set(true);
            Ok(())
        }
    }
}

#[cold]
fn keep_alternate_stack() -> io::Result<()> {
    thread_local! {
        static STACK: Cell<Option<AlternateStack>> = const { Cell::new(None) };
    }
    let stack = AlternateStack::new()?;
    // A thread that is ending keeps its stack for ever.
    let mut stack = std::mem::ManuallyDrop::new(stack);
    let _ = STACK.try_with(|kept| kept.set(stack.take()));
    Ok(())
}
