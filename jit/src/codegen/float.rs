//! Float operators.

use selvedge_vm::native::Libcall;
use selvedge_vm::ops::Scalar;
use selvedge_vm::ops::float::{FloatBin, FloatCmpKind, FloatCompare, FloatKind};
use selvedge_vm::types::ValType;

use super::Codegen;
use super::ahead::SELECT;
use super::stack::{Entry, NO_COPY, Value};
use crate::cpu::CpuFeatures;
use crate::masm::{Bitwise, Cond, Float, FloatOperand, Mem, Size};
use crate::regs::{Class, Reg};

/// The type of floats of a size.
pub(super) const fn float_type(size: Size) -> ValType {
    match size {
        Size::S32 => ValType::F32,
        Size::S64 => ValType::F64,
    }
}

/// The bit that is a float's sign, and the others.
const fn sign_bit(size: Size) -> u64 {
    match size {
        Size::S32 => 1 << 31,
        Size::S64 => 1 << 63,
    }
}

/// A second operand: in a register or memory, or a constant behind the code.
enum Second {
    Place(FloatOperand),
    Constant(usize),
}

impl Codegen<'_> {
    /// An operator of two operands.
    pub(super) fn compile_float_bin<O: FloatBin>(&mut self) {
        let size = Size::of_bits(O::Float::BITS);
        let op = match O::KIND {
            FloatKind::Add => Float::Add,
            FloatKind::Sub => Float::Sub,
            FloatKind::Mul => Float::Mul,
            FloatKind::Div => Float::Div,
            FloatKind::Min => return self.compile_min_max(Float::Min, size),
            FloatKind::Max => return self.compile_min_max(Float::Max, size),
            FloatKind::Copysign => return self.compile_copysign(size),
        };
        let (b, a) = (self.pop(), self.pop());
        let commutes = matches!(op, Float::Add | Float::Mul);
        let (a, b) = if commutes {
            self.order_floats(a, b)
        } else {
            (a, b)
        };
        let ty = float_type(size);
        let second = self.second(b);
        if self.masm.cpu.contains(CpuFeatures::AVX)
            && let Second::Place(FloatOperand::Reg(right)) = second
        {
            let left = self.use_reg(a);
            let dst = match self.hint(Class::Float) {
                Some(pin) => pin,
                None if self.temps.contains(left) => left,
                None if self.temps.contains(right) => right,
                None => self.alloc(Class::Float),
            };
            if dst == left {
                self.masm.float(op, size, dst, FloatOperand::Reg(right));
            } else {
                self.masm.float_three(op, size, dst, left, right);
            }
            for reg in [left, right] {
                if reg != dst {
                    self.release_reg(reg);
                }
            }
            self.canonicalise(size, dst);
            return self.push_reg(ty, dst);
        }
        let dst = self.float_in_place(op, size, a, (b, second));
        self.canonicalise(size, dst);
        self.push_reg(ty, dst);
    }

    /// Makes a NaN that an operation has made canonical, if the engine wants that. Changes the flags then.
    pub(super) fn canonicalise(&mut self, size: Size, dst: Reg) {
        if !self.options.canonical_nans {
            return;
        }
        let nan = match size {
            Size::S32 => 0x7fc0_0000,
            Size::S64 => 0x7ff8 << 48,
        };
        self.masm.ucomi(size, dst, FloatOperand::Reg(dst));
        let ordered = self.masm.skip_if(Cond::Np);
        self.load_const(float_type(size), dst, nan);
        self.masm.land(ordered);
    }

    /// Orders operands so that a register that may be changed comes first, and a constant second.
    fn order_floats(&self, a: Entry, b: Entry) -> (Entry, Entry) {
        let owned = |entry: &Entry| matches!(entry.value, Value::Reg(_));
        let in_memory = |entry: &Entry| match entry.value {
            Value::Slot => true,
            Value::Local { local, .. } => self.pins.pin(local).is_none(),
            _ => false,
        };
        let exchange = a.constant().is_some()
            || (owned(&b) && !owned(&a))
            || (in_memory(&a) && !in_memory(&b) && b.constant().is_none());
        if exchange { (b, a) } else { (a, b) }
    }

    /// A popped entry as a second operand.
    fn second(&mut self, entry: Entry) -> Second {
        match entry.value {
            Value::Slot => Second::Place(FloatOperand::Mem(Mem::slot(entry.slot))),
            Value::Const(value) if value != 0 => Second::Constant(self.constant(value)),
            Value::Local { local, .. } => match self.pin_for_use(local) {
                Some(pin) => Second::Place(FloatOperand::Reg(pin)),
                None => {
                    let mem = Mem::slot(self.layout.local(local));
                    Second::Place(FloatOperand::Mem(mem))
                }
            },
            _ => Second::Place(FloatOperand::Reg(self.use_reg(entry))),
        }
    }

    /// A register for a result that begins as a copy of `left`.
    fn float_result_from(&mut self, left: Entry, right: FloatOperand) -> Reg {
        match self.hint(Class::Float) {
            Some(pin) if right != FloatOperand::Reg(pin) => {
                self.move_to(left, pin);
                self.release(left);
                pin
            }
            _ => self.own_reg(left),
        }
    }

    /// An operator by an instruction of two operands: the result begins as a copy of `a`. `b` is a popped entry and
    /// what [`Self::second`] has made of it.
    fn float_in_place(&mut self, op: Float, size: Size, a: Entry, b: (Entry, Second)) -> Reg {
        match b.1 {
            Second::Place(right) => {
                let dst = self.float_result_from(a, right);
                self.masm.float(op, size, dst, right);
                self.release(b.0);
                dst
            }
            Second::Constant(constant) => {
                let dst = self.float_result_from(a, FloatOperand::Mem(Mem::Frame(0)));
                let chain = &mut self.constants[constant].1;
                self.masm.float_data(op, size, dst, chain);
                dst
            }
        }
    }

    /// A register for a float that is written when `src` is read for the last time.
    pub(super) fn float_result_over(&mut self, src: Reg) -> Reg {
        match self.hint(Class::Float) {
            Some(pin) => pin,
            None if self.temps.contains(src) => src,
            None => self.alloc(Class::Float),
        }
    }

    /// `min` or `max`: NaN if an operand is, and zeros by their signs.
    fn compile_min_max(&mut self, op: Float, size: Size) {
        let (b, a) = (self.pop(), self.pop());
        let right = self.use_reg(b);
        let dst = self.own_reg(a);
        let masm = &mut self.masm;
        masm.ucomi(size, dst, FloatOperand::Reg(right));
        let unordered = masm.skip_if(Cond::P);
        let differ = masm.skip_if(Cond::Ne);
        // Equal: the signs of zeros are all that can differ.
        let join = if op == Float::Min {
            Bitwise::Or
        } else {
            Bitwise::And
        };
        masm.bitwise(join, dst, right);
        let done = masm.skip();
        masm.land(unordered);
        masm.float(Float::Add, size, dst, FloatOperand::Reg(right));
        let done_unordered = masm.skip();
        masm.land(differ);
        masm.float(op, size, dst, FloatOperand::Reg(right));
        masm.land(done);
        masm.land(done_unordered);
        self.canonicalise(size, dst);
        self.release(b);
        self.push_reg(float_type(size), dst);
    }

    fn compile_copysign(&mut self, size: Size) {
        let (b, a) = (self.pop(), self.pop());
        let sign = self.own_reg(b);
        let dst = self.own_reg(a);
        let mask = Reg::XMM15;
        let bit = sign_bit(size);
        self.load_const(float_type(size), mask, bit);
        self.masm.bitwise(Bitwise::And, sign, mask);
        self.masm.bitwise(Bitwise::AndNot, mask, dst);
        self.masm.mov_float(dst, mask);
        self.masm.bitwise(Bitwise::Or, dst, sign);
        self.release_reg(sign);
        self.push_reg(float_type(size), dst);
    }

    /// `abs` or `neg`.
    pub(super) fn compile_sign(&mut self, size: Size, negate: bool) {
        let a = self.pop();
        let ty = float_type(size);
        let (op, mask) = match negate {
            true => (Bitwise::Xor, sign_bit(size)),
            false => (Bitwise::And, sign_bit(size) - 1),
        };
        if let Some(value) = a.constant() {
            let value = if negate { value ^ mask } else { value & mask };
            return self.push_const(ty, value);
        }
        let dst = self.float_result_from(a, FloatOperand::Mem(Mem::Frame(0)));
        self.load_const(ty, Reg::XMM15, mask);
        self.masm.bitwise(op, dst, Reg::XMM15);
        self.push_reg(ty, dst);
    }

    pub(super) fn compile_sqrt(&mut self, size: Size) {
        let a = self.pop();
        let src = self.use_reg(a);
        let dst = self.float_result_over(src);
        self.masm
            .float(Float::Sqrt, size, dst, FloatOperand::Reg(src));
        self.canonicalise(size, dst);
        self.finish_unary(float_type(size), dst, src);
    }

    /// Rounding: `mode` as `roundss` has it, or else by a call.
    pub(super) fn compile_round(&mut self, size: Size, mode: u8, libcall: Libcall) {
        let ty = float_type(size);
        if self.masm.cpu.contains(CpuFeatures::SSE41) {
            let a = self.pop();
            let src = self.use_reg(a);
            let dst = self.float_result_over(src);
            self.masm.round(size, dst, src, mode);
            self.canonicalise(size, dst);
            return self.finish_unary(ty, dst, src);
        }
        self.call_out(libcall, 0, 1, Some(int_bits(size)));
        let bits = self.pop();
        let src = self.use_reg(bits);
        let dst = self.alloc(Class::Float);
        self.masm.mov_to_float(size, dst, src);
        self.canonicalise(size, dst);
        self.release_reg(src);
        self.push_reg(ty, dst);
    }

    /// The instruction for a `select` behind a comparison of `a` and `b`, if it chooses between the same two: `x < y ? x : y`
    /// is what the instruction does, for NaN and zeros too.
    fn least_or_greatest(&self, kind: FloatCmpKind, a: Entry, b: Entry) -> Option<Float> {
        let [ref below @ .., first, second] = *self.stack else {
            return None;
        };
        if below.len() < self.copies_from {
            return None;
        }
        let straight = match kind {
            FloatCmpKind::Lt => true,
            FloatCmpKind::Gt => false,
            _ => return None,
        };
        let is_least = if is_same(first, a) && is_same(second, b) {
            straight
        } else if is_same(first, b) && is_same(second, a) {
            !straight
        } else {
            return None;
        };
        Some(if is_least { Float::Min } else { Float::Max })
    }

    /// Compiles a comparison of the popped `a` and `b` together with the `select` behind it.
    fn select_least(&mut self, op: Float, size: Size, a: Entry, b: Entry) {
        self.release(a);
        self.release(b);
        self.rest = &self.rest[1..];
        self.skip_next = 1;
        let (second, first) = (self.pop(), self.pop());
        let place = self.second(second);
        let dst = self.float_in_place(op, size, first, (second, place));
        self.push_reg(float_type(size), dst);
    }

    /// A comparison of floats: the result stays in the flags.
    pub(super) fn compile_float_cmp<C: FloatCompare>(&mut self) {
        let (b, a) = (self.pop(), self.pop());
        let size = Size::of_bits(C::Float::BITS);
        if self.options.fuse
            && self.next_operators().first() == Some(&SELECT)
            && let Some(op) = self.least_or_greatest(C::KIND, a, b)
        {
            return self.select_least(op, size, a, b);
        }
        // "Below" would hold for NaN too, so the greater operand comes first.
        let (first, second, cond) = match C::KIND {
            FloatCmpKind::Eq => (a, b, Cond::FloatEq),
            FloatCmpKind::Ne => (a, b, Cond::FloatNe),
            FloatCmpKind::Gt => (a, b, Cond::A),
            FloatCmpKind::Ge => (a, b, Cond::Ae),
            FloatCmpKind::Lt => (b, a, Cond::A),
            FloatCmpKind::Le => (b, a, Cond::Ae),
        };
        let right = self.second(second);
        let left = self.use_reg(first);
        match right {
            Second::Place(right) => self.masm.ucomi(size, left, right),
            Second::Constant(constant) => {
                let chain = &mut self.constants[constant].1;
                self.masm.ucomi_data(size, left, chain);
            }
        }
        self.release_reg(left);
        self.release(second);
        self.push_flags(cond);
    }
}

/// Whether `compared` is certainly the value of `entry`.
fn is_same(entry: Entry, compared: Entry) -> bool {
    match (entry.value, compared.value) {
        (Value::Const(a), Value::Const(b)) => a == b,
        (Value::Local { local: a, .. }, Value::Local { local: b, .. }) => a == b,
        (Value::Reg(_), Value::Local { local, .. }) => {
            entry.copy_of != NO_COPY && u32::from(entry.copy_of) == local
        }
        _ => false,
    }
}

/// The integer type with the bits of a float of a size.
pub(super) const fn int_bits(size: Size) -> ValType {
    match size {
        Size::S32 => ValType::I32,
        Size::S64 => ValType::I64,
    }
}
