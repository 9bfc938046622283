//! Running register code: the machine state, dispatch, and the handlers by family.
//!
//! An instruction is a handler word followed by operand words:
//!
//! ```text
//! word 0: the handler's address
//! word 1: [f0:u16][f1:u16][f2:u16][f3:u16]     fields; f2 and f3 together hold an i32 or u32
//! word 2: an optional third word: a 64-bit constant, or two more 32-bit fields
//! words 2 and 3: a constant vector, the lower half first
//! ```
//!
//! One generic body per operation ([`Op::exec`]) serves both dispatch techniques
//! ([`Mode`]): `tail`, where a handler ends in a sibling call of the next one and
//! the state lives in machine registers, and `step`, where a handler returns the
//! state to a loop.

pub(crate) mod blocks;
pub(crate) mod branch;
pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod compare;
pub(crate) mod count;
pub(crate) mod crossing;
pub(crate) mod float;
pub(crate) mod function;
pub(crate) mod fused;
pub(crate) mod heat;
pub(crate) mod kind;
pub(crate) mod loop_counter;
pub(crate) mod memory;
pub(crate) mod name;
pub(crate) mod numeric;
pub(crate) mod place;
pub(crate) mod row;
#[cfg_attr(
    not(feature = "simd"),
    allow(dead_code, reason = "no operator makes a vector")
)]
pub(crate) mod simd;
pub(crate) mod step;
pub(crate) mod table;
#[cfg(selvedge_tail)]
pub(crate) mod tail;
pub(crate) mod variable;

use selvedge_vm::exec::{ExitKind, LastExit, VMExec};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{VMContext, VMContextHeader};

use name::Named;

/// The state of the interpreter between two instructions.
#[derive(Copy, Clone)]
pub(crate) struct Regs {
    /// The instruction.
    pub ip: *const u64,
    /// Slot 0 of the frame.
    pub fp: *mut u64,
    /// The base of memory 0; its length is the word before.
    pub mem: *mut u8,
    /// The integer accumulator.
    pub acc: u64,
    /// Pinned integer local 0; at a function's entry the caller's context.
    pub l0: u64,
    /// Pinned integer local 1; at a function's entry what names the callee.
    pub l1: u64,
    /// The float accumulator: an `f64`, or an `f32` in its low half.
    pub facc: f64,
    /// Pinned float local 0.
    pub f0: f64,
    /// Pinned float local 1.
    pub f1: f64,
    /// Pinned float local 2.
    pub f2: f64,
    /// The instance's context, as the bits of a float.
    pub inst: f64,
}

impl Regs {
    /// A state of which no register is of interest.
    pub fn at(ip: *const u64, fp: *mut u64, inst: f64) -> Self {
        Self {
            ip,
            fp,
            mem: std::ptr::null_mut(),
            acc: 0,
            l0: 0,
            l1: 0,
            facc: 0.0,
            f0: 0.0,
            f1: 0.0,
            f2: 0.0,
            inst,
        }
    }

    /// The instance's context.
    #[inline(always)]
    pub fn vmctx(&self) -> *mut VMContext {
        std::ptr::with_exposed_provenance_mut(self.inst.to_bits() as usize)
    }

    /// Changes the instance.
    #[inline(always)]
    pub fn set_vmctx(&mut self, vmctx: *mut VMContext) {
        self.inst = f64::from_bits(vmctx.expose_provenance() as u64);
    }
}

#[expect(unsafe_code, reason = "reads code and frames by raw pointer")]
impl Regs {
    /// 16-bit field `n` (0 to 3) of the instruction.
    ///
    /// # Safety
    ///
    /// The instruction has that field.
    #[inline(always)]
    pub unsafe fn field(&self, n: usize) -> usize {
        // SAFETY: the instruction has word 1.
        unsafe { usize::from(*self.ip.cast::<u16>().add(4 + n)) }
    }

