//! Lowering of numeric operators, and what of them can be fused later.

use selvedge_vm::ops::alu::{Alu, AluKind};
use selvedge_vm::ops::cmp::{CmpKind, Compare, I32Eq, I32Ne};
use selvedge_vm::ops::convert::{I32Eqz, TryUnary, Unary};
use selvedge_vm::ops::div::Div;
use selvedge_vm::ops::float::{FloatBin, FloatCompare};
use selvedge_vm::ops::{Int, Scalar};
use selvedge_vm::types::ValType;

use super::Lowering;
use super::control::Depth;
use super::emit::{fields, fields32};
use super::stack::{Operand, Place};
use crate::exec::numeric::{Bin, Cmp, DivRem, FBin, FCmp, TryUn, Un, Wide, WideOp};
use crate::exec::place::{A, I, K, S1, S2, Value as AccValue};
use crate::exec::row::{HasCode, HasRow, Row};

/// The value type of a scalar.
pub(super) fn type_of<T: Scalar>() -> ValType {
    match (T::FLOAT, T::BITS) {
        (false, 32) => ValType::I32,
        (false, _) => ValType::I64,
        (true, 32) => ValType::F32,
        (true, _) => ValType::F64,
    }
}

/// The last instruction, whose result is in the accumulator and may be needed in
/// another form: it is taken back and fused into its consumer.
#[derive(Copy, Clone)]
pub(super) struct Last {
    /// Where the code to take back begins.
    pub start: u32,
    /// Where it ends; it is the last instruction if that is where code ends.
    pub end: u32,
    /// The slot that the accumulator's value was in before.
    cached: Option<u32>,
    a: Operand,
    b: Operand,
    kind: LastKind,
}

