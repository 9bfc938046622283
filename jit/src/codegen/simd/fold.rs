//! Vectors in memory as operands: a load that the next operator reads is not an instruction, with AVX.
//!
//! Both are compiled together with the load, and the operators are then skipped. What is loaded may fault; nothing that
//! can be seen has happened then but what stands before the load.

use selvedge_vm::native::SiteKind;
use selvedge_vm::ops::simd::{BinaryKind, FloatLanes};

use super::super::Codegen;
use super::super::ahead::{LOCAL_GET, leb_len, read_leb};
use super::super::memory::Address;
use super::super::stack::Entry;
use super::table::{self, Shape};
use crate::cpu::CpuFeatures;
use crate::masm::{Op, Source};
use crate::regs::Class;

const VECTOR: u8 = 0xfd;

/// An operator of two vectors that is one instruction.
struct Foldable {
    op: Op,
    shape: Shape,
    nan_lanes: Option<FloatLanes>,
}

/// The operators whose second operand a load may be, by what stands behind [`VECTOR`].
const fn foldable(opcode: u32) -> Option<BinaryKind> {
    use BinaryKind as K;
    Some(match opcode {
        0x23 => K::I8x16Eq,
        0x2d => K::I16x8Eq,
        0x37 => K::I32x4Eq,
        0x4e => K::V128And,
        0x50 => K::V128Or,
        0x51 => K::V128Xor,
        0x6e => K::I8x16Add,
        0x6f => K::I8x16AddSatS,
        0x70 => K::I8x16AddSatU,
        0x71 => K::I8x16Sub,
        0x72 => K::I8x16SubSatS,
        0x73 => K::I8x16SubSatU,
        0x76 => K::I8x16MinS,
        0x77 => K::I8x16MinU,
        0x78 => K::I8x16MaxS,
        0x79 => K::I8x16MaxU,
        0x7b => K::I8x16AvgrU,
        0x8e => K::I16x8Add,
        0x8f => K::I16x8AddSatS,
        0x90 => K::I16x8AddSatU,
        0x91 => K::I16x8Sub,
        0x92 => K::I16x8SubSatS,
        0x93 => K::I16x8SubSatU,
        0x95 => K::I16x8Mul,
        0x96 => K::I16x8MinS,
        0x97 => K::I16x8MinU,
        0x98 => K::I16x8MaxS,
        0x99 => K::I16x8MaxU,
        0x9b => K::I16x8AvgrU,
        0xae => K::I32x4Add,
        0xb1 => K::I32x4Sub,
        0xb5 => K::I32x4Mul,
        0xb6 => K::I32x4MinS,
        0xb7 => K::I32x4MinU,
        0xb8 => K::I32x4MaxS,
        0xb9 => K::I32x4MaxU,
        0xba => K::I32x4DotI16x8S,
        0xce => K::I64x2Add,
        0xd1 => K::I64x2Sub,
        0xe4 => K::F32x4Add,
        0xe5 => K::F32x4Sub,
        0xe6 => K::F32x4Mul,
        0xe7 => K::F32x4Div,
        0xf0 => K::F64x2Add,
        0xf1 => K::F64x2Sub,
        0xf2 => K::F64x2Mul,
        0xf3 => K::F64x2Div,
        _ => return None,
    })
}

/// The operator at the beginning of `next`, if a load may be its second operand.
fn binary(next: &[u8]) -> Option<BinaryKind> {
    let (&VECTOR, rest) = next.split_first()? else {
        return None;
    };
    foldable(read_leb(rest)?)
}

impl<'a> Codegen<'a> {
    /// Makes a load the operand of what is behind it, if that takes one. Returns whether it does.
    pub(super) fn fold_vector_load(&mut self, address: &Address, index: Entry) -> bool {
        if !self.has(CpuFeatures::AVX) || !self.options.fuse || !address.faults {
            return false;
        }
        let next = self.next_operators();
        if let Some(form) = self.foldable_form(next) {
            self.fold_into(form, next, address, index);
            return true;
        }
        // A local in between is the other operand, if their order does not matter.
        if let [LOCAL_GET, local @ ..] = next
            && let Some(number) = read_leb(local)
            && let Some(behind) = local.get(leb_len(local)..)
            && let Some(form) = self.foldable_form(behind)
            && form.shape == Shape::Commutes
        {
            self.compile_local_get(number);
            self.skip_next += 1;
            self.fold_into(form, behind, address, index);
            return true;
        }
        false
    }

    /// What the operator at the beginning of `next` is, if a load may be its second operand.
    fn foldable_form(&self, next: &[u8]) -> Option<Foldable> {
        let kind = binary(next)?;
        let form = table::binary(kind, self.masm.cpu)?;
        Some(Foldable {
            op: form.op,
            shape: form.shape,
            nan_lanes: kind.nan_lanes(),
        })
    }

    /// Compiles the operator that `rest` begins with, of the top entry and what a load reads.
    fn fold_into(&mut self, form: Foldable, rest: &'a [u8], address: &Address, index: Entry) {
        self.rest = rest;
        self.skip_next += 1;
        let first = self.pop();
        let left = self.use_reg(first);
        let dst = match self.hint(Class::Float) {
            Some(pin) => pin,
            None if self.may_overwrite(left) => left,
            None => self.alloc_vector(),
        };
        let at = self.masm.pos();
        self.vec3(form.op, dst, left, Source::Mem(address.mem));
        self.site(at, SiteKind::Memory);
        self.release(index);
        self.push_vector_reg(dst);
        self.canonicalise_top(form.nan_lanes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_are_operands_of_what_takes_memory_second() {
        for opcode in 0..0x114 {
            let Some(kind) = foldable(opcode) else {
                continue;
            };
            let form = table::binary(kind, CpuFeatures::all()).expect("it is one instruction");
            assert!(
                form.shape != Shape::Swapped && form.imm.is_none(),
                "{kind:?}"
            );
        }
        assert_eq!(binary(&[VECTOR, 0xae, 0x01]), Some(BinaryKind::I32x4Add));
        assert_eq!(binary(&[VECTOR, 0x0c]), None);
    }
}
