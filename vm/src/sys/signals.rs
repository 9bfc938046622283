//! Hardware traps as signals, on x86-64 Linux: the handler of the process.
//!
//! The handler asks a function whether a fault is its business. If so, the thread goes on
//! elsewhere when the handler returns, or where it was; if not, the fault goes to whatever would
//! have seen it without this handler.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::mem::MaybeUninit;
use std::ptr;

use super::signal_actions::{DEFAULT_ACTION, SIGNALS, read};
pub use super::signal_actions::{hold, is_installed, release};

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
    pub signum: i32,
    pub pc: usize,
    /// The address that was accessed, or of the instruction.
    pub address: usize,
    pub r11: u64,
    pub r13: usize,
    pub r14: usize,
    pub r15: usize,
    /// The `siginfo_t`.
    pub info: *const libc::c_void,
    /// The `ucontext_t`, which the thread goes on with.
    pub context: *mut libc::c_void,
}

/// What becomes of a fault.
#[derive(Copy, Clone, Debug)]
pub enum Decision {
    /// It is somebody else's business.
    PassOn,
    /// The thread goes on as the context says.
    Return,
    /// The thread goes on elsewhere.
    Resume(Resume),
}

/// Where a thread goes on, and with which registers.
#[derive(Copy, Clone, Debug)]
pub struct Resume {
    pub pc: usize,
    pub rax: u64,
    pub rcx: u64,
}

/// What the handler asks; takes no locks, allocates nothing, does not fault.
pub type Decide = fn(&Fault) -> Decision;

/// The handler.
pub(super) unsafe extern "C" fn handle(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes the details of the signal and the context of the thread, which
    // is restored from there when we return. `errno` is left as it was.
    unsafe {
        let errno = *libc::__errno_location();
        // A signal that somebody has sent has a code of 0 or below, and means nothing of the code it meets.
        let decision = match (*info).si_code > 0 {
            true => read(|record| record.decide)(&fault_of(signal, info, context)),
            false => Decision::PassOn,
        };
        match decision {
            Decision::Return => {}
            Decision::Resume(resume) => {
                let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
                registers[libc::REG_RIP as usize] = resume.pc as i64;
                registers[libc::REG_RAX as usize] = resume.rax as i64;
                registers[libc::REG_RCX as usize] = resume.rcx as i64;
            }
            Decision::PassOn => pass_on(signal, info, context),
        }
        *libc::__errno_location() = errno;
    }
}

/// What has happened.
///
/// # Safety
///
/// In a handler, with its arguments.
unsafe fn fault_of(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) -> Fault {
    // SAFETY: both are the kernel's.
    let (registers, address) = unsafe {
        let context = &*context.cast::<libc::ucontext_t>();
        (&context.uc_mcontext.gregs, (*info).si_addr().addr())
    };
    let get = |register: libc::c_int| registers[register as usize];
    Fault {
        kind: match signal {
            libc::SIGFPE => FaultKind::Division,
            libc::SIGILL => FaultKind::Undefined,
            _ => FaultKind::Memory,
        },
        signum: signal,
        pc: get(libc::REG_RIP) as usize,
        address,
        r11: get(libc::REG_R11) as u64,
        r13: get(libc::REG_R13) as usize,
        r14: get(libc::REG_R14) as usize,
        r15: get(libc::REG_R15) as usize,
        info: info.cast(),
        context,
    }
}

/// Does what would have happened without our handler.
///
/// # Safety
///
/// In a handler, with its arguments.
unsafe fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let i = SIGNALS
        .iter()
        .position(|&s| s == signal)
        .expect("one of ours");
    let previous = read(|record| record.previous[i].follow());
    // SAFETY: these calls may be made in a handler. What was installed is
    // called as the kernel would: with its signals blocked, and the arguments that it asked for.
    unsafe {
        let was_sent = (*info).si_code <= 0;
        match previous.sa_sigaction {
            // The kernel does not let a fault be ignored.
            libc::SIG_IGN if was_sent => {}
            libc::SIG_DFL | libc::SIG_IGN => {
                libc::sigaction(signal, &DEFAULT_ACTION, ptr::null_mut());
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
    }
}
