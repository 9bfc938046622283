//! Which faults are traps of machine code.
//!
//! A fault is a trap if, and only if, its exact address is a site of published code of that
//! kind, and, for an access, if the address accessed is one that the code could be told to
//! access: from a memory's header to the end of its guard, for memory 0 (at r14, or as the
//! instance at r15 has it) or another memory of the instance. All other faults go to the handler
//! that was there before: they are the host's, or a mistake that must not be hidden. The execution that r13
//! points to may have a hook that is asked about every fault of published code; then it is told of the mistakes,
//! and the guest ends.

#![expect(
    unsafe_code,
    reason = "looks into the instance that machine code runs in"
)]

use std::io;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use super::code::SiteKind;
use super::index::CodeIndex;
use super::{registry, stubs};
use crate::exec::VMExec;
use crate::index::{EntityIndex, MemoryIndex};
use crate::instance::Instance;
use crate::memory::{MEMORY_HEADER_BYTES, MemoryPlan};
use crate::signal::{SignalBehavior, SignalDetails, SignalEnd, SignalEndKind};
use crate::sys::signals::{Decision, Fault, FaultKind, Resume};
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

/// Installs the signal handler of the process for as long as that lives, as
/// [`HandlerHold`](crate::signal::HandlerHold) does for as long as it lives itself.
///
/// # Errors
///
/// If the host refuses.
pub fn install_handler() -> io::Result<()> {
    static INSTALLED: Mutex<bool> = Mutex::new(false);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*installed {
        crate::sys::signals::hold(decide)?;
        *installed = true;
    }
    Ok(())
}

/// Gives this thread an alternate stack of at least 64 KiB for signals, without which a fault of
/// machine code would be handled on the return stack. Costs next to nothing after the
/// first call of a thread.
///
/// # Errors
///
/// If the host has no memory for it.
#[inline]
pub fn prepare_thread() -> io::Result<()> {
    crate::sys::signal_stack::prepare_thread()
}

/// Called by the signal handler.
pub(crate) fn decide(fault: &Fault) -> Decision {
    // What the hook does may take long, so nobody looks at the registry then.
    let found = registry::find(fault.pc, |index| (trap_at(fault, index), *index.plan()));
    let Some((trap, plan)) = found else {
        return Decision::PassOn;
    };
    // SAFETY: in machine code r13 is the running execution, which is used by this thread and by cells.
    let exec = unsafe { &*ptr::with_exposed_provenance::<VMExec>(fault.r13) };
    if let Some(code @ (TrapCode::Interrupt | TrapCode::OutOfFuel)) = trap {
        // The guest was asked to stop: it has done nothing that the hook could see to.
        exec.signals.forget_end();
        return resume(fault, code);
    }
    let hook = exec.signal_hook();
    let details = SignalDetails {
        trap,
        signum: fault.signum,
        info: fault.info,
        context: fault.context,
    };
    let behavior = hook.map_or(SignalBehavior::Default, |hook| {
        // SAFETY: whoever set the hook lets it be called.
        unsafe { (hook.call)(hook.data, &details) }
    });
    let is_trap = || {
        trap.filter(|_| fault.kind != FaultKind::Memory || is_of_memory(fault, &plan))
            .is_some()
    };
    let kind = match behavior {
        SignalBehavior::Continue => return Decision::Return,
        SignalBehavior::Terminate => SignalEndKind::Terminated,
        SignalBehavior::Default if is_trap() => SignalEndKind::Trap,
        SignalBehavior::Default if hook.is_some() => SignalEndKind::Fatal,
        SignalBehavior::Default => return Decision::PassOn,
    };
    let end = SignalEnd {
        kind,
        trap,
        signum: fault.signum,
        pc: fault.pc,
        address: fault.address,
    };
    exec.signals.end.set(Some(end));
    resume(fault, trap.unwrap_or(TrapCode::Interrupt))
}

/// Leaves the guest with that trap.
fn resume(fault: &Fault, code: TrapCode) -> Decision {
    Decision::Resume(Resume {
        pc: stubs::signal_trap(),
        rax: u64::from(code as u8),
        rcx: fault.pc as u64,
    })
}

/// Which trap a fault of this kind is, at this exact address.
fn trap_at(fault: &Fault, index: &CodeIndex) -> Option<TrapCode> {
    let site = index.locate(fault.pc, false)?;
    match (fault.kind, site.kind) {
        (FaultKind::Undefined, SiteKind::Trap(code)) => Some(code),
        (FaultKind::Division, SiteKind::Divide) => Some(match fault.r11 {
            0 => TrapCode::IntegerDivisionByZero,
            _ => TrapCode::IntegerOverflow,
        }),
        (FaultKind::Memory, SiteKind::Memory) => Some(TrapCode::MemoryOutOfBounds),
        _ => None,
    }
}

/// Whether the code may have been told to access the address of `fault`.
fn is_of_memory(fault: &Fault, plan: &MemoryPlan) -> bool {
    let reach = (plan.reservation.saturating_add(plan.guard)) as usize;
    let contains = |base: usize| {
        let start = base.wrapping_sub(MEMORY_HEADER_BYTES);
        fault.address.wrapping_sub(start) < reach + MEMORY_HEADER_BYTES
    };
    if contains(fault.r14) {
        return true;
    }
    // SAFETY: at a site of machine code r15 is the context of its instance, which is alive, as
    // are its memories. They are read, without locks.
    unsafe {
        let instance =
            Instance::from_vmctx(ptr::with_exposed_provenance_mut::<VMContext>(fault.r15));
        let memories = 0..instance.module().memories.len();
        memories.map(MemoryIndex::new).any(|memory| {
            let base = (*instance.memory_definition(memory)).base;
            contains(base.addr())
        })
    }
}
