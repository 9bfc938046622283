//! Which faults are traps of machine code.
//!
//! A fault is a trap if, and only if, its exact address is a site of published code of that
//! kind, and, for an access, if the address accessed is one that the code could be told to
//! access: from a memory's header to the end of its guard, for memory 0 (at r14, or as the
//! instance at r15 has it) or another memory of the instance. All other faults go to the handler
//! that was there before: they are the host's, or a mistake that must not be hidden.

#![expect(
    unsafe_code,
    reason = "looks into the instance that machine code runs in"
)]

use std::io;

use super::code::SiteKind;
use super::{registry, stubs};
use crate::index::{EntityIndex, MemoryIndex};
use crate::instance::Instance;
use crate::memory::{MEMORY_HEADER_BYTES, MemoryPlan};
use crate::sys::signals::{Fault, FaultKind, Resume};
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

/// Installs the signal handler of the process, once.
///
/// # Errors
///
/// If the host refuses.
pub fn install_handler() -> io::Result<()> {
    crate::sys::signals::install(decide)
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
    crate::sys::signals::prepare_thread()
}

/// Called by the signal handler.
fn decide(fault: &Fault) -> Option<Resume> {
    let code = registry::find(fault.pc, |index| {
        let site = index.locate(fault.pc, false)?;
        match (fault.kind, site.kind) {
            (FaultKind::Undefined, SiteKind::Trap(code)) => Some(code),
            (FaultKind::Division, SiteKind::Divide) => Some(match fault.r11 {
                0 => TrapCode::IntegerDivisionByZero,
                _ => TrapCode::IntegerOverflow,
            }),
            (FaultKind::Memory, SiteKind::Memory) => {
                is_of_memory(fault, index.plan()).then_some(TrapCode::MemoryOutOfBounds)
            }
            _ => None,
        }
    })??;
    Some(Resume {
        pc: stubs::signal_trap(),
        rax: u64::from(code as u8),
        rcx: fault.pc as u64,
    })
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
        let instance = Instance::from_vmctx(std::ptr::with_exposed_provenance_mut::<VMContext>(
            fault.r15,
        ));
        let memories = 0..instance.module().memories.len();
        memories.map(MemoryIndex::new).any(|memory| {
            let base = (*instance.memory_definition(memory)).base;
            contains(base.addr())
        })
    }
}