    /// 32-bit field at byte `offset` (a multiple of 4) of the instruction.
    ///
    /// # Safety
    ///
    /// The instruction has that field.
    #[inline(always)]
    pub unsafe fn field32(&self, offset: usize) -> u32 {
        // SAFETY: the instruction is that long.
        unsafe { *self.ip.cast::<u32>().add(offset / 4) }
    }

    /// Word `n` of the instruction.
    ///
    /// # Safety
    ///
    /// The instruction has that word.
    #[inline(always)]
    pub unsafe fn word(&self, n: usize) -> u64 {
        // SAFETY: the instruction is that long.
        unsafe { *self.ip.add(n) }
    }

    /// The value of slot `slot`.
    ///
    /// # Safety
    ///
    /// The slot is within the frame.
    #[inline(always)]
    pub unsafe fn slot(&self, slot: usize) -> u64 {
        // SAFETY: the slot is within the frame.
        unsafe { *self.fp.add(slot) }
    }

    /// Sets slot `slot`.
    ///
    /// # Safety
    ///
    /// The slot is within the frame.
    #[inline(always)]
    pub unsafe fn set_slot(&self, slot: usize, value: u64) {
        // SAFETY: the slot is within the frame.
        unsafe { *self.fp.add(slot) = value }
    }

    /// The fixed part of the instance's context.
    ///
    /// # Safety
    ///
    /// The state belongs to running code.
    #[inline(always)]
    pub unsafe fn header<'a>(&self) -> &'a VMContextHeader {
        // SAFETY: running code has a live instance.
        unsafe { VMContext::header(self.vmctx()) }
    }

    /// The execution.
    ///
    /// # Safety
    ///
    /// The state belongs to running code.
    #[inline(always)]
    pub unsafe fn exec<'a>(&self) -> &'a VMExec {
        // SAFETY: `exec` is set at every entry and cross-instance call and outlives the activation.
        unsafe { &*self.header().exec.get() }
    }

    /// Takes the base of memory 0 from the instance.
    ///
    /// # Safety
    ///
    /// The state belongs to running code.
    #[inline(always)]
    pub unsafe fn reload_memory(&mut self) {
        // SAFETY: the header names the definition of a live memory.
        self.mem = unsafe { (*self.header().memory0.get()).base };
    }

    /// Moves to the instruction `bytes` away from this one.
    ///
    /// # Safety
    ///
    /// An instruction begins there.
    #[inline(always)]
    pub unsafe fn jump(&mut self, bytes: i32) {
        // SAFETY: branch distances stay within the function's code.
        self.ip = unsafe { self.ip.byte_offset(bytes as isize) };
    }

    /// Records where guest code stops.
    ///
    /// # Safety
    ///
    /// The state belongs to running code.
    pub unsafe fn record_exit(&self) {
        let exit = LastExit {
            ip: self.ip,
            fp: self.fp,
            vmctx: self.vmctx(),
            kind: ExitKind::Operation,
        };
        // SAFETY: by contract.
        unsafe { self.exec().last_exit.set(exit) }
    }
}

/// A technique of dispatch.
///
/// # Safety
///
/// Every function must be called with the state of running code: `ip` at the
/// instruction named by the function, `fp` at a frame with room for what the code
/// uses, `mem` and `inst` those of a live instance.
#[expect(unsafe_code, reason = "every function owes the contract above")]
pub(crate) trait Mode: 'static {
    /// What a handler returns.
    type Exit;

    /// Runs the instruction at `r.ip`.
    unsafe fn dispatch(r: Regs) -> Self::Exit;

    /// As [`dispatch`](Mode::dispatch), by a jump of its own: compilers like to join
    /// the two ends of a conditional branch.
    unsafe fn dispatch_apart(r: Regs) -> Self::Exit;

    /// Leaves guest code with a status of [`selvedge_vm::exec`].
    unsafe fn leave(r: Regs, status: u32) -> Self::Exit;

    /// Traps at the instruction at `r.ip`. Out of line.
    unsafe fn trap(r: Regs, code: TrapCode) -> Self::Exit;

    /// Leaves guest code at the instruction at `r.ip`; the reason is recorded already. Out of line.
    unsafe fn stop(r: Regs, status: u32) -> Self::Exit;

    /// Leaves guest code at the branch at `r.ip`, where something was requested, or goes on: where
    /// it leads if it is `TAKEN`, by the distance at byte 12, or else at the branch once more. Out of line.
    unsafe fn poll<const TAKEN: bool>(r: Regs) -> Self::Exit;

    /// Leaves guest code at the instruction at `r.ip`, which costs more than may be spent, or runs it once more.
    /// Out of line.
    unsafe fn out_of_fuel(r: Regs) -> Self::Exit;

    /// Leaves guest code at a function's entry, which the stack's limit does not admit, or runs
    /// the instruction at `r.ip` once more. Out of line.
    unsafe fn refuse(r: Regs) -> Self::Exit;
}

