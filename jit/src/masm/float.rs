//! Float instructions.

use dynasmrt::{DynasmApi, dynasm};

use super::{Masm, Mem, Size, emit, emit_mem, emit_prefixed};
use crate::regs::Reg;
use crate::sink::Chain;

/// The four operations and the square root.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Float {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    Sqrt,
}

/// Bitwise operations on whole registers.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Bitwise {
    And,
    AndNot,
    Or,
    Xor,
}

/// What a float instruction reads as its second operand.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum FloatOperand {
    Reg(Reg),
    Mem(Mem),
}

macro_rules! floats {
    ($($kind:ident $single:ident $double:ident)*) => {
        impl Masm<'_> {
            /// `dst = dst <op> src`, or of `src` alone.
            pub(crate) fn float(&mut self, op: Float, size: Size, dst: Reg, src: FloatOperand) {
                let d = dst.code();
                match (op, size, src) { $(
                    (Float::$kind, Size::S32, FloatOperand::Reg(src)) => emit_prefixed!(self; $single Rx(d), Rx(src.code())),
                    (Float::$kind, Size::S64, FloatOperand::Reg(src)) => emit_prefixed!(self; $double Rx(d), Rx(src.code())),
                    (Float::$kind, Size::S32, FloatOperand::Mem(mem)) => emit_mem!(emit_prefixed, self, mem; {$single Rx(d),} {}),
                    (Float::$kind, Size::S64, FloatOperand::Mem(mem)) => emit_mem!(emit_prefixed, self, mem; {$double Rx(d),} {}),
                )* }
            }

            /// `dst = dst <op> data` of the constant that `chain` awaits.
            pub(crate) fn float_data(&mut self, op: Float, size: Size, dst: Reg, chain: &mut Chain) {
                let d = dst.code();
                match (op, size) { $(
                    (Float::$kind, Size::S32) => emit_prefixed!(self; $single Rx(d), [rip + 0]),
                    (Float::$kind, Size::S64) => emit_prefixed!(self; $double Rx(d), [rip + 0]),
                )* }
                self.sink.link(chain);
            }
        }
    };
}
floats! { Add addss addsd Sub subss subsd Mul mulss mulsd Div divss divsd Min minss minsd Max maxss maxsd Sqrt sqrtss sqrtsd }

macro_rules! float_three {
    ($($kind:ident $single:ident $double:ident)*) => {
        impl Masm<'_> {
            /// `dst = a <op> b`, with AVX.
            pub(crate) fn float_three(&mut self, op: Float, size: Size, dst: Reg, a: Reg, b: Reg) {
                let (d, a, b) = (dst.code(), a.code(), b.code());
                match (op, size) {
                    $(
                        (Float::$kind, Size::S32) => super::emit_byte!(self; $single Rx(d), Rx(a), Rx(b)),
                        (Float::$kind, Size::S64) => super::emit_byte!(self; $double Rx(d), Rx(a), Rx(b)),
                    )*
                    _ => unreachable!("{op:?} is not one of the four operations"),
                }
            }
        }
    };
}
float_three! { Add vaddss vaddsd Sub vsubss vsubsd Mul vmulss vmulsd Div vdivss vdivsd }

impl Masm<'_> {
    /// `dst = src`, all of it.
    pub(crate) fn mov_float(&mut self, dst: Reg, src: Reg) {
        emit!(self; movaps Rx(dst.code()), Rx(src.code()));
    }

    /// `dst = 0`.
    pub(crate) fn zero_float(&mut self, dst: Reg) {
        emit!(self; xorps Rx(dst.code()), Rx(dst.code()));
    }

    /// `dst` = the constant that `chain` awaits.
    pub(crate) fn load_float_data(&mut self, size: Size, dst: Reg, chain: &mut Chain) {
        let d = dst.code();
        match size {
            Size::S32 => emit_prefixed!(self; movss Rx(d), [rip + 0]),
            Size::S64 => emit_prefixed!(self; movsd Rx(d), [rip + 0]),
        }
        self.sink.link(chain);
    }

    /// `dst = dst <op> src`, bit by bit.
    pub(crate) fn bitwise(&mut self, op: Bitwise, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match op {
            Bitwise::And => emit!(self; andps Rx(d), Rx(s)),
            Bitwise::AndNot => emit!(self; andnps Rx(d), Rx(s)),
            Bitwise::Or => emit!(self; orps Rx(d), Rx(s)),
            Bitwise::Xor => emit!(self; xorps Rx(d), Rx(s)),
        }
    }

    /// Compares floats; sets the flags.
    pub(crate) fn ucomi(&mut self, size: Size, a: Reg, b: FloatOperand) {
        let a = a.code();
        match (size, b) {
            (Size::S32, FloatOperand::Reg(b)) => emit!(self; ucomiss Rx(a), Rx(b.code())),
            (Size::S64, FloatOperand::Reg(b)) => emit_prefixed!(self; ucomisd Rx(a), Rx(b.code())),
            (Size::S32, FloatOperand::Mem(mem)) => emit_mem!(emit, self, mem; {ucomiss Rx(a),} {}),
            (Size::S64, FloatOperand::Mem(mem)) => {
                emit_mem!(emit_prefixed, self, mem; {ucomisd Rx(a),} {})
            }
        }
    }

    /// Compares a float with the constant that `chain` awaits.
    pub(crate) fn ucomi_data(&mut self, size: Size, a: Reg, chain: &mut Chain) {
        let a = a.code();
        match size {
            Size::S32 => emit!(self; ucomiss Rx(a), [rip + 0]),
            Size::S64 => emit_prefixed!(self; ucomisd Rx(a), [rip + 0]),
        }
        self.sink.link(chain);
    }

    /// `dst` = `src` rounded as `mode` says (SSE4.1): 0 nearest, 1 down, 2 up, 3 to zero.
    pub(crate) fn round(&mut self, size: Size, dst: Reg, src: Reg, mode: u8) {
        let (d, s, mode) = (dst.code(), src.code(), (mode | 8) as i8);
        match size {
            Size::S32 => emit_prefixed!(self; roundss Rx(d), Rx(s), mode),
            Size::S64 => emit_prefixed!(self; roundsd Rx(d), Rx(s), mode),
        }
    }
}
