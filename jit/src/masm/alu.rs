//! Integer instructions on registers, the frame and constants.

use dynasmrt::{DynasmApi, dynasm};
use selvedge_vm::ops::alu::AluKind;

use super::{Cond, Masm, Mem, Operand, Size, emit, emit_at, emit_mem};
use crate::regs::Reg;
use crate::sink::Instruction;

/// What `add` and its relatives do.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Alu {
    Add,
    Adc,
    Sub,
    Sbb,
    And,
    Or,
    Xor,
    Cmp,
}

impl Alu {
    /// The instruction for an operator, if it has one of this kind.
    pub(crate) const fn of(kind: AluKind) -> Option<Self> {
        Some(match kind {
            AluKind::Add => Self::Add,
            AluKind::Sub => Self::Sub,
            AluKind::And => Self::And,
            AluKind::Or => Self::Or,
            AluKind::Xor => Self::Xor,
            _ => return None,
        })
    }
}

macro_rules! alu {
    ($($kind:ident $insn:ident)*) => {
        impl Masm<'_> {
            /// `dst = dst <op> src`, or a comparison of the two. Sets the flags.
            pub(crate) fn alu(&mut self, op: Alu, size: Size, dst: Reg, src: Operand) {
                let d = dst.code();
                if let (Alu::Cmp, Operand::Imm(imm)) = (op, src)
                    && let Ok(imm) = i8::try_from(imm)
                {
                    return self.cmp_byte(size, dst, imm);
                }
                match (op, size) { $(
                    (Alu::$kind, Size::S32) => match src {
                        Operand::Reg(src) => emit!(self; $insn Rd(d), Rd(src.code())),
                        Operand::Mem(mem) => emit_mem!(emit, self, mem; {$insn Rd(d),} {}),
                        Operand::Imm(imm) => alu!(@imm $insn self Rd(d) imm),
                    },
                    (Alu::$kind, Size::S64) => match src {
                        Operand::Reg(src) => emit!(self; $insn Rq(d), Rq(src.code())),
                        Operand::Mem(mem) => emit_mem!(emit, self, mem; {$insn Rq(d),} {}),
                        Operand::Imm(imm) => alu!(@imm $insn self Rq(d) imm),
                    },
                )* }
            }
        }
    };
    (@imm cmp $self:ident $reg:ident($d:ident) $imm:ident) => {
        emit!($self; cmp $reg($d), DWORD $imm)
    };
    (@imm $insn:ident $self:ident $reg:ident($d:ident) $imm:ident) => {
        match i8::try_from($imm) {
            Ok(imm) => emit!($self; $insn $reg($d), BYTE imm),
            Err(_) => emit!($self; $insn $reg($d), DWORD $imm),
        }
    };
}
alu! { Add add Adc adc Sub sub Sbb sbb And and Or or Xor xor Cmp cmp }

macro_rules! alu_mem {
    ($($kind:ident $insn:ident $digit:literal)*) => {
        impl Masm<'_> {
            /// `mem = mem <op> src`. Sets the flags.
            ///
            /// # Panics
            ///
            /// If `src` is in memory, or `op` is not one of these.
            pub(crate) fn alu_mem(&mut self, op: Alu, size: Size, mem: Mem, src: Operand) {
                if let Operand::Imm(imm) = src && let Ok(imm) = i8::try_from(imm) {
                    // A form that dynasm does not choose.
                    let digit = match op { $(Alu::$kind => $digit,)* _ => unreachable!("{op:?} is not one of these") };
                    let start = self.pos();
                    match size {
                        Size::S32 => emit_mem!(emit, self, mem; {imul Rd(digit),} {, BYTE imm}),
                        Size::S64 => emit_mem!(emit, self, mem; {imul Rq(digit),} {, BYTE imm}),
                    }
                    return self.sink.multiplication_to_other(start);
                }
                match (op, size, src) {
                    $(
                        (Alu::$kind, Size::S32, Operand::Reg(src)) => emit_mem!(emit, self, mem; {$insn} {, Rd(src.code())}),
                        (Alu::$kind, Size::S64, Operand::Reg(src)) => emit_mem!(emit, self, mem; {$insn} {, Rq(src.code())}),
                        (Alu::$kind, Size::S32, Operand::Imm(imm)) => emit_mem!(emit, self, mem; {$insn DWORD} {, DWORD imm}),
                        (Alu::$kind, Size::S64, Operand::Imm(imm)) => emit_mem!(emit, self, mem; {$insn QWORD} {, DWORD imm}),
                    )*
                    _ => unreachable!("{op:?} is not one of these, or has two operands in memory"),
                }
            }
        }
    };
}
alu_mem! { Add add 0 Or or 1 And and 4 Sub sub 5 Xor xor 6 }

