//! Vector operators.
//!
//! A row of `selvedge_vm::ops::simd` is either one instruction (`table`) or a sequence, which is written here once
//! for SSE4.1 and AVX: each instruction is thought of with three operands, and the assembler emits a move
//! where there are but two. So a result is never written to a register that is read later in the sequence.
//! `xmm15` is scratch within an operator.
//!
//! Constant vectors stand behind the code, aligned, so that instructions may read them in either form. Other
//! vectors in memory are operands with AVX only, for which alignment does not matter.

mod compare;
mod float;
mod fold;
mod int;
mod keep;
mod lanes;
mod memory;
mod relaxed;
mod shift;
mod shuffle;
mod table;
mod visit;

use selvedge_vm::ops::simd::{BinaryKind, UnaryKind, V128};
use selvedge_vm::types::ValType;

pub(super) use self::keep::Kept;
use self::table::{Form, Shape};
use super::Codegen;
use super::ahead::{leb_len, read_leb};
use super::stack::{Entry, Value};
use crate::cpu::CpuFeatures;
use crate::masm::{Mem, Op, Size, Source};
use crate::regs::{Class, Reg};
use crate::sink::Chain;

impl From<Reg> for Source {
    fn from(reg: Reg) -> Self {
        Self::Reg(reg)
    }
}

/// `v128.any_true`.
const ANY_TRUE: [u8; 2] = [0xfd, 0x53];

/// Scratch within an operator.
const SCRATCH: Reg = Reg::XMM15;

