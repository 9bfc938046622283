//! Calls: of functions of the instance, of imported ones, and by a table; tail calls, which give up the
//! caller's frame; and host functions. No handler recurses: a call moves the frame pointer and goes on at the
//! callee's entry operation, whose state [`function`](super::function) describes.
//!
//! A call instruction ends in a word that says how to go on when the callee has returned;
//! the return address follows it, so a return finds it there:
//!
//! ```text
//! [slot of pinned local 0: u16][slot of pinned local 1: u16][distance between the frames, in bytes: u32]
//! ```
//!
//! Without a pinned local its register is loaded from slot 0, which exists in every frame.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::arch::asm;
use std::hint::cold_path;
use std::marker::PhantomData;
use std::ptr;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{ExitKind, LastExit, STATUS_RETURNED};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{
    MAGIC_HOST, VMCallee, VMContext, VMFuncRef, VMHostContext, VMTableDefinition,
};

use super::function::{OTHER_ENTRY_WORDS, enter_caller};
use super::name::{Named, named};
use super::place::Source;
use super::variable::{Imported, Own};
use super::{Label, Mode, Op, Regs, Show};

/// Calls a function of the same instance, whose `VMFuncCode` is word 1.
pub(crate) struct Call;
named!(Call);

impl Op for Call {
    const LEN: usize = 3;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::Func(1), Show::U32(Label::Frame, 20)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put the address of the callee's code into word 1.
        unsafe {
            let code = r.word(1);
            let frame = r.field32(20) as usize;
            r.acc = r.ip.add(Self::LEN).expose_provenance() as u64;
            r.l0 = r.inst.to_bits();
            r.l1 = code;
            r.fp = r.fp.byte_add(frame);
            r.ip = (*ptr::with_exposed_provenance::<VMFuncCode>(code as usize)).ip();
            M::dispatch(r)
        }
    }
}

/// Goes on at `callee` from a call or tail call; `r` is as at an entry but for `l1`.
#[inline(always)]
unsafe fn go<M: Mode>(mut r: Regs, callee: *const VMCallee) -> M::Exit {
    // SAFETY: `callee` names a function of a live instance.
    unsafe {
        let VMCallee { code, vmctx } = *callee;
        if ptr::eq(vmctx, r.vmctx()) {
            r.l1 = code.expose_provenance() as u64;
            r.ip = (*code).ip();
            M::dispatch(r)
        } else {
            go_elsewhere::<M>(r, callee)
        }
    }
}

/// As [`go`], whatever instance the callee is of.
#[inline(always)]
unsafe fn go_elsewhere<M: Mode>(mut r: Regs, callee: *const VMCallee) -> M::Exit {
    // SAFETY: a callee's code is an entry operation preceded by another.
    unsafe {
        r.l1 = callee.expose_provenance() as u64;
        r.ip = (*(*callee).code).ip().sub(OTHER_ENTRY_WORDS);
        M::dispatch_apart(r)
    }
}

/// Calls the imported function whose `VMCallee` is at the offset at byte 8. A host function
/// is called at once.
pub(crate) struct CallImport;
named!(CallImport);

impl Op for CallImport {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::U32(Label::Func, 12), Show::U32(Label::Frame, 20)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: the offset comes from the module's `VMOffsets`. Both kinds of context begin
        // with their magic number.
        unsafe {
            let callee: *const VMCallee = VMContext::at(r.vmctx(), r.field32(8));
            let frame = r.fp.byte_add(r.field32(20) as usize);
            let ret = r.ip.add(Self::LEN);
            let host = (*callee).vmctx.cast::<VMHostContext>().cast_const();
            if (*host).magic == MAGIC_HOST
                && let Some(status) = call_host(r.vmctx(), host, frame, ret, r.vmctx())
            {
                if status != STATUS_RETURNED {
                    cold_path();
                    return M::leave(r, status);
                }
                return go_on::<M>(r, ret, frame);
            }
            r.acc = ret.expose_provenance() as u64;
            r.l0 = r.inst.to_bits();
            r.fp = frame;
            go_elsewhere::<M>(r, callee)
        }
    }
}

/// Calls the host function `host` for the instance of `caller`, with arguments and results at
/// `frame`, to return to `ret` in the instance of `back`; returns its status. `None` if the
/// stack's limit does not admit it.
#[inline(always)]
pub(super) unsafe fn call_host(
    caller: *mut VMContext,
    host: *const VMHostContext,
    frame: *mut u64,
    ret: *const u64,
    back: *mut VMContext,
) -> Option<u32> {
    // SAFETY: `caller` is the context of running code. The shim of a host function never
    // unwinds, and finds its arguments at `frame`.
    unsafe {
        let exec = &*VMContext::header(caller).exec.get();
        let sp = frame.wrapping_add((*host).slots as usize);
        if !exec.admits(sp.addr()) {
            cold_path();
            return None;
        }
        exec.last_exit.set(LastExit {
            ip: ret,
            fp: frame,
            vmctx: back,
            kind: ExitKind::Return,
        });
        exec.sp.set(sp);
        Some(((*host).call)(host, caller, frame))
    }
}

/// Goes on at the return address `ret`, of code of this instance, after a host function
/// that had its frame at `frame`.
#[inline(always)]
pub(super) unsafe fn go_on<M: Mode>(mut r: Regs, ret: *const u64, frame: *mut u64) -> M::Exit {
    // SAFETY: results are at `frame`; the rest is as for `go_back`.
    unsafe {
        r.acc = *frame;
        r.facc = f64::from_bits(r.acc);
        // No code relies on them after a call; so nothing of them is kept over it.
        (r.f0, r.f1, r.f2) = (0.0, 0.0, 0.0);
        r.reload_memory();
        r.fp = frame;
        enter_caller(&mut r, ret);
        M::dispatch(r)
    }
}

