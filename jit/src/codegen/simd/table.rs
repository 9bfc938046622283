//! The operators that are one instruction.

use selvedge_vm::ops::simd::{BinaryKind, UnaryKind};

use crate::cpu::CpuFeatures;
use crate::masm::Op;

/// How an operator's vectors become an instruction's operands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// In their order.
    Plain,
    /// The second one comes first.
    Swapped,
    /// In either order.
    Commutes,
}

/// An operator that is one instruction.
#[derive(Copy, Clone, Debug)]
pub(super) struct Form {
    pub(super) op: Op,
    pub(super) shape: Shape,
    pub(super) imm: Option<u8>,
}

impl Form {
    /// An instruction whose operands are in order.
    pub(super) const fn plain(op: Op) -> Self {
        form(op, Shape::Plain)
    }
}

const fn form(op: Op, shape: Shape) -> Form {
    Form {
        op,
        shape,
        imm: None,
    }
}

/// A comparison of floats by the number of its predicate.
const fn compare(op: Op, shape: Shape, predicate: u8) -> Form {
    Form {
        op,
        shape,
        imm: Some(predicate),
    }
}

/// A rounding, which raises no exceptions: 0 nearest, 1 down, 2 up, 3 to zero.
const fn round(op: Op, mode: u8) -> Form {
    Form {
        op,
        shape: Shape::Plain,
        imm: Some(mode | 8),
    }
}

/// The predicates of `cmpps`. The greater operand comes first where there is none.
const EQUAL: u8 = 0;
const LESS: u8 = 1;
const LESS_OR_EQUAL: u8 = 2;
const NOT_EQUAL: u8 = 4;

/// The instruction that an operator of one vector is.
pub(super) const fn unary(kind: UnaryKind) -> Option<Form> {
    use UnaryKind as K;
    let op = match kind {
        K::I8x16Abs => Op::PABSB,
        K::I16x8Abs => Op::PABSW,
        K::I32x4Abs => Op::PABSD,
        K::I16x8ExtendLowI8x16S => Op::PMOVSXBW,
        K::I16x8ExtendLowI8x16U => Op::PMOVZXBW,
        K::I32x4ExtendLowI16x8S => Op::PMOVSXWD,
        K::I32x4ExtendLowI16x8U => Op::PMOVZXWD,
        K::I64x2ExtendLowI32x4S => Op::PMOVSXDQ,
        K::I64x2ExtendLowI32x4U => Op::PMOVZXDQ,
        K::F32x4Sqrt => Op::SQRTPS,
        K::F64x2Sqrt => Op::SQRTPD,
        K::F32x4ConvertI32x4S => Op::CVTDQ2PS,
        K::F64x2ConvertLowI32x4S => Op::CVTDQ2PD,
        K::F32x4DemoteF64x2Zero => Op::CVTPD2PS,
        K::F64x2PromoteLowF32x4 => Op::CVTPS2PD,
        K::I32x4RelaxedTruncF32x4S => Op::CVTTPS2DQ,
        K::I32x4RelaxedTruncF64x2SZero => Op::CVTTPD2DQ,
        K::F32x4Nearest => return Some(round(Op::ROUNDPS, 0)),
        K::F32x4Floor => return Some(round(Op::ROUNDPS, 1)),
        K::F32x4Ceil => return Some(round(Op::ROUNDPS, 2)),
        K::F32x4Trunc => return Some(round(Op::ROUNDPS, 3)),
        K::F64x2Nearest => return Some(round(Op::ROUNDPD, 0)),
        K::F64x2Floor => return Some(round(Op::ROUNDPD, 1)),
        K::F64x2Ceil => return Some(round(Op::ROUNDPD, 2)),
        K::F64x2Trunc => return Some(round(Op::ROUNDPD, 3)),
        _ => return None,
    };
    Some(form(op, Shape::Plain))
}

