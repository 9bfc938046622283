//! Shifts and rotations.

use dynasmrt::{DynasmApi, dynasm};
use selvedge_vm::ops::alu::AluKind;

use super::{Masm, Size, emit, emit_byte};
use crate::regs::Reg;

/// How a shift or rotation goes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Shift {
    Shl,
    Sar,
    Shr,
    Rol,
    Ror,
}

impl Shift {
    /// The instruction for an operator, if it has one of this kind.
    pub(crate) const fn of(kind: AluKind) -> Option<Self> {
        Some(match kind {
            AluKind::Shl => Self::Shl,
            AluKind::ShrS => Self::Sar,
            AluKind::ShrU => Self::Shr,
            AluKind::Rotl => Self::Rol,
            AluKind::Rotr => Self::Ror,
            _ => return None,
        })
    }
}

macro_rules! shifts {
    ($($kind:ident $insn:ident)*) => {
        impl Masm<'_> {
            /// `dst = dst <op> count`.
            pub(crate) fn shift_imm(&mut self, op: Shift, size: Size, dst: Reg, count: u8) {
                let (d, n) = (dst.code(), count as i8);
                match (op, size) { $(
                    (Shift::$kind, Size::S32) => emit!(self; $insn Rd(d), n),
                    (Shift::$kind, Size::S64) => emit!(self; $insn Rq(d), n),
                )* }
            }

            /// `dst = dst <op> cl`.
            pub(crate) fn shift_cl(&mut self, op: Shift, size: Size, dst: Reg) {
                let d = dst.code();
                match (op, size) { $(
                    (Shift::$kind, Size::S32) => emit!(self; $insn Rd(d), cl),
                    (Shift::$kind, Size::S64) => emit!(self; $insn Rq(d), cl),
                )* }
            }
        }
    };
}
shifts! { Shl shl Sar sar Shr shr Rol rol Ror ror }

impl Masm<'_> {
    /// `dst = src` for shifts that BMI2 has with three operands; leaves the flags alone.
    ///
    /// # Panics
    ///
    /// If `op` is a rotation.
    pub(crate) fn shift_x(&mut self, op: Shift, size: Size, dst: Reg, src: Reg, count: Reg) {
        let (d, s, c) = (dst.code(), src.code(), count.code());
        match (op, size) {
            (Shift::Shl, Size::S32) => emit_byte!(self; shlx Rd(d), Rd(s), Rd(c)),
            (Shift::Shl, Size::S64) => emit_byte!(self; shlx Rq(d), Rq(s), Rq(c)),
            (Shift::Sar, Size::S32) => emit_byte!(self; sarx Rd(d), Rd(s), Rd(c)),
            (Shift::Sar, Size::S64) => emit_byte!(self; sarx Rq(d), Rq(s), Rq(c)),
            (Shift::Shr, Size::S32) => emit_byte!(self; shrx Rd(d), Rd(s), Rd(c)),
            (Shift::Shr, Size::S64) => emit_byte!(self; shrx Rq(d), Rq(s), Rq(c)),
            (Shift::Rol | Shift::Ror, _) => unreachable!("rotations have no such form"),
        }
    }

    /// `dst = src` rotated right by `count`.
    pub(crate) fn rorx(&mut self, size: Size, dst: Reg, src: Reg, count: u8) {
        let (d, s, n) = (dst.code(), src.code(), count as i8);
        match size {
            Size::S32 => emit_byte!(self; rorx Rd(d), Rd(s), n),
            Size::S64 => emit_byte!(self; rorx Rq(d), Rq(s), n),
        }
    }
}
