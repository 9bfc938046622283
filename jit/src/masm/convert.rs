//! Moves and conversions between integers and floats.

use dynasmrt::{DynasmApi, dynasm};

use super::{Masm, Size, emit_prefixed};
use crate::regs::Reg;

impl Masm<'_> {
    /// The float whose bits are `src`.
    pub(crate) fn mov_to_float(&mut self, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match size {
            Size::S32 => emit_prefixed!(self; movd Rx(d), Rd(s)),
            Size::S64 => emit_prefixed!(self; movq Rx(d), Rq(s)),
        }
    }

    /// The bits of the float `src`.
    pub(crate) fn mov_from_float(&mut self, size: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match size {
            Size::S32 => emit_prefixed!(self; movd Rd(d), Rx(s)),
            Size::S64 => emit_prefixed!(self; movq Rq(d), Rx(s)),
        }
    }

    /// `dst` = the signed integer `src` as a float. What `dst` held matters to its speed alone.
    pub(crate) fn int_to_float(&mut self, int: Size, float: Size, dst: Reg, src: Reg) {
        self.zero_float(dst);
        let (d, s) = (dst.code(), src.code());
        match (int, float) {
            (Size::S32, Size::S32) => emit_prefixed!(self; cvtsi2ss Rx(d), Rd(s)),
            (Size::S32, Size::S64) => emit_prefixed!(self; cvtsi2sd Rx(d), Rd(s)),
            (Size::S64, Size::S32) => emit_prefixed!(self; cvtsi2ss Rx(d), Rq(s)),
            (Size::S64, Size::S64) => emit_prefixed!(self; cvtsi2sd Rx(d), Rq(s)),
        }
    }

    /// `dst` = the float `src` as a signed integer, or the least one if it does not fit.
    pub(crate) fn float_to_int(&mut self, float: Size, int: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match (float, int) {
            (Size::S32, Size::S32) => emit_prefixed!(self; cvttss2si Rd(d), Rx(s)),
            (Size::S32, Size::S64) => emit_prefixed!(self; cvttss2si Rq(d), Rx(s)),
            (Size::S64, Size::S32) => emit_prefixed!(self; cvttsd2si Rd(d), Rx(s)),
            (Size::S64, Size::S64) => emit_prefixed!(self; cvttsd2si Rq(d), Rx(s)),
        }
    }

    /// `dst` = the float `src` of size `from` in the other size.
    pub(crate) fn float_to_float(&mut self, from: Size, dst: Reg, src: Reg) {
        let (d, s) = (dst.code(), src.code());
        match from {
            Size::S32 => emit_prefixed!(self; cvtss2sd Rx(d), Rx(s)),
            Size::S64 => emit_prefixed!(self; cvtsd2ss Rx(d), Rx(s)),
        }
    }
}