impl Codegen<'_> {
    fn has(&self, features: CpuFeatures) -> bool {
        self.masm.cpu.contains(features)
    }

    /// The number of a constant vector.
    fn vector_constant(&mut self, value: u128) -> u32 {
        // Looking further back would make the work quadratic in hostile code.
        const NEAR: usize = 32;
        let first = self.vectors.len().saturating_sub(NEAR);
        let found = self.vectors[first..].iter().position(|&(v, _)| v == value);
        let number = found.map_or_else(
            || {
                self.vectors.push((value, Chain::default()));
                self.vectors.len() - 1
            },
            |at| first + at,
        );
        number as u32
    }

    /// A constant vector as an instruction's last operand.
    fn data(&mut self, value: u128) -> Source {
        Source::Data(self.vector_constant(value))
    }

    /// Lets the field that ends here lead to the constant that `source` is, if it is one.
    fn link_data(&mut self, source: Source) {
        if let Source::Data(number) = source {
            let chain = &mut self.vectors[number as usize].1;
            self.masm.sink.link(chain);
        }
    }

    /// Sets a register to the constant vector `number`. Leaves the flags alone.
    pub(super) fn load_vector_constant(&mut self, dst: Reg, number: u32) {
        match self.vectors[number as usize].0 {
            0 => self.masm.zero_float(dst),
            u128::MAX => self.masm.ones_vector(dst),
            _ => {
                self.masm.load_vector_data(dst);
                self.link_data(Source::Data(number));
            }
        }
    }

    /// Sets a register to a constant vector.
    fn load_data(&mut self, dst: Reg, value: u128) {
        let number = self.vector_constant(value);
        self.load_vector_constant(dst, number);
    }

    /// Emits the constant vectors that instructions read from behind the code.
    pub(super) fn emit_vectors(&mut self) {
        for (value, chain) in std::mem::take(&mut self.vectors) {
            if chain != Chain::default() {
                self.masm.align(16);
                self.masm.bind(chain);
                self.masm.quad(value as u64);
                self.masm.quad((value >> 64) as u64);
            }
        }
    }

    /// `dst = a <op> b`; `b` may be in `dst` only if `a` is too.
    fn vec3(&mut self, op: Op, dst: Reg, a: Reg, b: impl Into<Source>) {
        let b = b.into();
        self.masm.vector(op, dst, a, b);
        self.link_data(b);
    }

    /// `dst = <op> src`.
    fn vec2(&mut self, op: Op, dst: Reg, src: impl Into<Source>) {
        let src = src.into();
        self.masm.vector_unary(op, dst, src);
        self.link_data(src);
    }

    pub(super) fn push_vector(&mut self, value: V128) {
        let number = self.vector_constant(u128::from_le_bytes(value));
        self.push(ValType::V128, Value::Vector(number));
    }

    /// The constant that an entry is, if it is one.
    fn vector_of(&self, entry: Entry) -> Option<V128> {
        match entry.value {
            Value::Vector(number) => Some(self.vectors[number as usize].0.to_le_bytes()),
            _ => None,
        }
    }

    /// Where a popped operand is, if that is in its slot or a local's.
    fn memory_of(&self, entry: Entry) -> Option<Mem> {
        match entry.value {
            Value::Slot => Some(entry.mem()),
            Value::Local { local, .. } if self.pins.pin(local).is_none() => {
                Some(Mem::slot(self.layout.local(local)))
            }
            _ => None,
        }
    }

    /// A popped vector as an instruction's last operand. Simple constants go to the scratch register.
    fn vector_source(&mut self, entry: Entry, may_be_data: bool) -> Source {
        if self.has(CpuFeatures::AVX)
            && self.is_in_memory(entry)
            && let Some(mem) = self.memory_of(entry)
        {
            return Source::Mem(mem);
        }
        match entry.value {
            Value::Vector(number) => match self.vectors[number as usize].0 {
                0 | u128::MAX => {
                    self.load_vector_constant(SCRATCH, number);
                    Source::Reg(SCRATCH)
                }
                _ if may_be_data => Source::Data(number),
                _ => Source::Reg(self.use_reg(entry)),
            },
            _ => Source::Reg(self.use_reg(entry)),
        }
    }

    /// A register for a vector that is written before `others` are read for the last time: the pin that the next
    /// operator sets, unless it is one of them, or a new one.
    fn vector_apart(&mut self, others: &[Reg]) -> Reg {
        match self.hint(Class::Float) {
            Some(pin) if !others.contains(&pin) => pin,
            _ => self.alloc_vector(),
        }
    }

    /// A register for a vector that is written when `src` is read for the last time.
    fn vector_over(&mut self, src: Source) -> Reg {
        match (self.hint(Class::Float), src) {
            (Some(pin), _) => pin,
            (None, Source::Reg(src)) if self.may_overwrite(src) => src,
            _ => self.alloc_vector(),
        }
    }

    /// Pushes a vector that the operator has computed.
    fn push_vector_reg(&mut self, dst: Reg) {
        self.kept.forget(dst);
        self.push_reg(ValType::V128, dst);
    }

    /// A result of two vectors, of which neither may be in the result's register.
    fn apart2(&mut self, emit: impl FnOnce(&mut Self, Reg, Reg, Reg)) {
        let (b, a) = (self.pop(), self.pop());
        let b = self.use_reg(b);
        let a = self.use_reg(a);
        let dst = self.vector_apart(&[a, b]);
        emit(self, dst, a, b);
        self.push_vector_reg(dst);
    }

    /// A result of one vector, which may not be in the result's register.
    fn apart1(&mut self, emit: impl FnOnce(&mut Self, Reg, Reg)) {
        let a = self.pop();
        let a = self.use_reg(a);
        let dst = self.vector_apart(&[a]);
        emit(self, dst, a);
        self.push_vector_reg(dst);
    }

    /// An operator of one vector.
    fn compile_vector_unary(&mut self, kind: UnaryKind) {
        let kind = kind.resolve(self.options.relaxed);
        let top = self.stack.last().copied();
        if kind.nan_lanes().is_none()
            && let Some(a) = top.and_then(|top| self.vector_of(top))
        {
            self.pop();
            return self.push_vector(kind.eval(a));
        }
        match table::unary(kind) {
            Some(form) => self.one_of_one(form),
            None => self.unary_sequence(kind),
        }
        self.canonicalise_top(kind.nan_lanes());
    }

    fn one_of_one(&mut self, form: Form) {
        let a = self.pop();
        let src = self.vector_source(a, form.imm.is_none());
        let dst = self.vector_over(src);
        match form.imm {
            None => self.vec2(form.op, dst, src),
            Some(imm) => self.masm.vector_unary_imm(form.op, dst, src, imm),
        }
        self.push_vector_reg(dst);
    }

    /// An operator of two vectors.
    fn compile_vector_binary(&mut self, kind: BinaryKind) {
        let mut kind = kind.resolve(self.options.relaxed);
        if let (BinaryKind::V128AndNot, Some(top)) = (kind, self.stack.last().copied())
            && let Some(mask) = self.vector_of(top)
        {
            // Constants are better inverted here.
            self.pop();
            self.push_vector(mask.map(|byte| !byte));
            kind = BinaryKind::V128And;
        }
        if kind == BinaryKind::V128And
            && self.options.fuse
            && self.next_operators().starts_with(&ANY_TRUE)
        {
            return self.test_both();
        }
        if let [.., a, b] = *self.stack
            && kind.nan_lanes().is_none()
            && let (Some(a), Some(b)) = (self.vector_of(a), self.vector_of(b))
        {
            self.pop();
            self.pop();
            return self.push_vector(kind.eval(a, b));
        }
        match table::binary(kind, self.masm.cpu) {
            Some(form) => self.one_of_two(form),
            None => self.binary_sequence(kind),
        }
        self.canonicalise_top(kind.nan_lanes());
    }

    /// An operator of two vectors that is one instruction.
    fn one_of_two(&mut self, form: Form) {
        let (b, a) = (self.pop(), self.pop());
        let (a, b) = match form.shape {
            Shape::Swapped => (b, a),
            Shape::Commutes => self.order_vectors(a, b),
            Shape::Plain => (a, b),
        };
        let right = self.vector_source(b, form.imm.is_none());
        let (dst, left) = self.result_of_left(a, right);
        match form.imm {
            None => self.vec3(form.op, dst, left, right),
            Some(imm) => self.masm.vector_imm(form.op, dst, left, right, imm),
        }
        let numbers_lanes = |mask: V128| mask.iter().all(|byte| byte & 0x70 == 0);
        if form.op == Op::PAND && self.vector_of(b).is_some_and(numbers_lanes) {
            self.tested = Some((dst, Size::S64, self.masm.pos()));
        }
        self.push_vector_reg(dst);
    }

    /// Registers for the result and the first operand of an instruction: the same one, if it has but two operands.
    fn result_of_left(&mut self, a: Entry, right: Source) -> (Reg, Reg) {
        if self.has(CpuFeatures::AVX) {
            let left = self.use_reg(a);
            let dst = match (self.hint(Class::Float), right) {
                (Some(pin), _) => pin,
                _ if self.may_overwrite(left) => left,
                (None, Source::Reg(right)) if right.is_float() && self.may_overwrite(right) => {
                    right
                }
                _ => self.alloc_vector(),
            };
            return (dst, left);
        }
        let dst = match self.hint(Class::Float) {
            Some(pin) if right != Source::Reg(pin) => {
                self.move_to(a, pin);
                self.release(a);
                pin
            }
            _ => self.own_reg(a),
        };
        (dst, dst)
    }

    /// Orders operands so that constants and memory come second, and first what the result may overwrite.
    fn order_vectors(&self, a: Entry, b: Entry) -> (Entry, Entry) {
        let is_second =
            |entry: &Entry| matches!(entry.value, Value::Vector(_)) || self.is_in_memory(*entry);
        let hint = self.hint(Class::Float);
        let overwritten = |entry: &Entry| match entry.value {
            Value::Reg(_) => true,
            Value::Local { local, .. } => hint.is_some() && self.pins.pin(local) == hint,
            _ => false,
        };
        let exchange = match (is_second(&a), is_second(&b)) {
            (true, false) => true,
            (false, false) => overwritten(&b) && !overwritten(&a),
            _ => false,
        };
        if exchange { (b, a) } else { (a, b) }
    }
}

