//! Fusing an integer operator with the instruction before it.

use selvedge_vm::types::ValType;

use super::Lowering;
use super::control::{Depth, Fixup};
use super::emit::{fields, halves};
use super::last::{Last, LastKind};
use super::operand::{Operand, Place, to_imm};
use crate::Optimisations;
use crate::exec::compare::CmpInfo;
use crate::exec::fused::{COPIES, Form, LOAD_BRANCHES, LOAD_PAIRS, PAIRS_32, PAIRS_64};
use crate::exec::kind::Kind;
use crate::exec::memory::LoadInfo;
use crate::exec::numeric::AluInfo;
use crate::exec::place::half_of;

/// An operand that an instruction takes from a slot, or holds in half a word.
#[derive(Copy, Clone)]
pub(super) enum Plain {
    Slot(u16),
    Half(u32),
}

impl Plain {
    /// The operand in this form, if it can be had without any code.
    pub fn of(operand: Operand) -> Option<Self> {
        match operand.place {
            Place::Const(bits) => half_of(operand.ty, bits).map(Self::Half),
            _ if operand.in_slot => u16::try_from(operand.home).ok().map(Self::Slot),
            _ => None,
        }
    }

    pub fn is_constant(self) -> bool {
        matches!(self, Self::Half(_))
    }

    pub fn slot(self) -> u16 {
        match self {
            Self::Slot(slot) => slot,
            Self::Half(_) => 0,
        }
    }

    pub fn half(self) -> u32 {
        match self {
            Self::Slot(_) => 0,
            Self::Half(half) => half,
        }
    }
}

