//! The assembler: each instruction once, for each shape of operands. The only files with dynasm in them.
//!
//! Instructions are written with dynasm's macro into a [`Sink`], those on vectors by a table of our own. A method emits what its name
//! says and nothing else; those that may need a scratch register say so, and it is `r11` or `xmm15`.

#![allow(
    clippy::useless_conversion,
    reason = "the macro converts what it takes for registers"
)]

use crate::cpu::CpuFeatures;
use crate::regs::Reg;
use crate::sink::Sink;

mod alu;
mod bits;
mod convert;
mod float;
mod flow;
mod memory;
mod shift;
mod simd;

pub(crate) use alu::Alu;
pub(crate) use float::{Bitwise, Float, FloatOperand};
pub(crate) use flow::{Cond, Stub};
pub(crate) use shift::Shift;
pub(crate) use simd::{Op, Source};

/// Emits one instruction whose REX prefix, if it has one, comes first.
macro_rules! emit {
    ($masm:expr; $($insn:tt)*) => { $crate::masm::emit_at!($masm, 0; $($insn)*) };
}

/// Emits one instruction with a prefix byte before its REX prefix.
macro_rules! emit_prefixed {
    ($masm:expr; $($insn:tt)*) => { $crate::masm::emit_at!($masm, 1; $($insn)*) };
}

/// Emits one instruction with a byte register, for which an empty REX prefix counts.
macro_rules! emit_byte {
    ($masm:expr; $($insn:tt)*) => {
        $crate::masm::emit_at!($masm, $crate::sink::Instruction::NO_PREFIX; $($insn)*)
    };
}

/// Emits one instruction with a REX prefix, if any, after `$before` bytes.
macro_rules! emit_at {
    ($masm:expr, $before:expr; $($insn:tt)*) => {{
        let mut instruction = $masm.sink.begin($before);
        dynasm!(instruction; .arch x64; $($insn)*);
        let len = instruction.len();
        $masm.sink.end(len);
    }};
}

/// Emits one instruction with the memory operand `$mem` between the two groups of tokens.
macro_rules! emit_mem {
    ($emit:ident, $masm:expr, $mem:expr; {$($before:tt)*} {$($after:tt)*}) => {
        match $mem {
            $crate::masm::Mem::Frame(disp) => match i8::try_from(disp) {
                Ok(disp) => $emit!($masm; $($before)* [BYTE rbp + disp] $($after)*),
                Err(_) => $emit!($masm; $($before)* [DWORD rbp + disp] $($after)*),
            },
            $crate::masm::Mem::Heap(Some(index), disp) => match i8::try_from(disp) {
                Ok(disp) => $emit!($masm; $($before)* [BYTE r14 + Rq(index.code()) + disp] $($after)*),
                Err(_) => $emit!($masm; $($before)* [DWORD r14 + Rq(index.code()) + disp] $($after)*),
            },
            $crate::masm::Mem::Heap(None, disp) => match i8::try_from(disp) {
                Ok(disp) => $emit!($masm; $($before)* [BYTE r14 + disp] $($after)*),
                Err(_) => $emit!($masm; $($before)* [DWORD r14 + disp] $($after)*),
            },
            $crate::masm::Mem::Context(disp) => match i8::try_from(disp) {
                Ok(disp) => $emit!($masm; $($before)* [BYTE r15 + disp] $($after)*),
                Err(_) => $emit!($masm; $($before)* [DWORD r15 + disp] $($after)*),
            },
            $crate::masm::Mem::At(base, disp) => match i8::try_from(disp) {
                Ok(disp) => $emit!($masm; $($before)* [BYTE Rq(base.code()) + disp] $($after)*),
                Err(_) => $emit!($masm; $($before)* [DWORD Rq(base.code()) + disp] $($after)*),
            },
            $crate::masm::Mem::Sum(base, index, disp) => {
                $emit!($masm; $($before)* [DWORD Rq(base.code()) + Rq(index.code()) + disp] $($after)*)
            }
        }
    };
}

pub(crate) use {emit, emit_at, emit_byte, emit_mem, emit_prefixed};

/// The width of an integer or float operation.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Size {
    S32,
    S64,
}

impl Size {
    /// The width of a value of `bits` bits.
    pub(crate) const fn of_bits(bits: u32) -> Self {
        match bits {
            32 => Self::S32,
            _ => Self::S64,
        }
    }

    /// The value all of whose bits are ones.
    pub(crate) const fn all_ones(self) -> u64 {
        match self {
            Self::S32 => u32::MAX as u64,
            Self::S64 => u64::MAX,
        }
    }
}

/// A memory operand. Displacements are in bytes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Mem {
    /// Of the frame.
    Frame(i32),
    /// Of memory 0.
    Heap(Option<Reg>, i32),
    /// Of the instance's context.
    Context(i32),
    /// From a register.
    At(Reg, i32),
    /// From the sum of two registers.
    Sum(Reg, Reg, i32),
}

impl Mem {
    /// A slot of the frame.
    pub(crate) const fn slot(slot: u32) -> Self {
        Self::Frame(slot as i32 * 8)
    }

    /// What is so many bytes behind.
    pub(crate) const fn offset(self, bytes: i32) -> Self {
        match self {
            Self::Frame(disp) => Self::Frame(disp + bytes),
            Self::Heap(index, disp) => Self::Heap(index, disp + bytes),
            Self::Context(disp) => Self::Context(disp + bytes),
            Self::At(base, disp) => Self::At(base, disp + bytes),
            Self::Sum(base, index, disp) => Self::Sum(base, index, disp + bytes),
        }
    }
}

/// What an integer instruction reads as its second operand.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Operand {
    Reg(Reg),
    Mem(Mem),
    /// Sign-extended.
    Imm(i32),
}

/// Writes machine code.
pub(crate) struct Masm<'a> {
    pub(crate) sink: Sink<'a>,
    pub(crate) cpu: CpuFeatures,
}

impl Masm<'_> {
    /// How many bytes there are.
    #[inline(always)]
    pub(crate) fn pos(&self) -> u32 {
        self.sink.pos()
    }

    /// Fills up to a multiple of `alignment` with traps.
    pub(crate) fn align(&mut self, alignment: usize) {
        self.sink.align(alignment, 0xcc);
    }

    /// Adds eight bytes of data.
    pub(crate) fn quad(&mut self, value: u64) {
        self.sink.push_u64(value);
    }

    /// Adds four bytes of data.
    pub(crate) fn dword(&mut self, value: u32) {
        self.sink.push_i32(value as i32);
    }
}
