//! Integer operators that are several instructions, but for comparisons.

use selvedge_vm::ops::simd::{BinaryKind, UnaryKind};

use super::super::Codegen;
use super::super::stack::{Entry, Value};
use super::SCRATCH;
use super::table::Form;
use crate::masm::{Alu, Op, Operand, Size, Source};
use crate::regs::Reg;

/// What a product of widened lanes is made of.
enum Product {
    /// Lanes of 8 bits, widened by this; of the upper half, if so.
    Bytes(Op, bool),
    /// The high halves of products by the first, which the second puts behind the low ones.
    Words(Op, Op),
    /// Every other lane is multiplied; they are put there by this order.
    Doubles(Op, u8),
}

const fn product(kind: BinaryKind) -> Option<Product> {
    use BinaryKind as K;
    use Product::{Bytes, Doubles, Words};
    /// Lanes 0 and 1, or 2 and 3, where the instruction reads them.
    const LOW: u8 = 0b01_01_00_00;
    const HIGH: u8 = 0b11_11_10_10;
    Some(match kind {
        K::I16x8ExtMulLowI8x16S => Bytes(Op::PMOVSXBW, false),
        K::I16x8ExtMulHighI8x16S => Bytes(Op::PMOVSXBW, true),
        K::I16x8ExtMulLowI8x16U => Bytes(Op::PMOVZXBW, false),
        K::I16x8ExtMulHighI8x16U => Bytes(Op::PMOVZXBW, true),
        K::I32x4ExtMulLowI16x8S => Words(Op::PMULHW, Op::PUNPCKLWD),
        K::I32x4ExtMulHighI16x8S => Words(Op::PMULHW, Op::PUNPCKHWD),
        K::I32x4ExtMulLowI16x8U => Words(Op::PMULHUW, Op::PUNPCKLWD),
        K::I32x4ExtMulHighI16x8U => Words(Op::PMULHUW, Op::PUNPCKHWD),
        K::I64x2ExtMulLowI32x4S => Doubles(Op::PMULDQ, LOW),
        K::I64x2ExtMulHighI32x4S => Doubles(Op::PMULDQ, HIGH),
        K::I64x2ExtMulLowI32x4U => Doubles(Op::PMULUDQ, LOW),
        K::I64x2ExtMulHighI32x4U => Doubles(Op::PMULUDQ, HIGH),
        _ => return None,
    })
}

/// The same 16 bits in all lanes.
pub(super) const fn words(lane: u16) -> u128 {
    lane as u128 * 0x0001_0001_0001_0001_0001_0001_0001_0001
}

/// The same byte in all lanes.
pub(super) const fn bytes(lane: u8) -> u128 {
    lane as u128 * 0x0101_0101_0101_0101_0101_0101_0101_0101
}

/// The same 32 bits in all lanes.
pub(super) const fn doubles(lane: u32) -> u128 {
    lane as u128 * 0x0000_0001_0000_0001_0000_0001_0000_0001
}

/// The same 64 bits in both lanes.
pub(super) const fn quads(lane: u64) -> u128 {
    lane as u128 | (lane as u128) << 64
}

/// The upper half in both halves, as `pshufd` has it.
const UPPER_HALF: u8 = 0b11_10_11_10;