impl Lowering<'_> {
    /// Emits `op` together with the operator whose result is one of its operands, if that one is
    /// the last instruction and there are handlers for the pair.
    pub(super) fn emit_alu_pair(&mut self, op: &'static AluInfo, a: Operand, b: Operand) -> bool {
        if !self.does(Optimisations::PAIRS) {
            return false;
        }
        let (last, other, swapped) = match (self.taken_by(a), self.taken_by(b)) {
            (Some(last), _) => (last, b, false),
            (None, Some(last)) => (last, a, !op.kind.commutes()),
            (None, None) => return false,
        };
        let first = match last.kind {
            LastKind::Alu(first) => first,
            LastKind::Load {
                op: load,
                sum,
                offset,
            } => {
                return self.emit_load_alu(op, last, load, sum, offset, other, swapped);
            }
            _ => return false,
        };
        // From the slot of a pinned local an operand comes later than from its register, which
        // costs what the fusion saves.
        let pinned = |operand: Operand| matches!(operand.place, Place::Pin(_));
        if pinned(last.b) || pinned(other) {
            return false;
        }
        let (Some(y), Some(z)) = (Plain::of(last.b), Plain::of(other)) else {
            return false;
        };
        let form = Form {
            y_constant: y.is_constant(),
            z_constant: z.is_constant(),
            swapped,
        };
        let pairs = match op.ty {
            ValType::I32 => &PAIRS_32,
            _ => &PAIRS_64,
        };
        let Some(rows) = pairs.find(first.kind, op.kind, form) else {
            return false;
        };
        let x = match last.a.place {
            Place::Const(_) | Place::Vector(_) => return false,
            _ if last.a.home > u32::from(u16::MAX) => return false,
            Place::Slot(_) => Kind::S,
            Place::Acc => Kind::A,
            Place::Pin(n) => super::operand::pin_kind(n),
        };
        let Some(row) = rows[x as usize] else {
            return false;
        };
        self.take_back(&last);
        let first = if x == Kind::S { last.a.home as u16 } else { 0 };
        let words = [
            fields(0, first, z.slot(), y.slot()),
            halves(y.half(), z.half()),
        ];
        self.emit_result(row, op.ty, &words[..row.acc.len() - 1]);
        true
    }

    /// The index of the load `last`, which may have a constant added, in a form that fused loads
    /// have: kind, field, constant. `None` if it is none.
    fn fused_index(&self, last: &Last, sum: bool) -> Option<(Kind, u16, Option<u32>)> {
        let constant = match last.b.place {
            Place::Const(bits) if sum => Some(bits as u32),
            _ if sum => return None,
            _ => None,
        };
        let (kind, slot) = self.plain_kind(last.a)?;
        Some((kind, slot, constant))
    }

    /// The kind of an operand that is in a register or a near slot, and the slot.
    fn plain_kind(&self, operand: Operand) -> Option<(Kind, u16)> {
        match operand.place {
            Place::Acc => Some((Kind::A, 0)),
            Place::Pin(n) => Some((super::operand::pin_kind(n), 0)),
            Place::Slot(slot) => Some((Kind::S, u16::try_from(slot).ok()?)),
            Place::Const(_) | Place::Vector(_) => None,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a load")]
    fn emit_load_alu(
        &mut self,
        op: &'static AluInfo,
        last: Last,
        load: &'static LoadInfo,
        sum: bool,
        offset: u32,
        other: Operand,
        swapped: bool,
    ) -> bool {
        if !self.does(Optimisations::LOADS) {
            return false;
        }
        let (Some(z), Ok(offset)) = (Plain::of(other), u16::try_from(offset)) else {
            return false;
        };
        let Some((kind, slot, plus)) = self.fused_index(&last, sum) else {
            return false;
        };
        let pair = LOAD_PAIRS.iter().find(|pair| {
            pair.load == load.kind
                && pair.operator == op.kind
                && pair.constant == z.is_constant()
                && pair.swapped == swapped
        });
        let Some(pair) = pair else {
            return false;
        };
        let Some(row) = pair.rows[usize::from(plus.is_some())][kind as usize] else {
            return false;
        };
        let place = self.take_back(&last);
        let words = [
            fields(0, slot, z.slot(), offset),
            halves(plus.unwrap_or(0), z.half()),
        ];
        self.buffer.mark(place.expect("a load can trap"));
        self.emit_result(row, op.ty, &words[..row.acc.len() - 1]);
        true
    }

    /// Emits a branch to `depth` by a comparison one of whose operands is a load that is the
    /// last instruction.
    pub(super) fn branch_on_load(
        &mut self,
        op: &'static CmpInfo,
        a: Operand,
        b: Operand,
        depth: Depth,
    ) -> Option<u32> {
        if !self.does(Optimisations::LOADS) {
            return None;
        }
        let (last, mut op, mut other) = match (self.taken_by(a), self.taken_by(b)) {
            (Some(last), _) => (last, op, b),
            (None, Some(last)) => (last, op.swapped, a),
            (None, None) => return None,
        };
        let LastKind::Load {
            op: load,
            sum,
            offset,
        } = last.kind
        else {
            return None;
        };
        if let Place::Const(bits) = other.place
            && !op.is_normal()
            && let Some((same, next)) = op.with_successor(bits)
        {
            other.place = Place::Const(next);
            op = same;
        }
        let field = match other.place {
            Place::Const(bits) => {
                let imm = to_imm(other.ty, bits).and_then(|imm| i16::try_from(imm).ok());
                imm.map(|imm| imm as u16)
            }
            _ => Plain::of(other).map(Plain::slot),
        };
        let field = field?;
        let constant = matches!(other.place, Place::Const(_));
        let (kind, slot, plus) = self.fused_index(&last, sum)?;
        let found = LOAD_BRANCHES
            .iter()
            .find(|branch| branch.load == load.kind && branch.cmp == op.kind);
        let branch = found.filter(|_| op.ty == ValType::I32)?;
        let back = self.is_loop(depth);
        let code = branch.codes[usize::from(back)][usize::from(constant)][kind as usize]?;
        let place = self.take_back(&last);
        self.buffer.mark(place.expect("a load can trap"));
        let words = [fields(field, slot, 0, 0), halves(offset, plus.unwrap_or(0))];
        let pos = self.buffer.push(code, &words);
        self.aim(Fixup::Branch(pos), depth);
        Some(pos)
    }

    /// Emits a store at `index` of `value`, if that is a load of the same size that is the last
    /// instruction.
    pub(super) fn copy_load(
        &mut self,
        size: u64,
        value: Operand,
        index: Operand,
        offset: u32,
    ) -> bool {
        if !self.does(Optimisations::LOADS) {
            return false;
        }
        let Some(last) = self.taken_by(value) else {
            return false;
        };
        let LastKind::Load {
            op: load,
            sum: false,
            offset: from,
        } = last.kind
        else {
            return false;
        };
        if load.kind.size != size {
            return false;
        }
        let Some((x, slot)) = self.plain_kind(last.a) else {
            return false;
        };
        if !index.in_slot || u16::try_from(index.home).is_err() {
            return false;
        }
        let table = &COPIES[size.trailing_zeros() as usize];
        let y = match index.place {
            Place::Pin(n) => super::operand::pin_kind(n),
            _ => Kind::S,
        };
        let (code, y) = match table[x as usize][y as usize] {
            Some(code) => (code, y),
            None => match table[x as usize][Kind::S as usize] {
                Some(code) => (code, Kind::S),
                None => return false,
            },
        };
        let place = self.take_back(&last);
        self.buffer.mark(place.expect("a load can trap"));
        self.buffer.mark_second(self.wasm_offset);
        let second = if y == Kind::S { index.home as u16 } else { 0 };
        let first = if x == Kind::S { slot } else { 0 };
        let words = [fields(0, first, second, 0), halves(from, offset)];
        self.buffer.push(code, &words);
        true
    }
}
