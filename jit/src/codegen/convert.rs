//! Conversions between integers and floats.
//!
//! The processor's conversion to a signed integer gives the least integer for what does not fit.
//! Whoever gets that asks again behind the function's code, where traps and saturation are.

use selvedge_vm::trap::TrapCode;

use super::Codegen;
use super::cold::Cold;
use super::float::float_type;
use super::numeric::int_type;
use crate::masm::{Alu, Cond, FloatOperand, Operand, Shift, Size};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

/// A conversion to an integer.
#[derive(Copy, Clone, Debug)]
pub(super) struct ToInt {
    pub(super) float: Size,
    pub(super) int: Size,
    pub(super) signed: bool,
    /// Whether the nearest integer stands for what does not fit; else that traps.
    pub(super) saturating: bool,
}

/// A conversion that is finished behind the function's code.
#[derive(Copy, Clone, Debug)]
pub(super) struct Slow {
    convert: ToInt,
    chain: Chain,
    back: u32,
    dst: Reg,
    src: Reg,
    wasm_offset: u32,
}

/// A conversion of an unsigned integer from 2^63 on, behind the function's code.
#[derive(Copy, Clone, Debug)]
pub(super) struct Large {
    float: Size,
    chain: Chain,
    back: u32,
    dst: Reg,
    src: Reg,
    /// A register that nothing is in there.
    other: Reg,
}

