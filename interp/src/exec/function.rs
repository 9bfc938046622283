//! Where functions are entered, and where they return.
//!
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
//! and falls through. `Enter` keeps the return address and the context to return to in the
//! frame's header; a return finds them there, and before the return address how to go on, which
//! [`call`](super::call) describes.
//!
//! [`Lazy`]: super::blocks::Lazy
//! [`LazyOther`]: super::blocks::LazyOther
//! [`HostCall`]: super::blocks::HostCall

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::arch::asm;
use std::hint::cold_path;
use std::marker::PhantomData;
use std::ptr;

use selvedge_vm::exec::{ExitKind, LastExit};
use selvedge_vm::stack::RESERVE_SLOTS;
use selvedge_vm::vmcontext::{VMCallee, VMContext};

use super::kind::{KINDS, Kind, Singles, code};
use super::name::named;
use super::place::{A, K, P0, P1, P2, S0, Source, Value};
use super::row::{Code, HasCode};
use super::{Label, Mode, Op, Regs, Show};

/// Words of an `EnterOther`-like operation, which ends where the function's own entry begins.
pub(crate) const OTHER_ENTRY_WORDS: usize = 2;

/// Leaves at the entry of a function that cannot be entered: as seen from the caller.
pub(super) unsafe fn record_refused_entry(r: &Regs) {
    let ip = ptr::with_exposed_provenance(r.acc as usize);
    let vmctx = ptr::with_exposed_provenance_mut(r.l0 as usize);
    // SAFETY: the state is that of an entry.
    unsafe {
        r.exec().last_exit.set(LastExit {
            ip,
            fp: r.fp,
            vmctx,
            kind: ExitKind::Return,
        })
    }
}

/// What becomes of an entry that the stack's limit does not admit: a status to leave guest
/// code with, or `None` if it is to be tried again.
///
/// # Safety
///
/// The state is that of an entry.
pub(super) unsafe fn refuse_entry(r: &mut Regs) -> Option<u32> {
    // SAFETY: by contract. Whoever is asked may use the store, and remove instances that have no frame; the one that
    // is being entered, whose context and code the state names, stays while it is noted.
    unsafe {
        record_refused_entry(r);
        let exec = r.exec();
        exec.entering.set(r.vmctx());
        let status = exec.refusal();
        exec.entering.set(ptr::null_mut());
        r.reload_memory();
        status
    }
}

/// Entry from another instance or the host's side: changes the instance, then falls through.
pub(crate) struct EnterOther;
named!(EnterOther);

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

/// Whether a frame of `slots` slots may be entered; polls too.
#[inline(always)]
unsafe fn admits(r: &Regs, slots: usize) -> bool {
    // Frames are so small that the address of their end does not wrap around.
    let end = r.fp.addr().wrapping_add(slots * 8);
    // SAFETY: the state is that of an entry.
    unsafe { r.exec().admits(end) }
}

/// Writes the header at slot `header`.
#[inline(always)]
unsafe fn write_header(r: &Regs, header: usize) {
    // SAFETY: the header is within the frame.
    unsafe {
        r.set_slot(header, r.acc);
        r.set_slot(header + 1, r.l0);
    }
}

/// Zeroes the slots from `from` to the header at `header`, and up to three behind.
#[inline(always)]
unsafe fn zero_many(r: &Regs, from: usize, header: usize) {
    const BLOCK: usize = 4;
    // Two of the slots behind are the header's, and the stack has a reserve.
    const { assert!(BLOCK <= 2 + RESERVE_SLOTS) }
    let mut local = from;
    while local < header {
        for slot in local..local + BLOCK {
            // SAFETY: the slot is within the frame, or little behind.
            unsafe { r.set_slot(slot, 0) };
        }
        // Keeps the loop from becoming a call of `memset`, which costs every call a frame
        // (measured: CoreMark 10 % slower).
        // SAFETY: no instruction.
        unsafe { asm!("", options(nostack, preserves_flags)) };
        local += BLOCK;
    }
}

/// Entry of a function whose frame is narrow: frame size at byte 12, header in field 0, first
/// local that is not a parameter in field 1, slots of the pinned locals at bytes 16 and 18. It
/// zeroes `PAIRS` pairs of slots, or with [`MANY`] all to the header.
pub(crate) struct Enter<const PAIRS: usize>;
named!(Enter (PAIRS: usize));

/// More pairs of locals than an [`Enter`] zeroes one by one.
pub(crate) const MANY: usize = 5;

/// Entries by the number of pairs of slots to be zeroed, the last for any number.
pub(crate) static ENTRIES: [&Code; MANY + 1] = [
    Enter::<0>::CODE,
    Enter::<1>::CODE,
    Enter::<2>::CODE,
    Enter::<3>::CODE,
    Enter::<4>::CODE,
    Enter::<MANY>::CODE,
];

