//! Calls, returns and entries. No handler recurses: a call moves the frame
//! pointer and goes on at the callee's entry operation.
//!
//! A call instruction ends in a word that says how to go on when the callee has returned;
//! the return address follows it, so a return finds it there:
//!
//! ```text
//! [slot of pinned local 0: u16][slot of pinned local 1: u16][distance between the frames, in slots: u32]
//! ```
//!
//! Without a pinned local its register is loaded from slot 0, which exists in every frame.
//! At an entry operation:
//!
//! | register | holds |
//! |---|---|
//! | `acc` | the return address |
//! | `l0` | the context to return to |
//! | `l1` | `&VMFuncCode` at [`Enter`] and [`Lazy`], `&VMCallee` at [`EnterOther`], [`LazyOther`], [`HostCall`] |
//! | `fp` | the callee's frame, arguments in place |
//!
//! The code of a function is `EnterOther`, then `Enter`; a call within the instance
//! starts at the second, every other call at the first, which changes the instance
//! and falls through.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::arch::asm;
use std::hint::cold_path;
use std::marker::PhantomData;
use std::ptr;

use selvedge_vm::bulk;
use selvedge_vm::code::VMFuncCode;
use selvedge_vm::exec::{LastExit, STATUS_RETURNED};
use selvedge_vm::index::TableIndex;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{VMCallee, VMContext, VMFuncRef, VMHostContext};

use super::kind::{KINDS, Kind, Singles, code};
use super::place::{A, K, P0, P1, P2, S0, Source, Value};
use super::row::{Code, HasCode};
use super::{Mode, Op, Regs, Show};
use crate::prepare;

/// Words of an `EnterOther`-like operation, which ends where the function's own entry begins.
pub(crate) const OTHER_ENTRY_WORDS: usize = 2;

/// Calls a function of the same instance, whose `VMFuncCode` is word 1.
pub(crate) struct Call;

impl Op for Call {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::Func(1), Show::U32("frame", 20)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put the address of the callee's code into word 1.
        unsafe {
            let code = r.word(1);
            let frame = r.field32(20) as usize;
            r.acc = r.ip.add(Self::LEN).expose_provenance() as u64;
            r.l0 = r.inst.to_bits();
            r.l1 = code;
            r.fp = r.fp.add(frame);
            r.ip = (*ptr::with_exposed_provenance::<VMFuncCode>(code as usize)).ip();
            M::dispatch(r)
        }
    }
}

/// Goes on at `callee` from a call or tail call; `r` is as at an entry but for `l1`.
#[inline(always)]
unsafe fn go<M: Mode>(mut r: Regs, callee: *const VMCallee) -> M::Exit {
    // SAFETY: a callee's code is an entry operation preceded by another.
    unsafe {
        let VMCallee { code, vmctx } = *callee;
        let ip = (*code).ip();
        if ptr::eq(vmctx, r.vmctx()) {
            r.l1 = code.expose_provenance() as u64;
            r.ip = ip;
        } else {
            r.l1 = callee.expose_provenance() as u64;
            r.ip = ip.sub(OTHER_ENTRY_WORDS);
        }
        M::dispatch(r)
    }
}

/// Calls the imported function whose `VMCallee` is at the offset at byte 8.
pub(crate) struct CallImport;

impl Op for CallImport {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[Show::U32("func", 12), Show::U32("frame", 20)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: the offset comes from the module's `VMOffsets`.
        unsafe {
            let callee: *const VMCallee = VMContext::at(r.vmctx(), r.field32(8));
            r.acc = r.ip.add(Self::LEN).expose_provenance() as u64;
            r.l0 = r.inst.to_bits();
            r.fp = r.fp.add(r.field32(20) as usize);
            go::<M>(r, callee)
        }
    }
}

/// The function that an indirect call names: table at byte 12, type at byte `ty`, index in `X`.
#[inline(always)]
unsafe fn indirect<X: Source<u64>>(r: &Regs, ty: usize) -> Result<*const VMFuncRef, TrapCode> {
    // SAFETY: translation put an index of the module's tables there.
    unsafe {
        let table = TableIndex::from_u32(r.field32(12));
        bulk::indirect_callee(r.vmctx(), table, X::read(r), r.field32(ty))
    }
}

/// `call_indirect`.
pub(crate) struct CallIndirect<X>(PhantomData<X>);