impl Codegen<'_> {
    /// An integer to a float.
    pub(super) fn compile_to_float(&mut self, int: Size, signed: bool, float: Size) {
        let a = self.pop();
        let src = self.use_reg(a);
        let dst = match self.hint(Class::Float) {
            Some(pin) => pin,
            None => self.alloc(Class::Float),
        };
        match (int, signed) {
            (_, true) => self.masm.int_to_float(int, float, dst, src),
            // As a positive integer of 64 bits.
            (Size::S32, false) => self.masm.int_to_float(Size::S64, float, dst, src),
            (Size::S64, false) => self.unsigned_to_float(float, dst, src),
        }
        self.release_reg(src);
        self.push_reg(float_type(float), dst);
    }

    /// Half of a large integer, its lowest bit kept for rounding, is converted and doubled.
    fn unsigned_to_float(&mut self, float: Size, dst: Reg, src: Reg) {
        let other = self.alloc(Class::Int);
        let mut chain = Chain::default();
        self.masm.test(Size::S64, src, Operand::Reg(src));
        self.masm.jcc(Cond::S, &mut chain);
        self.masm.int_to_float(Size::S64, float, dst, src);
        self.cold.push(Cold::Large(Large {
            float,
            chain,
            back: self.masm.pos(),
            dst,
            src,
            other,
        }));
        self.tested = None;
        self.release_reg(other);
    }

    /// Converts a large integer.
    pub(super) fn emit_large(&mut self, large: Large) {
        let Large {
            float,
            dst,
            src,
            other,
            ..
        } = large;
        let masm = &mut self.masm;
        masm.bind(large.chain);
        masm.mov(Size::S64, Reg::R11, src);
        masm.mov(Size::S32, other, src);
        masm.shift_imm(Shift::Shr, Size::S64, Reg::R11, 1);
        masm.alu(Alu::And, Size::S32, other, Operand::Imm(1));
        masm.alu(Alu::Or, Size::S64, Reg::R11, Operand::Reg(other));
        masm.int_to_float(Size::S64, float, dst, Reg::R11);
        masm.float(crate::masm::Float::Add, float, dst, FloatOperand::Reg(dst));
        masm.jmp_far_back(large.back);
    }

    /// A float to an integer.
    pub(super) fn compile_to_int(&mut self, convert: ToInt) {
        let a = self.pop();
        let src = self.use_reg(a);
        // The operand is read once more if it does not fit.
        let dst = match self.hint(Class::Int) {
            Some(pin) => pin,
            None => self.alloc(Class::Int),
        };
        let mut chain = Chain::default();
        let ToInt {
            float, int, signed, ..
        } = convert;
        match (int, signed) {
            (_, true) => {
                self.masm.float_to_int(float, int, dst, src);
                // Only the least integer overflows.
                self.masm.alu(Alu::Cmp, int, dst, Operand::Imm(1));
                self.masm.jcc(Cond::O, &mut chain);
            }
            (Size::S32, false) => {
                self.masm.float_to_int(float, Size::S64, dst, src);
                self.masm.mov(Size::S64, Reg::R11, dst);
                self.masm.shift_imm(Shift::Shr, Size::S64, Reg::R11, 32);
                self.masm.jcc(Cond::Ne, &mut chain);
            }
            (Size::S64, false) => {
                self.masm.float_to_int(float, Size::S64, dst, src);
                self.masm.test(Size::S64, dst, Operand::Reg(dst));
                self.masm.jcc(Cond::S, &mut chain);
            }
        }
        self.cold.push(Cold::Convert(Slow {
            convert,
            chain,
            back: self.masm.pos(),
            dst,
            src,
            wasm_offset: self.wasm_offset,
        }));
        self.tested = None;
        self.release_reg(src);
        self.push_reg(int_type(int), dst);
    }

    /// Finishes a conversion.
    pub(super) fn emit_slow_conversion(&mut self, slow: Slow) {
        let ToInt {
            float,
            int,
            signed,
            saturating,
        } = slow.convert;
        self.masm.bind(slow.chain);
        let (least, limit) = bounds(slow.convert);
        let (least, limit) = match float {
            Size::S32 => (
                u64::from((least as f32).to_bits()),
                u64::from((limit as f32).to_bits()),
            ),
            Size::S64 => (least.to_bits(), limit.to_bits()),
        };
        let ty = float_type(float);
        self.masm
            .ucomi(float, slow.src, FloatOperand::Reg(slow.src));
        let ordered = self.masm.skip_if(Cond::Np);
        if saturating {
            self.masm.mov_imm(slow.dst, 0);
            self.masm.jmp_far_back(slow.back);
        } else {
            self.emit_trap(TrapCode::BadConversionToInteger, slow.wasm_offset);
        }
        self.masm.land(ordered);
        // Too large?
        self.load_const(ty, Reg::XMM15, limit);
        self.masm
            .ucomi(float, slow.src, FloatOperand::Reg(Reg::XMM15));
        let below = self.masm.skip_if(Cond::B);
        let (min, max) = match (int, signed) {
            (Size::S32, true) => (i32::MIN as u32 as u64, i32::MAX as u64),
            (Size::S32, false) => (0, u32::MAX.into()),
            (Size::S64, true) => (i64::MIN as u64, i64::MAX as u64),
            (Size::S64, false) => (0, u64::MAX),
        };
        if saturating {
            self.masm.mov_imm(slow.dst, max);
            self.masm.jmp_far_back(slow.back);
        } else {
            self.emit_trap(TrapCode::IntegerOverflow, slow.wasm_offset);
        }
        self.masm.land(below);
        if !signed && int == Size::S64 {
            // From 2^63 on: what is beyond is converted.
            let half = match float {
                Size::S32 => u64::from(9_223_372_036_854_775_808.0_f32.to_bits()),
                Size::S64 => 9_223_372_036_854_775_808.0_f64.to_bits(),
            };
            self.load_const(ty, Reg::XMM15, half);
            self.masm
                .ucomi(float, slow.src, FloatOperand::Reg(Reg::XMM15));
            let small = self.masm.skip_if(Cond::B);
            let masm = &mut self.masm;
            // xmm15 = 2^63 − x is exact, and so is its negative.
            masm.float(
                crate::masm::Float::Sub,
                float,
                Reg::XMM15,
                FloatOperand::Reg(slow.src),
            );
            masm.float_to_int(float, Size::S64, slow.dst, Reg::XMM15);
            masm.neg(Size::S64, slow.dst);
            masm.mov_imm(Reg::R11, 1 << 63);
            masm.alu(Alu::Add, Size::S64, slow.dst, Operand::Reg(Reg::R11));
            masm.jmp_far_back(slow.back);
            masm.land(small);
        }
        // Too small? Saturating ones have the least integer then, which unsigned ones have not yet.
        if saturating {
            self.masm.mov_imm(slow.dst, min);
            self.masm.jmp_far_back(slow.back);
            return;
        }
        self.load_const(ty, Reg::XMM15, least);
        self.masm
            .ucomi(float, slow.src, FloatOperand::Reg(Reg::XMM15));
        // Below −2^31 there are more floats of 64 bits that round to it.
        let fits = match (float, int, signed) {
            (Size::S64, Size::S32, true) | (_, _, false) => Cond::A,
            _ => Cond::Ae,
        };
        let fits = self.masm.skip_if(fits);
        self.emit_trap(TrapCode::IntegerOverflow, slow.wasm_offset);
        self.masm.land(fits);
        self.masm.jmp_far_back(slow.back);
    }

    /// `f32.demote_f64` or `f64.promote_f32`.
    pub(super) fn compile_resize(&mut self, from: Size) {
        let a = self.pop();
        let src = self.use_reg(a);
        let dst = self.float_result_over(src);
        self.masm.float_to_float(from, dst, src);
        let to = if from == Size::S32 {
            Size::S64
        } else {
            Size::S32
        };
        self.canonicalise(to, dst);
        self.finish_unary(float_type(to), dst, src);
    }

    /// The bits of a float as an integer.
    pub(super) fn compile_bits_of_float(&mut self, size: Size) {
        let a = self.pop();
        if let Some(value) = a.constant() {
            return self.push_const(int_type(size), value);
        }
        let src = self.use_reg(a);
        let dst = match self.hint(Class::Int) {
            Some(pin) => pin,
            None => self.alloc(Class::Int),
        };
        self.masm.mov_from_float(size, dst, src);
        self.release_reg(src);
        self.push_reg(int_type(size), dst);
    }

    /// A float from the bits of an integer.
    pub(super) fn compile_float_of_bits(&mut self, size: Size) {
        let a = self.pop();
        if let Some(value) = a.constant() {
            return self.push_const(float_type(size), value);
        }
        let src = self.use_reg(a);
        let dst = match self.hint(Class::Float) {
            Some(pin) => pin,
            None => self.alloc(Class::Float),
        };
        self.masm.mov_to_float(size, dst, src);
        self.release_reg(src);
        self.push_reg(float_type(size), dst);
    }
}

/// What is below every integer of a conversion (or the least one itself, where nothing
/// in between can be told apart), and the first above.
fn bounds(convert: ToInt) -> (f64, f64) {
    match (convert.int, convert.signed, convert.float) {
        (Size::S32, true, Size::S64) => (-2_147_483_649.0, 2_147_483_648.0),
        (Size::S32, true, Size::S32) => (-2_147_483_648.0, 2_147_483_648.0),
        (Size::S32, false, _) => (-1.0, 4_294_967_296.0),
        (Size::S64, true, _) => (-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0),
        (Size::S64, false, _) => (-1.0, 18_446_744_073_709_551_616.0),
    }
}