/// The instruction that an operator of two vectors is, with SSE4.1 and what else the processor has.
pub(super) const fn binary(kind: BinaryKind, cpu: CpuFeatures) -> Option<Form> {
    use BinaryKind as K;
    use Shape::{Commutes, Plain, Swapped};
    Some(match kind {
        K::V128And => form(Op::PAND, Commutes),
        K::V128AndNot => form(Op::PANDN, Swapped),
        K::V128Or => form(Op::POR, Commutes),
        K::V128Xor => form(Op::PXOR, Commutes),
        K::I8x16RelaxedSwizzle => form(Op::PSHUFB, Plain),
        K::I8x16Eq => form(Op::PCMPEQB, Commutes),
        K::I8x16LtS => form(Op::PCMPGTB, Swapped),
        K::I8x16GtS => form(Op::PCMPGTB, Plain),
        K::I16x8Eq => form(Op::PCMPEQW, Commutes),
        K::I16x8LtS => form(Op::PCMPGTW, Swapped),
        K::I16x8GtS => form(Op::PCMPGTW, Plain),
        K::I32x4Eq => form(Op::PCMPEQD, Commutes),
        K::I32x4LtS => form(Op::PCMPGTD, Swapped),
        K::I32x4GtS => form(Op::PCMPGTD, Plain),
        K::I64x2Eq => form(Op::PCMPEQQ, Commutes),
        K::I64x2LtS if cpu.contains(CpuFeatures::SSE42) => form(Op::PCMPGTQ, Swapped),
        K::I64x2GtS if cpu.contains(CpuFeatures::SSE42) => form(Op::PCMPGTQ, Plain),
        K::F32x4Eq => compare(Op::CMPPS, Commutes, EQUAL),
        K::F32x4Ne => compare(Op::CMPPS, Commutes, NOT_EQUAL),
        K::F32x4Lt => compare(Op::CMPPS, Plain, LESS),
        K::F32x4Gt => compare(Op::CMPPS, Swapped, LESS),
        K::F32x4Le => compare(Op::CMPPS, Plain, LESS_OR_EQUAL),
        K::F32x4Ge => compare(Op::CMPPS, Swapped, LESS_OR_EQUAL),
        K::F64x2Eq => compare(Op::CMPPD, Commutes, EQUAL),
        K::F64x2Ne => compare(Op::CMPPD, Commutes, NOT_EQUAL),
        K::F64x2Lt => compare(Op::CMPPD, Plain, LESS),
        K::F64x2Gt => compare(Op::CMPPD, Swapped, LESS),
        K::F64x2Le => compare(Op::CMPPD, Plain, LESS_OR_EQUAL),
        K::F64x2Ge => compare(Op::CMPPD, Swapped, LESS_OR_EQUAL),
        K::I8x16Add => form(Op::PADDB, Commutes),
        K::I8x16Sub => form(Op::PSUBB, Plain),
        K::I8x16AddSatS => form(Op::PADDSB, Commutes),
        K::I8x16AddSatU => form(Op::PADDUSB, Commutes),
        K::I8x16SubSatS => form(Op::PSUBSB, Plain),
        K::I8x16SubSatU => form(Op::PSUBUSB, Plain),
        K::I8x16AvgrU => form(Op::PAVGB, Commutes),
        K::I8x16MinS => form(Op::PMINSB, Commutes),
        K::I8x16MinU => form(Op::PMINUB, Commutes),
        K::I8x16MaxS => form(Op::PMAXSB, Commutes),
        K::I8x16MaxU => form(Op::PMAXUB, Commutes),
        K::I16x8Add => form(Op::PADDW, Commutes),
        K::I16x8Sub => form(Op::PSUBW, Plain),
        K::I16x8Mul => form(Op::PMULLW, Commutes),
        K::I16x8AddSatS => form(Op::PADDSW, Commutes),
        K::I16x8AddSatU => form(Op::PADDUSW, Commutes),
        K::I16x8SubSatS => form(Op::PSUBSW, Plain),
        K::I16x8SubSatU => form(Op::PSUBUSW, Plain),
        K::I16x8AvgrU => form(Op::PAVGW, Commutes),
        K::I16x8MinS => form(Op::PMINSW, Commutes),
        K::I16x8MinU => form(Op::PMINUW, Commutes),
        K::I16x8MaxS => form(Op::PMAXSW, Commutes),
        K::I16x8MaxU => form(Op::PMAXUW, Commutes),
        K::I32x4Add => form(Op::PADDD, Commutes),
        K::I32x4Sub => form(Op::PSUBD, Plain),
        K::I32x4Mul => form(Op::PMULLD, Commutes),
        K::I32x4MinS => form(Op::PMINSD, Commutes),
        K::I32x4MinU => form(Op::PMINUD, Commutes),
        K::I32x4MaxS => form(Op::PMAXSD, Commutes),
        K::I32x4MaxU => form(Op::PMAXUD, Commutes),
        K::I64x2Add => form(Op::PADDQ, Commutes),
        K::I64x2Sub => form(Op::PSUBQ, Plain),
        K::I8x16NarrowI16x8S => form(Op::PACKSSWB, Plain),
        K::I8x16NarrowI16x8U => form(Op::PACKUSWB, Plain),
        K::I16x8NarrowI32x4S => form(Op::PACKSSDW, Plain),
        K::I16x8NarrowI32x4U => form(Op::PACKUSDW, Plain),
        K::I32x4DotI16x8S => form(Op::PMADDWD, Commutes),
        K::I16x8RelaxedQ15mulrS => form(Op::PMULHRSW, Commutes),
        K::I16x8RelaxedDotI8x16I7x16S => form(Op::PMADDUBSW, Swapped),
        K::F32x4Add => form(Op::ADDPS, Commutes),
        K::F32x4Sub => form(Op::SUBPS, Plain),
        K::F32x4Mul => form(Op::MULPS, Commutes),
        K::F32x4Div => form(Op::DIVPS, Plain),
        // Of NaNs and equals these give the second operand.
        K::F32x4PMin => form(Op::MINPS, Swapped),
        K::F32x4PMax => form(Op::MAXPS, Swapped),
        K::F32x4RelaxedMin => form(Op::MINPS, Plain),
        K::F32x4RelaxedMax => form(Op::MAXPS, Plain),
        K::F64x2Add => form(Op::ADDPD, Commutes),
        K::F64x2Sub => form(Op::SUBPD, Plain),
        K::F64x2Mul => form(Op::MULPD, Commutes),
        K::F64x2Div => form(Op::DIVPD, Plain),
        K::F64x2PMin => form(Op::MINPD, Swapped),
        K::F64x2PMax => form(Op::MAXPD, Swapped),
        K::F64x2RelaxedMin => form(Op::MINPD, Plain),
        K::F64x2RelaxedMax => form(Op::MAXPD, Plain),
        _ => return None,
    })
}