impl<const PAIRS: usize> Op for Enter<PAIRS> {
    const LEN: usize = 3;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[
        Show::U16(Label::Header, 0),
        Show::U32(Label::Slots, 12),
        Show::U16(Label::Zero, 1),
        Show::Pins(2, 16),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame there. What is zeroed in excess is the
        // header, which is written afterwards, and the free slots behind.
        unsafe {
            if !admits(&r, r.field32(12) as usize) {
                cold_path();
                return M::refuse(r);
            }
            let header = r.field(0);
            if PAIRS == MANY {
                zero_many(&r, r.field(1), header);
            } else if PAIRS > 0 {
                let zero = r.field(1);
                for slot in zero..zero + 2 * PAIRS {
                    r.set_slot(slot, 0);
                }
            }
            write_header(&r, header);
            r.l0 = r.slot(usize::from(*r.ip.cast::<u16>().add(8)));
            r.l1 = r.slot(usize::from(*r.ip.cast::<u16>().add(9)));
            r.next::<M>(Self::LEN)
        }
    }
}

/// Entry of a function whose frame is wide: header at byte 8, frame size at byte 12, first
/// local that is not a parameter at byte 16.
pub(crate) struct EnterWide;
named!(EnterWide);

impl Op for EnterWide {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[
        Show::U32(Label::Header, 8),
        Show::U32(Label::Slots, 12),
        Show::U32(Label::Zero, 16),
    ];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: translation put slots of the frame there.
        unsafe {
            if !admits(&r, r.field32(12) as usize) {
                cold_path();
                return M::refuse(r);
            }
            let header = r.field32(8) as usize;
            zero_many(&r, r.field32(16) as usize, header);
            write_header(&r, header);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Goes to the return address `ret` and its frame; `r.fp` is the callee's.
#[inline(always)]
pub(super) unsafe fn enter_caller(r: &mut Regs, ret: *const u64) {
    // SAFETY: a return address is preceded by the distance to the caller's frame and by
    // slots in it.
    unsafe {
        let frame = *ret.cast::<u32>().sub(1);
        r.fp = r.fp.byte_sub(frame as usize);
        r.l0 = r.slot(usize::from(*ret.cast::<u16>().sub(4)));
        r.l1 = r.slot(usize::from(*ret.cast::<u16>().sub(3)));
        r.ip = ret;
    }
}

/// Goes back to the caller: `ret` and `caller` are the header's words.
#[inline(always)]
pub(super) unsafe fn go_back<M: Mode>(mut r: Regs, ret: u64, caller: u64) -> M::Exit {
    // SAFETY: the header is that of a frame that was entered.
    unsafe {
        if caller != r.inst.to_bits() {
            r.inst = f64::from_bits(caller);
            r.reload_memory();
        }
        enter_caller(&mut r, ptr::with_exposed_provenance(ret as usize));
        M::dispatch(r)
    }
}

/// The state in which the interpreter goes on at the return address `ret`, of code of the
/// instance of `back`, after machine code that had its frame at `frame`.
///
/// # Safety
///
/// As for `go_back`; results are at `frame`.
pub(crate) unsafe fn returned(ret: *const u64, back: *mut VMContext, frame: *mut u64) -> Regs {
    let mut r = Regs::at(ret, frame, 0.0);
    r.set_vmctx(back);
    // SAFETY: by contract.
    unsafe {
        r.acc = *frame;
        r.facc = f64::from_bits(r.acc);
        r.reload_memory();
        enter_caller(&mut r, ret);
    }
    r
}

/// Returns nothing. The header's slot is at byte 12.
pub(crate) struct Return;
named!(Return);

impl Op for Return {
    const LEN: usize = 2;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32(Label::Header, 12)];
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
named!(ReturnOne T X);

impl<T: Value, X: Source<T>> Op for ReturnOne<T, X> {
    const LEN: usize = 2 + X::EXTRA;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32(Label::Header, 12)];
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
        codes[Kind::A as usize] = code!(0; ReturnOne<u64, A>; A);
        codes[Kind::P0 as usize] = code!(0; ReturnOne<u64, P0>; P0);
        codes[Kind::P1 as usize] = code!(0; ReturnOne<u64, P1>; P1);
        codes[Kind::S as usize] = code!(0; ReturnOne<u64, S0>; S);
        codes[Kind::K as usize] = code!(0; ReturnOne<u64, K>; K);
        codes
    },
    {
        let mut codes = [None; KINDS];
        codes[Kind::A as usize] = code!(0; ReturnOne<f64, A>; A);
        codes[Kind::P0 as usize] = code!(0; ReturnOne<f64, P0>; P0);
        codes[Kind::P1 as usize] = code!(0; ReturnOne<f64, P1>; P1);
        codes[Kind::P2 as usize] = code!(0; ReturnOne<f64, P2>; P2);
        codes[Kind::S as usize] = code!(0; ReturnOne<f64, S0>; S);
        codes[Kind::K as usize] = code!(0; ReturnOne<f64, K>; K);
        codes
    },
];

/// Returns consecutive slots: the first at byte 16, their number at byte 20. The
/// first is a value of class `T`, and goes to its accumulator too.
pub(crate) struct ReturnMany<T>(PhantomData<T>);
named!(ReturnMany T);

impl<T: Value> Op for ReturnMany<T> {
    const LEN: usize = 3;
    const SHOW: &'static [Show] = &[
        Show::U32(Label::Header, 12),
        Show::U32(Label::From, 16),
        Show::U32(Label::Count, 20),
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