/// Emits a branch to a label if the condition on two operands holds, or, negated, if not.
type EmitBranch = fn(&mut Lowering<'_>, Operand, Operand, bool, Depth);

/// Emits the increment of a counter, its comparison with an operand and a branch back.
type EmitCounter = fn(&mut Lowering<'_>, Counter, Operand, bool, Depth);

#[derive(Copy, Clone)]
enum LastKind {
    /// A condition: a comparison, or a bit-and.
    Condition {
        branch: EmitBranch,
        negate: bool,
        /// If one operand is a counter incremented just before: it, and the other operand.
        counter: Option<(Counter, Operand, EmitCounter)>,
    },
    /// An addition: perhaps an address, perhaps of a counter.
    Sum,
}

/// `local = local + constant`, the last instruction.
#[derive(Copy, Clone, Debug)]
pub(super) struct Counter {
    pub start: u32,
    pub end: u32,
    pub slot: u32,
    pub step: i32,
    pub ty: ValType,
}

/// Handlers of a two-operand operation by the places of its operands, with the
/// operand words.
macro_rules! by_places {
    ($self:ident, $op:ident, $o:ident, $class:tt, $a:expr, $b:expr) => {{
        let (a, b): (Operand, Operand) = ($a, $b);
        // The second operand gives up the accumulator if both are there, and the
        // first a constant's place if both are constants.
        let b_place = match (a.place, b.place) {
            (Place::Acc, Place::Acc) => Place::Slot($self.slot_of(b)),
            (_, place) => place,
        };
        let a_place = match (a.place, b_place) {
            (Place::Const(_), Place::Const(_)) => Place::Slot($self.slot_of(a)),
            (place, _) => place,
        };
        match (a_place, b_place) {
            (Place::Slot(a), Place::Slot(b)) => {
                let (a, b) = ($self.near(a), $self.near(b));
                ($op::<$o, S1, S2>::ROW, [fields(0, a, b, 0), 0], 1)
            }
            (Place::Slot(a), Place::Acc) => {
                let a = $self.near(a);
                ($op::<$o, S1, A>::ROW, [fields(0, a, 0, 0), 0], 1)
            }
            (Place::Acc, Place::Slot(b)) => {
                let b = $self.near(b);
                ($op::<$o, A, S2>::ROW, [fields(0, 0, b, 0), 0], 1)
            }
            (Place::Slot(a), Place::Const(b)) => {
                let a = $self.near(a);
                by_places!(@right $op $o $class, S1, a, b)
            }
            (Place::Acc, Place::Const(b)) => by_places!(@right $op $o $class, A, 0, b),
            (Place::Const(a), Place::Slot(b)) => {
                let b = $self.near(b);
                by_places!(@left $op $o $class, S1, b, a)
            }
            (Place::Const(a), Place::Acc) => by_places!(@left $op $o $class, A, 0, a),
            (Place::Acc, Place::Acc) | (Place::Const(_), Place::Const(_)) => {
                unreachable!("separated above")
            }
        }
    }};
    (@right $op:ident $o:ident (float), $place:ident, $slot:expr, $bits:expr) => {
        ($op::<$o, $place, K>::ROW, [fields(0, $slot, 0, 0), $bits], 2)
    };
    (@left $op:ident $o:ident (float), $place:ident, $slot:expr, $bits:expr) => {
        ($op::<$o, K, $place>::ROW, [fields(0, $slot, 0, 0), $bits], 2)
    };
    (@right $op:ident $o:ident ($int:ty), $place:ident, $slot:expr, $bits:expr) => {
        match <$int as Int>::to_imm($bits) {
            Some(imm) => ($op::<$o, $place, I>::ROW, [fields32(0, $slot, imm as u32), 0], 1),
            None => ($op::<$o, $place, K>::ROW, [fields(0, $slot, 0, 0), $bits], 2),
        }
    };
    (@left $op:ident $o:ident ($int:ty), $place:ident, $slot:expr, $bits:expr) => {
        match <$int as Int>::to_imm($bits) {
            Some(imm) => ($op::<$o, I, $place>::ROW, [fields32(0, $slot, imm as u32), 0], 1),
            None => ($op::<$o, K, $place>::ROW, [fields(0, $slot, 0, 0), $bits], 2),
        }
    };
}

impl Lowering<'_> {
    /// Emits an operation of two operands and pushes its result of type `ty`.
    /// Returns where its code begins.
    fn emit_pair(
        &mut self,
        (row, words, len): (&'static Row, [u64; 2], usize),
        ty: ValType,
    ) -> u32 {
        self.emit_result(row, ty, &words[..len])
    }

    pub(super) fn lower_alu<O: Alu>(&mut self)
    where
        O::Int: AccValue,
    {
        let (mut b, mut a) = (self.pop(), self.pop());
        if let (Place::Const(x), Place::Const(y)) = (a.place, b.place) {
            let folded = O::eval(O::Int::from_slot(x), O::Int::from_slot(y)).to_slot();
            return self.push(type_of::<O::Int>(), super::stack::Value::Const(folded));
        }
        if O::KIND.commutes()
            && (matches!(a.place, Place::Const(_))
                || (b.place == Place::Acc && a.place != Place::Acc))
        {
            (a, b) = (b, a);
        }
        let cached = self.int_acc.cached;
        let parts = by_places!(self, Bin, O, (O::Int), a, b);
        let start = self.emit_pair(parts, type_of::<O::Int>());
        let kind = match (O::KIND, O::Int::BITS) {
            (AluKind::Add, _) => LastKind::Sum,
            (AluKind::And, 32) => LastKind::Condition {
                branch: |l, a, b, n, d| l.branch_test(a, b, n, d),
                negate: false,
                counter: None,
            },
            _ => return,
        };
        self.remember(start, cached, a, b, kind);
    }

    /// Notes the instruction just emitted, so that it can be taken back.
    fn remember(
        &mut self,
        start: u32,
        cached: Option<u32>,
        a: Operand,
        b: Operand,
        kind: LastKind,
    ) {
        if self.int_acc.pending.is_some() {
            self.last = Some(Last {
                start,
                end: self.buffer.here(),
                cached,
                a,
                b,
                kind,
            });
        }
    }

    pub(super) fn lower_div<O: Div>(&mut self)
    where
        O::Int: AccValue,
    {
        let (b, a) = (self.pop(), self.pop());
        // Constants that an immediate cannot hold, and all on the left, take a slot.
        let b_place = match (a.place, b.place) {
            (Place::Acc, Place::Acc) => Place::Slot(self.slot_of(b)),
            (_, Place::Const(bits)) if O::Int::to_imm(bits).is_none() => {
                Place::Slot(self.slot_of(b))
            }
            (_, place) => place,
        };
        let a_place = match a.place {
            Place::Const(_) => Place::Slot(self.slot_of(a)),
            place => place,
        };
        let (row, word) = match (a_place, b_place) {
            (Place::Slot(a), Place::Slot(b)) => {
                let (a, b) = (self.near(a), self.near(b));
                (DivRem::<O, S1, S2>::ROW, fields(0, a, b, 0))
            }
            (Place::Slot(a), Place::Acc) => {
                (DivRem::<O, S1, A>::ROW, fields(0, self.near(a), 0, 0))
            }
            (Place::Acc, Place::Slot(b)) => {
                (DivRem::<O, A, S2>::ROW, fields(0, 0, self.near(b), 0))
            }
            (Place::Slot(a), Place::Const(b)) => {
                (DivRem::<O, S1, I>::ROW, fields32(0, self.near(a), b as u32))
            }
            (Place::Acc, Place::Const(b)) => (DivRem::<O, A, I>::ROW, fields32(0, 0, b as u32)),
            _ => unreachable!("separated above"),
        };
        self.mark();
        self.emit_result(row, type_of::<O::Int>(), &[word]);
    }

    pub(super) fn lower_cmp<O: Compare>(&mut self)
    where
        O::Int: AccValue,
    {
        let (b, a) = (self.pop(), self.pop());
        self.compare::<O>(a, b);
    }

    fn compare<O: Compare>(&mut self, a: Operand, b: Operand)
    where
        O::Int: AccValue,
    {
        let zero = b.place == Place::Const(0);
        if zero
            && matches!(O::KIND, CmpKind::Eq | CmpKind::Ne)
            && O::Int::BITS == 32
            && let Some(last) = self.condition_in(a)
        {
            return self.test_condition::<O>(last);
        }
        self.emit_cmp::<O>(a, b);
    }

    fn emit_cmp<O: Compare>(&mut self, a: Operand, b: Operand)
    where
        O::Int: AccValue,
    {
        let cached = self.int_acc.cached;
        let forward: EmitCounter = |l, c, limit, n, d| l.branch_counter::<O>(c, limit, n, d);
        let mirrored: EmitCounter =
            |l, c, limit, n, d| l.branch_counter::<O::Swapped>(c, limit, n, d);
        let counter = match (self.is_counter(a, b), self.is_counter(b, a)) {
            (Some(counter), _) => Some((counter, b, forward)),
            (None, Some(counter)) => Some((counter, a, mirrored)),
            (None, None) => None,
        };
        let parts = by_places!(self, Cmp, O, (O::Int), a, b);
        let start = self.emit_pair(parts, ValType::I32);
        let branch: EmitBranch = |l, a, b, n, d| l.branch_cmp::<O>(a, b, n, d);
        self.remember(
            start,
            cached,
            a,
            b,
            LastKind::Condition {
                branch,
                negate: false,
                counter,
            },
        );
    }

    /// The counter that `operand` reads, if it was incremented just before and
    /// `limit` suits the fused form.
    fn is_counter(&self, operand: Operand, limit: Operand) -> Option<Counter> {
        let counter = self.counter?;
        let reads = operand.in_slot && operand.home == counter.slot && operand.ty == counter.ty;
        let suits = match limit.place {
            Place::Const(bits) => limit.ty == ValType::I32 || u64::to_imm(bits).is_some(),
            _ => limit.in_slot && limit.home <= u32::from(u16::MAX),
        };
        (counter.end == self.buffer.here() && reads && suits).then_some(counter)
    }

    /// `i32.eqz`: a comparison with zero.
    pub(super) fn lower_eqz<O: Compare>(&mut self)
    where
        O::Int: AccValue,
    {
        let a = self.pop();
        let b = Operand {
            place: Place::Const(0),
            home: a.home,
            in_slot: false,
            ty: a.ty,
        };
        self.compare::<O>(a, b);
    }

    /// The condition whose value `operand` is, if it is the last instruction.
    fn condition_in(&self, operand: Operand) -> Option<Last> {
        let last = self.last?;
        let fresh = operand.place == Place::Acc && !operand.in_slot;
        (fresh && last.end == self.buffer.here() && matches!(last.kind, LastKind::Condition { .. }))
            .then_some(last)
    }

    /// Tests the last condition, just popped, for zero (`Eq`) or not (`Ne`). Its
    /// value is made as always; a branch takes both instructions back.
    fn test_condition<O: Compare>(&mut self, last: Last) {
        let row = match O::KIND {
            CmpKind::Eq => Un::<I32Eqz, A>::ROW,
            _ => Cmp::<I32Ne, A, I>::ROW,
        };
        self.emit_result(row, ValType::I32, &[0]);
        let LastKind::Condition { branch, negate, .. } = last.kind else {
            return;
        };
        let negate = negate != (O::KIND == CmpKind::Eq);
        let kind = LastKind::Condition {
            branch,
            negate,
            counter: None,
        };
        self.remember(last.start, last.cached, last.a, last.b, kind);
    }

    pub(super) fn lower_float_bin<O: FloatBin>(&mut self)
    where
        O::Float: AccValue,
    {
        let (b, a) = (self.pop(), self.pop());
        let parts = by_places!(self, FBin, O, (float), a, b);
        self.emit_pair(parts, type_of::<O::Float>());
    }

    pub(super) fn lower_float_cmp<O: FloatCompare>(&mut self)
    where
        O::Float: AccValue,
    {
        let (b, a) = (self.pop(), self.pop());
        let cached = self.int_acc.cached;
        let parts = by_places!(self, FCmp, O, (float), a, b);
        let start = self.emit_pair(parts, ValType::I32);
        let branch: EmitBranch = |l, a, b, n, d| l.branch_float_cmp::<O>(a, b, n, d);
        let kind = LastKind::Condition {
            branch,
            negate: false,
            counter: None,
        };
        self.remember(start, cached, a, b, kind);
    }

    pub(super) fn lower_unary<O: Unary>(&mut self)
    where
        O::In: AccValue,
        O::Out: AccValue,
    {
        let operand = self.pop();
        if let Place::Const(bits) = operand.place {
            let folded = O::eval(O::In::from_slot(bits)).to_slot();
            return self.push(type_of::<O::Out>(), super::stack::Value::Const(folded));
        }
        let (row, word) = match operand.place {
            Place::Acc => (Un::<O, A>::ROW, 0),
            _ => {
                let slot = self.slot_of(operand);
                (Un::<O, S1>::ROW, fields(0, self.near(slot), 0, 0))
            }
        };
        self.emit_result(row, type_of::<O::Out>(), &[word]);
    }

    pub(super) fn lower_try_unary<O: TryUnary>(&mut self)
    where
        O::In: AccValue,
        O::Out: AccValue,
    {
        let operand = self.pop();
        let (row, word) = match operand.place {
            Place::Acc => (TryUn::<O, A>::ROW, 0),
            _ => {
                let slot = self.slot_of(operand);
                (TryUn::<O, S1>::ROW, fields(0, self.near(slot), 0, 0))
            }
        };
        self.mark();
        self.emit_result(row, type_of::<O::Out>(), &[word]);
    }

    /// A wide arithmetic operator of `operands` 64-bit operands.
    pub(super) fn lower_wide<W: WideOp>(&mut self, operands: usize) {
        for at in (self.stack.len() - operands..self.stack.len()).rev() {
            self.settle(at);
        }
        self.truncate(self.stack.len() - operands);
        self.save_acc(ValType::I64);
        self.buffer
            .push(Wide::<W>::CODE, &[u64::from(self.frame_end)]);
        self.push(ValType::I64, super::stack::Value::Home);
        self.push(ValType::I64, super::stack::Value::Home);
    }

    /// The operands of the `i32.add` whose value `operand` is, taken back, if it is
    /// the last instruction and the operands suit `accept`.
    pub(super) fn take_sum(
        &mut self,
        operand: Operand,
        accept: fn(Operand, Operand) -> bool,
    ) -> Option<(Operand, Operand)> {
        let last = self.last?;
        let fresh = operand.place == Place::Acc && !operand.in_slot;
        let sum = matches!(last.kind, LastKind::Sum) && last.a.ty == ValType::I32;
        let suits = sum && accept(last.a, last.b);
        if !fresh || !suits || last.end != self.buffer.here() {
            return None;
        }
        self.take_back(&last);
        Some((last.a, last.b))
    }

    /// If the instruction at `start` is the last one and adds a constant to the value
    /// in `slot`: that counter, as it is once the sum goes to `slot`.
    pub(super) fn counter_at(&self, start: u32, slot: u32) -> Option<Counter> {
        let last = self.last?;
        let ty = last.a.ty;
        let step = match last.b.place {
            Place::Const(bits) if ty == ValType::I32 => u32::to_imm(bits)?,
            Place::Const(bits) => u64::to_imm(bits)?,
            _ => return None,
        };
        let counts = matches!(last.kind, LastKind::Sum) && last.a.in_slot && last.a.home == slot;
        let Last {
            start: last_start,
            end,
            ..
        } = last;
        (counts && last_start == start && end == self.buffer.here()).then_some(Counter {
            start,
            end,
            slot,
            step,
            ty,
        })
    }

    /// Removes the last instruction, whose result has been popped.
    fn take_back(&mut self, last: &Last) {
        self.buffer.truncate(last.start);
        self.int_acc.cached = last.cached;
        self.last = None;
    }

    /// Emits a branch to `depth` if `operand`, an `i32` just popped, is not zero, or, with
    /// `negate`, if it is. A condition that is the last instruction is taken back.
    pub(super) fn branch_if(&mut self, operand: Operand, negate: bool, depth: Depth) {
        if let Some(last) = self.condition_in(operand) {
            let LastKind::Condition {
                branch,
                negate: negated,
                counter,
            } = last.kind
            else {
                unreachable!("`condition_in` returns conditions")
            };
            let negate = negate != negated;
            self.take_back(&last);
            if let Some((counter, limit, branch)) = counter.filter(|_| self.is_loop(depth)) {
                return branch(self, counter, limit, negate, depth);
            }
            return branch(self, last.a, last.b, negate, depth);
        }
        let zero = Operand {
            place: Place::Const(0),
            home: operand.home,
            in_slot: false,
            ty: ValType::I32,
        };
        if let Some(counter) = self
            .is_counter(operand, zero)
            .filter(|_| self.is_loop(depth))
        {
            return self.branch_counter::<I32Ne>(counter, zero, negate, depth);
        }
        if negate {
            self.branch_cmp::<I32Eq>(operand, zero, false, depth);
        } else {
            self.branch_cmp::<I32Ne>(operand, zero, false, depth);
        }
    }
}