/// An operation: one handler per mode.
///
/// # Safety
///
/// `exec` is called with the state of running code and `r.ip` at an instruction
/// of this operation, whose operands translation has checked: slots within the
/// frame, indices within the module, branch targets at instructions.
#[expect(unsafe_code, reason = "`exec` owes the contract above")]
pub(crate) trait Op: Named {
    /// Length in words.
    const LEN: usize;
    /// Whether its handler deserves copies; see [`row`].
    #[cfg_attr(
        not(selvedge_tail),
        expect(dead_code, reason = "only `tail` dispatch has copies")
    )]
    const HOT: bool = false;
    /// Operands that the type's parameters do not show, for listings.
    const SHOW: &'static [Show] = &[];

    /// Executes the instruction.
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit;
}

/// What stands before a listed number.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Label {
    A,
    AddSlot,
    Args,
    At,
    B,
    Cost,
    Count,
    Data,
    Elem,
    Frame,
    From,
    Func,
    Header,
    Log2,
    Memory,
    Offset,
    Plus,
    Slots,
    Table,
    To,
    Type,
    Zero,
}

impl Label {
    pub fn text(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::AddSlot => "add=s",
            Self::Args => "args",
            Self::At => "at",
            Self::B => "b",
            Self::Cost => "cost",
            Self::Count => "count",
            Self::Data => "data",
            Self::Elem => "elem",
            Self::Frame => "frame",
            Self::From => "from",
            Self::Func => "func",
            Self::Header => "header",
            Self::Log2 => "log2",
            Self::Memory => "memory",
            Self::Offset => "offset",
            Self::Plus => "plus",
            Self::Slots => "slots",
            Self::Table => "table",
            Self::To => "to",
            Self::Type => "type",
            Self::Zero => "zero",
        }
    }
}

/// How an operand of an instruction is listed.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Show {
    /// Not at all.
    Nothing,
    /// A slot in a 16-bit field.
    Slot(u8),
    /// The first of two slots in a 16-bit field; that of word 2 comes after the four of word 1.
    Vector(u8),
    /// A 32-bit number at a byte offset.
    U32(Label, u8),
    /// A signed 32-bit number at a byte offset.
    I32(Label, u8),
    /// A 16-bit number in a field.
    U16(Label, u8),
    /// The address of a function's code in a word.
    Func(u8),
    /// The slot of a pinned local, whose number comes first, at a byte offset.
    Pin(u8, u8),
    /// The slots of as many pinned locals as the first number says, one after the other from a byte offset on.
    Pins(u8, u8),
    /// A branch distance at a byte offset.
    Target(u8),
    /// A 64-bit word.
    Word(u8),
    /// As many words as the first number says, from one on.
    Words(u8, u8),
}

#[expect(unsafe_code, reason = "moves through code")]
impl Regs {
    /// Goes on with the instruction after this one, which is `words` long.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    #[inline(always)]
    pub unsafe fn next<M: Mode>(mut self, words: usize) -> M::Exit {
        // SAFETY: an instruction that is not a jump is followed by another.
        unsafe {
            self.ip = self.ip.add(words);
            M::dispatch(self)
        }
    }
}