/// How long a vector operator is behind its first byte, if it is not cut off.
pub(super) fn operator_len(rest: &[u8]) -> usize {
    let opcode_len = leb_len(rest);
    let behind = rest.get(opcode_len..).unwrap_or(&[]);
    let immediates = match read_leb(rest) {
        // Loads and stores: alignment, perhaps a memory, and an offset.
        Some(0x00..=0x0b | 0x5c | 0x5d) => memarg_len(behind),
        // With a lane besides.
        Some(0x54..=0x5b) => memarg_len(behind) + 1,
        Some(0x0c | 0x0d) => 16,
        Some(0x15..=0x22) => 1,
        _ => 0,
    };
    opcode_len + immediates
}

fn memarg_len(bytes: &[u8]) -> usize {
    const HAS_MEMORY: u32 = 0x40;
    let numbers = match read_leb(bytes) {
        Some(align) if align & HAS_MEMORY != 0 => 3,
        _ => 2,
    };
    (0..numbers).fold(0, |at, _| at + leb_len(bytes.get(at..).unwrap_or(&[])))
}

#[cfg(test)]
mod tests {
    use super::operator_len;

    #[test]
    fn operators_are_as_long_as_their_immediates_say() {
        // `v128.load offset=300`, `i32x4.add`, `i8x16.extract_lane_s 3`, `v128.load8_lane memory=1 offset=0 5`.
        assert_eq!(operator_len(&[0x00, 0x04, 0xac, 0x02, 0x21]), 4);
        assert_eq!(operator_len(&[0xae, 0x01, 0x21]), 2);
        assert_eq!(operator_len(&[0x15, 0x03, 0x21]), 2);
        assert_eq!(operator_len(&[0x54, 0x40, 0x01, 0x00, 0x05, 0x21]), 5);
        assert_eq!(operator_len(&[0x0c]), 17);
    }
}