impl Codegen<'_> {
    pub(super) fn unary_sequence(&mut self, kind: UnaryKind) {
        use UnaryKind as K;
        match kind {
            K::V128Not => self.apart1(|this, dst, a| {
                this.masm.ones_vector(SCRATCH);
                this.vec3(Op::PXOR, dst, a, SCRATCH);
            }),
            K::I8x16Neg => self.negate(Op::PSUBB),
            K::I16x8Neg => self.negate(Op::PSUBW),
            K::I32x4Neg => self.negate(Op::PSUBD),
            K::I64x2Neg => self.negate(Op::PSUBQ),
            K::I64x2Abs => self.apart1(|this, dst, a| {
                // The sign in all bits of a lane.
                this.masm
                    .vector_unary_imm(Op::PSHUFD, SCRATCH, a.into(), 0b11_11_01_01);
                this.masm.vector_shift_imm(Op::PSRAD, SCRATCH, SCRATCH, 31);
                this.vec3(Op::PXOR, dst, a, SCRATCH);
                this.vec3(Op::PSUBQ, dst, dst, SCRATCH);
            }),
            K::I8x16Popcnt => self.count_bits(),
            K::I16x8ExtAddPairwiseI8x16S => self.apart1(|this, dst, a| {
                this.load_data(dst, bytes(1));
                this.vec3(Op::PMADDUBSW, dst, dst, a);
            }),
            K::I16x8ExtAddPairwiseI8x16U => self.apart1(|this, dst, a| {
                let ones = this.data(bytes(1));
                this.vec3(Op::PMADDUBSW, dst, a, ones);
            }),
            K::I32x4ExtAddPairwiseI16x8S => self.apart1(|this, dst, a| {
                let ones = this.data(words(1));
                this.vec3(Op::PMADDWD, dst, a, ones);
            }),
            K::I32x4ExtAddPairwiseI16x8U => self.apart1(|this, dst, a| {
                // As signed numbers that are less by 2^15.
                let bias = this.data(words(0x8000));
                this.vec3(Op::PXOR, dst, a, bias);
                let ones = this.data(words(1));
                this.vec3(Op::PMADDWD, dst, dst, ones);
                let sum_of_biases = this.data(doubles(0x10000));
                this.vec3(Op::PADDD, dst, dst, sum_of_biases);
            }),
            K::I16x8ExtendHighI8x16S => self.extend_high(Op::PMOVSXBW),
            K::I16x8ExtendHighI8x16U => self.extend_high(Op::PMOVZXBW),
            K::I32x4ExtendHighI16x8S => self.extend_high(Op::PMOVSXWD),
            K::I32x4ExtendHighI16x8U => self.extend_high(Op::PMOVZXWD),
            K::I64x2ExtendHighI32x4S => self.extend_high(Op::PMOVSXDQ),
            K::I64x2ExtendHighI32x4U => self.extend_high(Op::PMOVZXDQ),
            _ => self.float_unary_sequence(kind),
        }
    }

    fn negate(&mut self, sub: Op) {
        self.apart1(|this, dst, a| {
            this.masm.zero_vector(dst);
            this.vec3(sub, dst, dst, a);
        });
    }

    fn upper_half(&mut self, dst: Reg, a: Reg) {
        self.masm
            .vector_unary_imm(Op::PSHUFD, dst, a.into(), UPPER_HALF);
    }

    fn extend_high(&mut self, extend: Op) {
        let a = self.pop();
        if self.is_in_memory(a)
            && let Some(mem) = self.memory_of(a)
        {
            // The upper half alone is read, which need not be aligned.
            let upper = Source::Mem(mem.offset(8));
            let dst = self.vector_over(upper);
            self.vec2(extend, dst, upper);
            return self.push_vector_reg(dst);
        }
        let a = self.use_reg(a);
        let dst = self.vector_over(a.into());
        self.upper_half(dst, a);
        self.vec2(extend, dst, dst);
        self.push_vector_reg(dst);
    }

    /// Counts the bits of each half of a byte by a table.
    fn count_bits(&mut self) {
        const COUNTS: u128 = 0x0403_0302_0302_0201_0302_0201_0201_0100;
        self.apart1(|this, dst, a| {
            let low = this.alloc_vector();
            let halves = this.data(bytes(0x0f));
            this.vec3(Op::PAND, low, a, halves);
            this.masm.vector_shift_imm(Op::PSRLW, SCRATCH, a, 4);
            this.vec3(Op::PAND, SCRATCH, SCRATCH, halves);
            this.load_data(dst, COUNTS);
            this.vec3(Op::PSHUFB, dst, dst, low);
            this.load_data(low, COUNTS);
            this.vec3(Op::PSHUFB, low, low, SCRATCH);
            this.vec3(Op::PADDB, dst, dst, low);
            this.release_reg(low);
        });
    }

    pub(super) fn binary_sequence(&mut self, kind: BinaryKind) {
        use BinaryKind as K;
        if self.compare_sequence(kind) {
            return;
        }
        if let Some(product) = product(kind) {
            return self.multiply_widened(&product);
        }
        match kind {
            K::I8x16Swizzle => self.swizzle(),
            K::I64x2Mul => self.multiply_quads(),
            K::I16x8Q15MulrSatS => self.apart2(|this, dst, a, b| {
                // −1 times −1 is the one product that is −1 where it must be just below 1.
                this.vec3(Op::PMULHRSW, dst, a, b);
                this.load_data(SCRATCH, words(0x8000));
                this.vec3(Op::PCMPEQW, SCRATCH, SCRATCH, dst);
                this.vec3(Op::PXOR, dst, dst, SCRATCH);
            }),
            K::I16x8DotI8x16S => self.apart2(Self::dot_signed),
            _ => self.float_binary_sequence(kind),
        }
    }

    /// `dst` = sums of the products of neighbours.
    pub(super) fn dot_signed(&mut self, dst: Reg, a: Reg, b: Reg) {
        let high = self.alloc_vector();
        self.vec2(Op::PMOVSXBW, dst, a);
        self.vec2(Op::PMOVSXBW, SCRATCH, b);
        self.vec3(Op::PMULLW, dst, dst, SCRATCH);
        self.upper_half(high, a);
        self.vec2(Op::PMOVSXBW, high, high);
        self.upper_half(SCRATCH, b);
        self.vec2(Op::PMOVSXBW, SCRATCH, SCRATCH);
        self.vec3(Op::PMULLW, high, high, SCRATCH);
        self.vec3(Op::PHADDW, dst, dst, high);
        self.release_reg(high);
    }

    /// Products of lanes of 64 bits, from those of their halves.
    fn multiply_quads(&mut self) {
        self.apart2(|this, dst, a, b| {
            this.masm.vector_shift_imm(Op::PSRLQ, SCRATCH, a, 32);
            this.vec3(Op::PMULUDQ, SCRATCH, SCRATCH, b);
            this.masm.vector_shift_imm(Op::PSRLQ, dst, b, 32);
            this.vec3(Op::PMULUDQ, dst, dst, a);
            this.vec3(Op::PADDQ, SCRATCH, SCRATCH, dst);
            this.masm.vector_shift_imm(Op::PSLLQ, SCRATCH, SCRATCH, 32);
            this.vec3(Op::PMULUDQ, dst, a, b);
            this.vec3(Op::PADDQ, dst, dst, SCRATCH);
        });
    }

    fn multiply_widened(&mut self, product: &Product) {
        self.apart2(|this, dst, a, b| match *product {
            Product::Bytes(extend, upper) => {
                let (mut from_a, mut from_b) = (a, b);
                if upper {
                    this.upper_half(dst, a);
                    this.upper_half(SCRATCH, b);
                    (from_a, from_b) = (dst, SCRATCH);
                }
                this.vec2(extend, dst, from_a);
                this.vec2(extend, SCRATCH, from_b);
                this.vec3(Op::PMULLW, dst, dst, SCRATCH);
            }
            Product::Words(multiply_high, unpack) => {
                this.vec3(multiply_high, SCRATCH, a, b);
                this.vec3(Op::PMULLW, dst, a, b);
                this.vec3(unpack, dst, dst, SCRATCH);
            }
            Product::Doubles(multiply, order) => {
                this.masm.vector_unary_imm(Op::PSHUFD, dst, a.into(), order);
                this.masm
                    .vector_unary_imm(Op::PSHUFD, SCRATCH, b.into(), order);
                this.vec3(multiply, dst, dst, SCRATCH);
            }
        });
    }

    /// `i8x16.swizzle`: numbers from 16 on get their highest bit set.
    fn swizzle(&mut self) {
        const TO_TOP: u128 = bytes(0x70);
        let top = self.stack.last().copied();
        if let Some(order) = top.and_then(|top| self.vector_of(top)) {
            self.pop();
            let order = order.map(|lane| if lane < 16 { lane } else { 0x80 });
            return self.shuffle_one(order);
        }
        let known = |top: Entry| match (top.value, self.tested) {
            (Value::Reg(reg), Some((known, _, at))) => reg == known && at == self.masm.pos(),
            _ => false,
        };
        if top.is_some_and(known) {
            return self.one_of_two(Form::plain(Op::PSHUFB));
        }
        self.apart2(|this, dst, a, b| {
            let to_top = this.data(TO_TOP);
            this.vec3(Op::PADDUSB, SCRATCH, b, to_top);
            this.vec3(Op::PSHUFB, dst, a, SCRATCH);
        });
    }

    /// `dst` = a count of bits, less than the width of lanes, in a vector register.
    pub(super) fn count_in_vector(&mut self, dst: Reg, count: Reg, mask: i32, more: i32) {
        self.masm.mov(Size::S32, Reg::R11, count);
        self.masm
            .alu(Alu::And, Size::S32, Reg::R11, Operand::Imm(mask));
        if more != 0 {
            self.masm
                .alu(Alu::Add, Size::S32, Reg::R11, Operand::Imm(more));
        }
        self.vec2(Op::MOVD, dst, Reg::R11);
    }
}