impl Masm<'_> {
    /// Compares with an 8-bit constant: a form that dynasm does not choose.
    fn cmp_byte(&mut self, size: Size, reg: Reg, imm: i8) {
        let start = self.pos();
        match size {
            Size::S32 => emit!(self; imul edi, Rd(reg.code()), BYTE imm),
            Size::S64 => emit!(self; imul rdi, Rq(reg.code()), BYTE imm),
        }
        self.sink.multiplication_to_other(start);
    }

    /// Compares memory with a constant.
    pub(crate) fn cmp_mem_imm(&mut self, size: Size, mem: Mem, imm: i32) {
        let start = self.pos();
        match (size, i8::try_from(imm)) {
            (Size::S32, Ok(imm)) => emit_mem!(emit, self, mem; {imul edi,} {, BYTE imm}),
            (Size::S64, Ok(imm)) => emit_mem!(emit, self, mem; {imul rdi,} {, BYTE imm}),
            (Size::S32, Err(_)) => return emit_mem!(emit, self, mem; {cmp DWORD} {, DWORD imm}),
            (Size::S64, Err(_)) => return emit_mem!(emit, self, mem; {cmp QWORD} {, DWORD imm}),
        }
        self.sink.multiplication_to_other(start);
    }

    /// Compares a byte of memory with a constant.
    pub(crate) fn cmp_mem_byte(&mut self, mem: Mem, imm: i8) {
        emit_mem!(emit, self, mem; {cmp BYTE} {, imm});
    }

    /// Compares memory with a register.
    pub(crate) fn cmp_mem_reg(&mut self, size: Size, mem: Mem, reg: Reg) {
        let r = reg.code();
        match size {
            Size::S32 => emit_mem!(emit, self, mem; {cmp} {, Rd(r)}),
            Size::S64 => emit_mem!(emit, self, mem; {cmp} {, Rq(r)}),
        }
    }

    /// Sets the flags by `a & b`.
    pub(crate) fn test(&mut self, size: Size, a: Reg, b: Operand) {
        let a = a.code();
        match (size, b) {
            (Size::S32, Operand::Reg(b)) => emit!(self; test Rd(a), Rd(b.code())),
            (Size::S64, Operand::Reg(b)) => emit!(self; test Rq(a), Rq(b.code())),
            (Size::S32, Operand::Mem(mem)) => emit_mem!(emit, self, mem; {test} {, Rd(a)}),
            (Size::S64, Operand::Mem(mem)) => emit_mem!(emit, self, mem; {test} {, Rq(a)}),
            (Size::S32, Operand::Imm(imm)) => emit!(self; test Rd(a), DWORD imm),
            (Size::S64, Operand::Imm(imm)) => emit!(self; test Rq(a), DWORD imm),
        }
    }

    /// `dst = dst * src`.
    pub(crate) fn imul(&mut self, size: Size, dst: Reg, src: Operand) {
        let d = dst.code();
        match (size, src) {
            (Size::S32, Operand::Reg(src)) => emit!(self; imul Rd(d), Rd(src.code())),
            (Size::S64, Operand::Reg(src)) => emit!(self; imul Rq(d), Rq(src.code())),
            (Size::S32, Operand::Mem(mem)) => emit_mem!(emit, self, mem; {imul Rd(d),} {}),
            (Size::S64, Operand::Mem(mem)) => emit_mem!(emit, self, mem; {imul Rq(d),} {}),
            (_, Operand::Imm(imm)) => self.imul_imm(size, dst, dst, imm),
        }
    }

    /// `dst = src * imm`.
    pub(crate) fn imul_imm(&mut self, size: Size, dst: Reg, src: Reg, imm: i32) {
        let (d, s) = (dst.code(), src.code());
        match (size, i8::try_from(imm)) {
            (Size::S32, Ok(imm)) => emit!(self; imul Rd(d), Rd(s), BYTE imm),
            (Size::S32, Err(_)) => emit!(self; imul Rd(d), Rd(s), DWORD imm),
            (Size::S64, Ok(imm)) => emit!(self; imul Rq(d), Rq(s), BYTE imm),
            (Size::S64, Err(_)) => emit!(self; imul Rq(d), Rq(s), DWORD imm),
        }
    }

    /// `rdx:rax = rax * src`, signed or not.
    pub(crate) fn mul_wide(&mut self, signed: bool, src: Reg) {
        match signed {
            true => emit!(self; imul Rq(src.code())),
            false => emit!(self; mul Rq(src.code())),
        }
    }

    /// Extends `rax` into `rdx`, for a division of this kind.
    pub(crate) fn extend_dividend(&mut self, size: Size, signed: bool) {
        match (signed, size) {
            (true, Size::S32) => emit!(self; cdq),
            (true, Size::S64) => emit!(self; cqo),
            (false, _) => emit!(self; xor edx, edx),
        }
    }

    /// Divides `rdx:rax` by `r11`: the quotient goes to `rax`, the remainder to `rdx`. Faults if
    /// the quotient does not fit.
    pub(crate) fn divide(&mut self, size: Size, signed: bool) {
        match (signed, size) {
            (true, Size::S32) => emit!(self; idiv r11d),
            (true, Size::S64) => emit!(self; idiv r11),
            (false, Size::S32) => emit!(self; div r11d),
            (false, Size::S64) => emit!(self; div r11),
        }
    }

    /// `dst = -dst`.
    pub(crate) fn neg(&mut self, size: Size, dst: Reg) {
        match size {
            Size::S32 => emit!(self; neg Rd(dst.code())),
            Size::S64 => emit!(self; neg Rq(dst.code())),
        }
    }

    /// `dst = src`; of 32 bits, the others become zero. Leaves the flags alone.
    pub(crate) fn mov(&mut self, size: Size, dst: Reg, src: Reg) {
        match size {
            Size::S32 => emit!(self; mov Rd(dst.code()), Rd(src.code())),
            Size::S64 => emit!(self; mov Rq(dst.code()), Rq(src.code())),
        }
    }

    /// `dst = value` in the shortest form that leaves the flags alone.
    pub(crate) fn mov_imm(&mut self, dst: Reg, value: u64) {
        let d = dst.code();
        if let Ok(value) = u32::try_from(value) {
            emit!(self; mov Rd(d), DWORD value as i32);
        } else if let Ok(value) = i32::try_from(value as i64) {
            emit!(self; mov Rq(d), DWORD value);
        } else {
            emit!(self; mov Rq(d), QWORD value as i64);
        }
    }

    /// `dst = 0`. Changes the flags.
    pub(crate) fn zero(&mut self, dst: Reg) {
        emit!(self; xor Rd(dst.code()), Rd(dst.code()));
    }

    /// `dst = base + disp`. Leaves the flags alone.
    pub(crate) fn lea(&mut self, size: Size, dst: Reg, base: Reg, disp: i32) {
        let (d, b) = (dst.code(), base.code());
        match (size, i8::try_from(disp)) {
            (Size::S32, Ok(disp)) => emit!(self; lea Rd(d), [BYTE Rq(b) + disp]),
            (Size::S32, Err(_)) => emit!(self; lea Rd(d), [DWORD Rq(b) + disp]),
            (Size::S64, Ok(disp)) => emit!(self; lea Rq(d), [BYTE Rq(b) + disp]),
            (Size::S64, Err(_)) => emit!(self; lea Rq(d), [DWORD Rq(b) + disp]),
        }
    }

    /// `dst = a + (b << shift) + disp`, for shifts up to 3. Leaves the flags alone.
    pub(crate) fn lea_scaled(
        &mut self,
        size: Size,
        dst: Reg,
        a: Reg,
        b: Reg,
        shift: u8,
        disp: i32,
    ) {
        let (d, a, b) = (dst.code(), a.code(), b.code());
        macro_rules! forms {
            ($($shift:literal $scale:tt)*) => {
                match (size, shift, i8::try_from(disp)) {
                    $(
                        (Size::S32, $shift, Ok(disp)) => emit!(self; lea Rd(d), [BYTE Rq(a) + Rq(b) * $scale + disp]),
                        (Size::S32, $shift, Err(_)) => emit!(self; lea Rd(d), [DWORD Rq(a) + Rq(b) * $scale + disp]),
                        (Size::S64, $shift, Ok(disp)) => emit!(self; lea Rq(d), [BYTE Rq(a) + Rq(b) * $scale + disp]),
                        (Size::S64, $shift, Err(_)) => emit!(self; lea Rq(d), [DWORD Rq(a) + Rq(b) * $scale + disp]),
                    )*
                    _ => unreachable!("scales are 1, 2, 4 and 8"),
                }
            };
        }
        forms! { 0 1 1 2 2 4 3 8 }
    }

    /// `dst = (index << shift) + disp`, for shifts from 1 to 3. Leaves the flags alone.
    pub(crate) fn lea_index(&mut self, size: Size, dst: Reg, index: Reg, shift: u8, disp: i32) {
        let (d, i) = (dst.code(), index.code());
        match (size, shift) {
            (Size::S32, 1) => emit!(self; lea Rd(d), [NOSPLIT Rq(i) * 2 + disp]),
            (Size::S32, 2) => emit!(self; lea Rd(d), [DWORD Rq(i) * 4 + disp]),
            (Size::S32, _) => emit!(self; lea Rd(d), [DWORD Rq(i) * 8 + disp]),
            (Size::S64, 1) => emit!(self; lea Rq(d), [NOSPLIT Rq(i) * 2 + disp]),
            (Size::S64, 2) => emit!(self; lea Rq(d), [DWORD Rq(i) * 4 + disp]),
            (Size::S64, _) => emit!(self; lea Rq(d), [DWORD Rq(i) * 8 + disp]),
        }
    }

    /// `dst = cond`, as 0 or 1 in 32 bits. Leaves the flags alone.
    pub(crate) fn setcc(&mut self, cond: Cond, dst: Reg) {
        let d = dst.code();
        // Of the first four registers the low byte has a name of its own.
        let prefix = match d {
            0..4 => 0,
            _ => Instruction::NO_PREFIX,
        };
        macro_rules! emit_low {
            ($($insn:tt)*) => { emit_at!(self, prefix; $($insn)*) };
        }
        match cond {
            Cond::E => emit_low!(sete Rb(d)),
            Cond::Ne => emit_low!(setne Rb(d)),
            Cond::L => emit_low!(setl Rb(d)),
            Cond::Ge => emit_low!(setge Rb(d)),
            Cond::Le => emit_low!(setle Rb(d)),
            Cond::G => emit_low!(setg Rb(d)),
            Cond::B => emit_low!(setb Rb(d)),
            Cond::Ae => emit_low!(setae Rb(d)),
            Cond::Be => emit_low!(setbe Rb(d)),
            Cond::A => emit_low!(seta Rb(d)),
            Cond::P => emit_low!(setp Rb(d)),
            Cond::Np => emit_low!(setnp Rb(d)),
            Cond::O => emit_low!(seto Rb(d)),
            Cond::S => emit_low!(sets Rb(d)),
            Cond::FloatEq | Cond::FloatNe => unreachable!("taken apart by the caller"),
        }
        emit_low!(movzx Rd(d), Rb(d));
    }

    /// `dst = src` if `cond` holds. Leaves the flags alone.
    pub(crate) fn cmov(&mut self, cond: Cond, size: Size, dst: Reg, src: Operand) {
        let d = dst.code();
        macro_rules! conds {
            ($($cond:ident $insn:ident)*) => {
                match (cond, src) {
                    $(
                        (Cond::$cond, Operand::Reg(src)) => match size {
                            Size::S32 => emit!(self; $insn Rd(d), Rd(src.code())),
                            Size::S64 => emit!(self; $insn Rq(d), Rq(src.code())),
                        },
                        (Cond::$cond, Operand::Mem(mem)) => match size {
                            Size::S32 => emit_mem!(emit, self, mem; {$insn Rd(d),} {}),
                            Size::S64 => emit_mem!(emit, self, mem; {$insn Rq(d),} {}),
                        },
                    )*
                    (Cond::FloatEq | Cond::FloatNe, _) => unreachable!("taken apart by the caller"),
                    (_, Operand::Imm(_)) => unreachable!("there is no such form"),
                }
            };
        }
        conds! {
            E cmove Ne cmovne L cmovl Ge cmovge Le cmovle G cmovg
            B cmovb Ae cmovae Be cmovbe A cmova P cmovp Np cmovnp O cmovo S cmovs
        }
    }
}