impl<X: Source<u64>> Op for CallIndirect<X> {
    const LEN: usize = 4;
    const SHOW: &'static [Show] = &[
        Show::U32("table", 12),
        Show::U32("type", 16),
        Show::U32("frame", 28),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match indirect::<X>(&r, 16) {
                Ok(func) => {
                    r.acc = r.ip.add(Self::LEN).expose_provenance() as u64;
                    r.l0 = r.inst.to_bits();
                    r.fp = r.fp.add(r.field32(28) as usize);
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
    Show::U32("header", 16),
    Show::U32("args", 20),
    Show::U32("count", 24),
];

/// `return_call` of a function of the same instance, whose `VMFuncCode` is word 1.
pub(crate) struct ReturnCall;

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
pub(crate) struct ReturnCallIndirect<X>(PhantomData<X>);

impl<X: Source<u64>> Op for ReturnCallIndirect<X> {
    const LEN: usize = 4;
    const SHOW: &'static [Show] = &[
        Show::U32("table", 12),
        Show::U32("type", 16),
        Show::U32("header", 20),
        Show::U32("args", 24),
        Show::U32("count", 28),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match indirect::<X>(&r, 16) {
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

/// Leaves at the entry of a function that cannot be entered: as seen from the caller.
unsafe fn record_refused_entry(r: &Regs) {
    let ip = ptr::with_exposed_provenance(r.acc as usize);
    let vmctx = ptr::with_exposed_provenance_mut(r.l0 as usize);
    // SAFETY: the state is that of an entry.
    unsafe {
        r.exec().last_exit.set(LastExit {
            ip,
            fp: r.fp,
            vmctx,
            is_return: true,
        })
    }
}

#[cold]
#[inline(never)]
unsafe fn refuse_entry(r: &Regs) -> u32 {
    // SAFETY: passed on to the caller.
    unsafe {
        record_refused_entry(r);
        let exec = r.exec();
        let code = if exec.is_interrupted() {
            TrapCode::Interrupt
        } else {
            TrapCode::StackOverflow
        };
        exec.set_trap(code)
    }
}

/// Entry from another instance or the host's side: changes the instance, then falls through.
pub(crate) struct EnterOther;

impl Op for EnterOther {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names the callee, a live instance.
        unsafe {
            let exec = r.header().exec.get();
            let callee = ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            r.set_vmctx((*callee).vmctx);
            r.header().exec.set(exec);
            r.reload_memory();
            r.next::<M>(Self::LEN)
        }
    }
}

/// Checks the stack for a frame of `slots` slots, polls, writes the header and zeroes the
/// slots from `zero` to `end`. A status if the function cannot be entered.
#[inline(always)]
unsafe fn enter_frame(
    r: Regs,
    slots: usize,
    header: usize,
    zero: usize,
    end: usize,
) -> Option<u32> {
    // SAFETY: the frame is within the stack once it is checked; frames are
    // so small that the address of its end does not wrap around.
    unsafe {
        let exec = r.exec();
        let limit = r.fp.addr().wrapping_add(slots * 8);
        if limit > exec.stack_limit.get().addr() || exec.is_interrupted() {
            cold_path();
            return Some(refuse_entry_of(r));
        }
        r.set_slot(header, r.acc);
        r.set_slot(header + 1, r.l0);
        let mut local = zero;
        while local < end {
            r.set_slot(local, 0);
            // Keeps the loop from becoming a call of `memset`, which costs every call a
            // frame (measured: CoreMark 10 % slower).
            asm!("", options(nostack, preserves_flags));
            local += 1;
        }
        None
    }
}

/// Entry of a function whose frame is narrow: frame size at byte 12, header in field 0, first
/// local that is not a parameter in field 1, slots of the pinned locals at bytes 16 and 18.
pub(crate) struct Enter;

impl Op for Enter {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[
        Show::U16("header", 0),
        Show::U32("slots", 12),
        Show::U16("zero", 1),
        Show::Pin(0, 16),
        Show::Pin(1, 18),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame there.
        unsafe {
            let (header, zero) = (r.field(0), r.field(1));
            if let Some(status) = enter_frame(r, r.field32(12) as usize, header, zero, header) {
                return M::leave(r, status);
            }
            let pins = r.field32(16);
            r.l0 = r.slot((pins & 0xffff) as usize);
            r.l1 = r.slot((pins >> 16) as usize);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Entry of a function whose frame is wide: header at byte 8, frame size at byte 12, first
/// local that is not a parameter at byte 16.
pub(crate) struct EnterWide;

impl Op for EnterWide {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[
        Show::U32("header", 8),
        Show::U32("slots", 12),
        Show::U32("zero", 16),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame there.
        unsafe {
            let header = r.field32(8) as usize;
            let (slots, zero) = (r.field32(12) as usize, r.field32(16) as usize);
            if let Some(status) = enter_frame(r, slots, header, zero, header) {
                return M::leave(r, status);
            }
            r.next::<M>(Self::LEN)
        }
    }
}

/// [`refuse_entry`] with what it needs passed by value, so that the state's
/// address does not escape from the handler.
#[inline(always)]
unsafe fn refuse_entry_of(r: Regs) -> u32 {
    #[cold]
    #[inline(never)]
    unsafe fn by_value(fp: *mut u64, acc: u64, l0: u64, inst: f64) -> u32 {
        let r = Regs {
            ip: ptr::null(),
            fp,
            mem: ptr::null_mut(),
            acc,
            l0,
            l1: 0,
            facc: 0.0,
            f0: 0.0,
            f1: 0.0,
            f2: 0.0,
            inst,
        };
        // SAFETY: passed on to the caller.
        unsafe { refuse_entry(&r) }
    }
    // SAFETY: passed on to the caller.
    unsafe { by_value(r.fp, r.acc, r.l0, r.inst) }
}

/// Goes back to the caller: `ret` and `caller` are the header's words.
#[inline(always)]
unsafe fn go_back<M: Mode>(mut r: Regs, ret: u64, caller: u64) -> M::Exit {
    // SAFETY: a return address is preceded by the distance to the caller's frame and by
    // slots in it.
    unsafe {
        r.ip = ptr::with_exposed_provenance(ret as usize);
        let frame = *r.ip.cast::<u32>().sub(1);
        let [pin0, pin1] = *r.ip.cast::<[u16; 2]>().sub(2);
        r.fp = r.fp.sub(frame as usize);
        r.l0 = r.slot(usize::from(pin0));
        r.l1 = r.slot(usize::from(pin1));
        if caller != r.inst.to_bits() {
            r.inst = f64::from_bits(caller);
            r.reload_memory();
        }
        M::dispatch(r)
    }
}

/// Returns nothing. The header's slot is at byte 12.
pub(crate) struct Return;

impl Op for Return {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32("header", 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: the header is within the frame.
        unsafe {
            let header = r.field32(12) as usize;
            let (ret, caller) = (r.slot(header), r.slot(header + 1));
            go_back::<M>(r, ret, caller)
        }
    }
}

/// Returns the value of class `T` in `X`, in slot 0 and the accumulator.
pub(crate) struct ReturnOne<T, X>(PhantomData<(T, X)>);

impl<T: Value, X: Source<T>> Op for ReturnOne<T, X> {
    const LEN: usize = 2 + X::EXTRA;
    const SHOW: &'static [Show] = &[Show::U32("header", 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller. The header is read before the result is written.
        unsafe {
            let header = r.field32(12) as usize;
            let (ret, caller) = (r.slot(header), r.slot(header + 1));
            let value = X::read(&r);
            r.set_slot(0, value.to_slot());
            value.to_acc(&mut r);
            go_back::<M>(r, ret, caller)
        }
    }
}

/// Returns of one integer and of one float, by the kind of the value.
pub(crate) static RETURNS: [Singles<Code>; 2] = [
    {
        let mut codes = [None; KINDS];
        codes[Kind::A as usize] = code!(ReturnOne<u64, A>; A);
        codes[Kind::P0 as usize] = code!(ReturnOne<u64, P0>; P0);
        codes[Kind::P1 as usize] = code!(ReturnOne<u64, P1>; P1);
        codes[Kind::S as usize] = code!(ReturnOne<u64, S0>; S);
        codes[Kind::K as usize] = code!(ReturnOne<u64, K>; K);
        codes
    },
    {
        let mut codes = [None; KINDS];
        codes[Kind::A as usize] = code!(ReturnOne<f64, A>; A);
        codes[Kind::P0 as usize] = code!(ReturnOne<f64, P0>; P0);
        codes[Kind::P1 as usize] = code!(ReturnOne<f64, P1>; P1);
        codes[Kind::P2 as usize] = code!(ReturnOne<f64, P2>; P2);
        codes[Kind::S as usize] = code!(ReturnOne<f64, S0>; S);
        codes[Kind::K as usize] = code!(ReturnOne<f64, K>; K);
        codes
    },
];

/// Returns consecutive slots: the first at byte 16, their number at byte 20. The
/// first is a value of class `T`, and goes to its accumulator too.
pub(crate) struct ReturnMany<T>(PhantomData<T>);

impl<T: Value> Op for ReturnMany<T> {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[
        Show::U32("header", 12),
        Show::U32("from", 16),
        Show::U32("count", 20),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: the slots are within the frame. The header is read before results are
        // written; results are above their destination, so copying upwards is right.
        unsafe {
            let header = r.field32(12) as usize;
            let (ret, caller) = (r.slot(header), r.slot(header + 1));
            let (from, count) = (r.field32(16) as usize, r.field32(20) as usize);
            for i in 0..count {
                asm!("", options(nostack, preserves_flags));
                r.set_slot(i, r.slot(from + i));
            }
            T::from_slot(r.slot(0)).to_acc(&mut r);
            go_back::<M>(r, ret, caller)
        }
    }
}

/// Ends an activation: the return address of its first frame.
pub(crate) struct Exit;

impl Op for Exit {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::leave(r, STATUS_RETURNED) }
    }
}

/// The entry of a host function.
pub(crate) struct HostCall;

impl Op for HostCall {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names a callee whose context is that of a host function; its shim
        // never unwinds, and it finds its arguments at `fp`.
        unsafe {
            let callee = ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            let host = (*callee).vmctx.cast::<VMHostContext>().cast_const();
            let exec = r.exec();
            let sp = r.fp.wrapping_add((*host).slots as usize);
            if sp.addr() > exec.stack_limit.get().addr() || exec.is_interrupted() {
                cold_path();
                let status = refuse_entry_of(r);
                return M::leave(r, status);
            }
            record_refused_entry(&r);
            exec.sp.set(sp);
            let status = ((*host).call)(host, r.vmctx(), r.fp);
            if status != STATUS_RETURNED {
                cold_path();
                return M::leave(r, status);
            }
            let ret = r.acc;
            r.acc = r.slot(0);
            r.facc = f64::from_bits(r.acc);
            r.inst = f64::from_bits(r.l0);
            r.reload_memory();
            let caller = r.inst.to_bits();
            go_back::<M>(r, ret, caller)
        }
    }
}

/// What stands at the entry that a host function has no use for: it has no own instance.
pub(crate) struct NoEntry;

impl Op for NoEntry {
    const LEN: usize = 1;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe { M::trap(r, TrapCode::UnreachableCodeReached) }
    }
}

/// The entry, within the instance, of a function that has no code yet.
pub(crate) struct Lazy;

impl Op for Lazy {
    const LEN: usize = 2;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names the function's code, and it belongs to the instance.
        unsafe {
            let code = ptr::with_exposed_provenance::<VMFuncCode>(r.l1 as usize);
            let status = prepare(r.vmctx(), code);
            if status != STATUS_RETURNED {
                cold_path();
                record_refused_entry(&r);
                return M::leave(r, status);
            }
            r.ip = (*code).ip();
            M::dispatch(r)
        }
    }
}

/// The other entry of a function that has no code yet.
pub(crate) struct LazyOther;

impl Op for LazyOther {
    const LEN: usize = OTHER_ENTRY_WORDS;
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `l1` names the callee, a function of a live instance; that instance's
        // execution is set first, for `prepare` reports errors through it.
        unsafe {
            let VMCallee { code, vmctx } = *ptr::with_exposed_provenance::<VMCallee>(r.l1 as usize);
            VMContext::header(vmctx).exec.set(r.header().exec.get());
            let status = prepare(vmctx, code);
            if status != STATUS_RETURNED {
                cold_path();
                record_refused_entry(&r);
                return M::leave(r, status);
            }
            r.ip = (*code).ip().sub(OTHER_ENTRY_WORDS);
            M::dispatch(r)
        }
    }
}