/// Whose a table is.
pub(crate) trait TableOwner: Named {
    /// The table named by the 32-bit field at byte 12.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn table(r: &Regs) -> *const VMTableDefinition;
}

impl TableOwner for Own {
    #[inline(always)]
    unsafe fn table(r: &Regs) -> *const VMTableDefinition {
        // SAFETY: the offset comes from the module's `VMOffsets`.
        unsafe { VMContext::at(r.vmctx(), r.field32(12)) }
    }
}

impl TableOwner for Imported {
    #[inline(always)]
    unsafe fn table(r: &Regs) -> *const VMTableDefinition {
        // SAFETY: the offset comes from the module's `VMOffsets`; the store keeps what is imported alive.
        unsafe { *VMContext::at::<*mut VMTableDefinition>(r.vmctx(), r.field32(12)) }
    }
}

/// The function that an indirect call names: offset of the table at byte 12, type at byte
/// 16, index in `X`.
#[inline(always)]
unsafe fn indirect<X: Source<u64>, O: TableOwner>(r: &Regs) -> Result<*const VMFuncRef, TrapCode> {
    // SAFETY: the element is within the table, and a word of a funcref table is 0 or the
    // address of a live reference.
    unsafe {
        let (table, index) = (O::table(r), X::read(r));
        if index >= (*table).len {
            return Err(TrapCode::TableOutOfBounds);
        }
        let word = *(*table).base.add(index as usize);
        let func = ptr::with_exposed_provenance::<VMFuncRef>(word as usize);
        if func.is_null() {
            return Err(TrapCode::IndirectCallToNull);
        }
        if (*func).type_id != r.field32(16) {
            return Err(TrapCode::BadSignature);
        }
        Ok(func)
    }
}

/// `call_indirect`.
pub(crate) struct CallIndirect<X, O>(PhantomData<(X, O)>);
named!(CallIndirect X O);

impl<X: Source<u64>, O: TableOwner> Op for CallIndirect<X, O> {
    const LEN: usize = 4;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[
        Show::U32(Label::Table, 12),
        Show::U32(Label::Type, 16),
        Show::U32(Label::Frame, 28),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match indirect::<X, O>(&r) {
                Ok(func) => {
                    r.acc = r.ip.add(Self::LEN).expose_provenance() as u64;
                    r.l0 = r.inst.to_bits();
                    r.fp = r.fp.byte_add(r.field32(28) as usize);
                    go::<M>(r, &raw const (*func).callee)
                }
                Err(code) => {
                    cold_path();
                    M::trap(r, code)
                }
            }
        }
    }
}

/// Prepares a tail call: takes the return address and context from the header
/// (slot at byte `at`), then moves the arguments (slot at `at + 4`, count at `at + 8`)
/// to the start of the frame.
#[inline(always)]
unsafe fn replace_frame(r: &mut Regs, at: usize) {
    // SAFETY: the slots are within the frame.
    unsafe {
        let header = r.field32(at) as usize;
        r.acc = r.slot(header);
        r.l0 = r.slot(header + 1);
        let (from, count) = (r.field32(at + 4) as usize, r.field32(at + 8) as usize);
        for i in 0..count {
            // Keeps the loop from becoming a call of `memmove`, which costs a frame.
            asm!("", options(nostack, preserves_flags));
            r.set_slot(i, r.slot(from + i));
        }
    }
}

const SHOW_ARGS: [Show; 3] = [
    Show::U32(Label::Header, 16),
    Show::U32(Label::Args, 20),
    Show::U32(Label::Count, 24),
];

/// `return_call` of a function of the same instance, whose `VMFuncCode` is word 1.
pub(crate) struct ReturnCall;
named!(ReturnCall);

impl Op for ReturnCall {
    const LEN: usize = 4;
    const SHOW: &'static [Show] = &SHOW_ARGS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: as for `Call`.
        unsafe {
            let code = r.word(1);
            replace_frame(&mut r, 16);
            r.l1 = code;
            r.ip = (*ptr::with_exposed_provenance::<VMFuncCode>(code as usize)).ip();
            M::dispatch(r)
        }
    }
}

/// `return_call` of the imported function whose `VMCallee` is at the offset at byte 8.
pub(crate) struct ReturnCallImport;
named!(ReturnCallImport);

impl Op for ReturnCallImport {
    const LEN: usize = 4;
    const SHOW: &'static [Show] = &SHOW_ARGS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: as for `CallImport`.
        unsafe {
            let callee: *const VMCallee = VMContext::at(r.vmctx(), r.field32(8));
            replace_frame(&mut r, 16);
            go::<M>(r, callee)
        }
    }
}

/// `return_call_indirect`.
pub(crate) struct ReturnCallIndirect<X, O>(PhantomData<(X, O)>);
named!(ReturnCallIndirect X O);

impl<X: Source<u64>, O: TableOwner> Op for ReturnCallIndirect<X, O> {
    const LEN: usize = 4;
    const SHOW: &'static [Show] = &[
        Show::U32(Label::Table, 12),
        Show::U32(Label::Type, 16),
        Show::U32(Label::Header, 20),
        Show::U32(Label::Args, 24),
        Show::U32(Label::Count, 28),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match indirect::<X, O>(&r) {
                Ok(func) => {
                    replace_frame(&mut r, 20);
                    go::<M>(r, &raw const (*func).callee)
                }
                Err(code) => {
                    cold_path();
                    M::trap(r, code)
                }
            }
        }
    }
}
