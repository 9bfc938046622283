//! Loads and stores of all widths.

use dynasmrt::{DynasmApi, dynasm};

use super::{Masm, Mem, Size, emit, emit_mem, emit_prefixed};
use crate::regs::Reg;

impl Masm<'_> {
    /// `dst` = memory; of 32 bits, the others become zero.
    pub(crate) fn load(&mut self, size: Size, dst: Reg, mem: Mem) {
        let d = dst.code();
        match size {
            Size::S32 => emit_mem!(emit, self, mem; {mov Rd(d),} {}),
            Size::S64 => emit_mem!(emit, self, mem; {mov Rq(d),} {}),
        }
    }

    /// `dst` = `bytes` bytes of memory, extended to `size`.
    pub(crate) fn load_extended(
        &mut self,
        bytes: u64,
        signed: bool,
        size: Size,
        dst: Reg,
        mem: Mem,
    ) {
        let d = dst.code();
        match (bytes, signed, size) {
            (1, false, _) => emit_mem!(emit, self, mem; {movzx Rd(d), BYTE} {}),
            (2, false, _) => emit_mem!(emit, self, mem; {movzx Rd(d), WORD} {}),
            (1, true, Size::S32) => emit_mem!(emit, self, mem; {movsx Rd(d), BYTE} {}),
            (2, true, Size::S32) => emit_mem!(emit, self, mem; {movsx Rd(d), WORD} {}),
            (1, true, Size::S64) => emit_mem!(emit, self, mem; {movsx Rq(d), BYTE} {}),
            (2, true, Size::S64) => emit_mem!(emit, self, mem; {movsx Rq(d), WORD} {}),
            (4, true, Size::S64) => emit_mem!(emit, self, mem; {movsxd Rq(d), DWORD} {}),
            (4, ..) => self.load(Size::S32, dst, mem),
            _ => self.load(Size::S64, dst, mem),
        }
    }

    /// `dst` = the 32-bit number at `index` in the table at `base`, sign-extended.
    pub(crate) fn load_table_entry(&mut self, dst: Reg, base: Reg, index: Reg) {
        let (d, b, i) = (dst.code(), base.code(), index.code());
        emit!(self; movsxd Rq(d), DWORD [Rq(b) + Rq(i) * 4]);
    }

    /// `dst` = the 64-bit word at `index` in the table at `base`.
    pub(crate) fn load_table_word(&mut self, dst: Reg, base: Reg, index: Reg) {
        let (d, b, i) = (dst.code(), base.code(), index.code());
        emit!(self; mov Rq(d), [Rq(b) + Rq(i) * 8]);
    }

    /// Loads 16 bytes, which need not be aligned.
    pub(crate) fn load_vector(&mut self, dst: Reg, mem: Mem) {
        let d = dst.code();
        emit_mem!(emit, self, mem; {movups Rx(d),} {});
    }

    /// Stores 16 bytes.
    pub(crate) fn store_vector(&mut self, mem: Mem, src: Reg) {
        let s = src.code();
        emit_mem!(emit, self, mem; {movups} {, Rx(s)});
    }

    /// Stores the low `bytes` bytes of `src`.
    pub(crate) fn store(&mut self, bytes: u64, mem: Mem, src: Reg) {
        let s = src.code();
        match bytes {
            1 => {
                // An empty prefix counts here.
                macro_rules! keep { ($masm:expr; $($insn:tt)*) => { super::emit_byte!($masm; $($insn)*) }; }
                emit_mem!(keep, self, mem; {mov} {, Rb(s)});
            }
            2 => emit_mem!(emit_prefixed, self, mem; {mov} {, Rw(s)}),
            4 => emit_mem!(emit, self, mem; {mov} {, Rd(s)}),
            _ => emit_mem!(emit, self, mem; {mov} {, Rq(s)}),
        }
    }

    /// Stores `bytes` bytes of a constant; of eight bytes, `imm` is sign-extended.
    pub(crate) fn store_imm(&mut self, bytes: u64, mem: Mem, imm: i32) {
        match bytes {
            1 => emit_mem!(emit, self, mem; {mov BYTE} {, imm as i8}),
            2 => emit_mem!(emit, self, mem; {mov WORD} {, imm as i16}),
            4 => emit_mem!(emit, self, mem; {mov DWORD} {, imm}),
            _ => emit_mem!(emit, self, mem; {mov QWORD} {, imm}),
        }
    }

    /// Loads a float.
    pub(crate) fn load_float(&mut self, size: Size, dst: Reg, mem: Mem) {
        let d = dst.code();
        match size {
            Size::S32 => emit_mem!(emit_prefixed, self, mem; {movss Rx(d),} {}),
            Size::S64 => emit_mem!(emit_prefixed, self, mem; {movsd Rx(d),} {}),
        }
    }

    /// Stores a float.
    pub(crate) fn store_float(&mut self, size: Size, mem: Mem, src: Reg) {
        let s = src.code();
        match size {
            Size::S32 => emit_mem!(emit_prefixed, self, mem; {movss} {, Rx(s)}),
            Size::S64 => emit_mem!(emit_prefixed, self, mem; {movsd} {, Rx(s)}),
        }
    }
}
