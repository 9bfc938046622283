//! Memory as an operand of an integer instruction: loads that the next operators compare or add to something, and
//! locals that are changed in their slots.
//!
//! Both are compiled together with operators behind, which are then skipped. What is loaded may fault; nothing that
//! can be seen has happened then but what stands before the load.

use super::Codegen;
use super::ahead::{
    BR_IF, I32_ADD, I32_CONST, I32_EQZ, I64_CONST, I64_EQZ, IF, LOCAL_SET, leb_len, read_leb,
};
use super::memory::Address;
use super::numeric::int_type;
use super::stack::{Entry, NONE, Value};
use crate::masm::{Alu, Cond, Mem, Operand, Size};
use crate::regs::Class;
use selvedge_vm::native::SiteKind;

const I64_GE_U: u8 = 0x5a;
const I64_XOR: u8 = 0x85;

/// What a load reads.
#[derive(Copy, Clone)]
pub(super) struct Read {
    /// The size of the result.
    pub(super) size: Size,
    pub(super) bytes: u64,
    pub(super) signed: bool,
}

impl Codegen<'_> {
    /// Makes a load from `address` the operand of `next`, the operators behind it, if they are such as take one.
    /// Returns whether they are.
    #[inline(always)]
    pub(super) fn fold_load(
        &mut self,
        read: Read,
        address: &Address,
        index: Entry,
        next: &[u8],
    ) -> bool {
        let Some((&opcode, rest)) = next.split_first() else {
            return false;
        };
        let is_taken = match opcode {
            BR_IF | IF | I32_EQZ..=I64_GE_U | I32_ADD..=I64_XOR => true,
            // What is compared with a constant of a byte or two.
            I32_CONST | I64_CONST => match *rest {
                [0..0x80, next, ..] | [_, 0..0x80, next, ..] => {
                    (I32_EQZ..=I64_GE_U).contains(&next)
                }
                _ => false,
            },
            _ => false,
        };
        is_taken && self.fold_next(read, address, index, opcode, rest)
    }

    fn fold_next(
        &mut self,
        read: Read,
        address: &Address,
        index: Entry,
        opcode: u8,
        rest: &[u8],
    ) -> bool {
        let Read {
            size,
            bytes,
            signed,
        } = read;
        let is_whole = bytes == if size == Size::S32 { 4 } else { 8 };
        let is_byte = bytes == 1;
        match (opcode, size) {
            (I32_EQZ | BR_IF | IF, Size::S32) | (I64_EQZ, Size::S64) if is_whole || is_byte => {
                let cond = match opcode {
                    BR_IF | IF => Cond::Ne,
                    _ => Cond::E,
                };
                let skipped = u8::from(cond == Cond::E);
                self.compare_read(read, address, index, 0);
                self.skip(skipped);
                self.push_flags(cond);
            }
            (I32_CONST, Size::S32) | (I64_CONST, Size::S64) => {
                let compared = rest.get(leb_len(rest)..).and_then(|rest| rest.first());
                let Some(cond) = compared.and_then(|&opcode| condition_of(opcode, size)) else {
                    return false;
                };
                let Some(value) = read_signed_leb(rest) else {
                    return false;
                };
                let cond = match i32::try_from(value) {
                    Ok(_) if is_whole => cond,
                    // Neither side is negative.
                    Ok(0..=0xff) if is_byte && !signed => unsigned(cond),
                    _ => return false,
                };
                self.compare_read(read, address, index, value as i32);
                self.skip(2);
                self.push_flags(cond);
            }
            _ if is_whole => return self.fold_second(opcode, size, address, index),
            _ => return false,
        }
        true
    }

    /// Compares what is read with a constant.
    fn compare_read(&mut self, read: Read, address: &Address, index: Entry, imm: i32) {
        let at = self.masm.pos();
        match read.bytes {
            1 => self.masm.cmp_mem_byte(address.mem, imm as i8),
            _ => self.masm.cmp_mem_imm(read.size, address.mem, imm),
        }
        self.note_read(at, address, index);
    }

    /// Makes a load the second operand of `opcode`, the operator behind it.
    fn fold_second(&mut self, opcode: u8, size: Size, address: &Address, index: Entry) -> bool {
        let Some(first) = self.stack.last().copied() else {
            return false;
        };
        let memory = Operand::Mem(address.mem);
        let pin = match first.value {
            Value::Local { local, .. } => self.pins.pin(local),
            _ => None,
        };
        let is_owned = matches!(first.value, Value::Reg(_));
        if let Some(cond) = condition_of(opcode, size) {
            if !is_owned && pin.is_none() {
                return false;
            }
            let first = self.pop();
            let left = self.use_reg(first);
            let at = self.masm.pos();
            self.masm.alu(Alu::Cmp, size, left, memory);
            self.note_read(at, address, index);
            self.release(first);
            self.skip(1);
            self.push_flags(cond);
            return true;
        }
        let base = match size {
            Size::S32 => 0x6a,
            Size::S64 => 0x7c,
        };
        let op = match opcode.wrapping_sub(base) {
            0 => Alu::Add,
            1 => Alu::Sub,
            7 => Alu::And,
            8 => Alu::Or,
            9 => Alu::Xor,
            _ => return false,
        };
        if !is_owned && pin.is_none() {
            return false;
        }
        let first = self.pop();
        let (here, next) = (self.rest, self.next_operators());
        self.rest = next;
        let is_changed = is_owned || self.hint(Class::Int) == pin;
        if !is_changed || (op == Alu::And && self.is_tested_next(size)) {
            self.rest = here;
            self.push(first.ty, first.value);
            return false;
        }
        let dst = self.result_from(first, &[memory]);
        let at = self.masm.pos();
        self.masm.alu(op, size, dst, memory);
        self.note_read(at, address, index);
        self.tested = Some((dst, size, self.masm.pos()));
        self.skip_next += 1;
        self.push_reg(int_type(size), dst);
        true
    }

    fn note_read(&mut self, at: u32, address: &Address, index: Entry) {
        self.site(at, SiteKind::Memory);
        self.release(index);
        if let Mem::Heap(Some(reg), _) = address.mem {
            self.release_reg(reg);
        }
    }

    /// Leaves out the next operators.
    fn skip(&mut self, count: u8) {
        self.skip_next += count;
    }

    /// The local that the next operator sets, if that is in its slot and no entry stands for it.
    #[inline(always)]
    pub(super) fn slot_set_next(&self) -> Option<u32> {
        let (&LOCAL_SET, rest) = self.next_operators().split_first()? else {
            return None;
        };
        let local = read_leb(rest)?;
        let is_plain = self.pins.pin(local).is_none() && self.chains[local as usize] == NONE;
        (is_plain && self.options.hints).then_some(local)
    }

    /// If `a` is `local`, which is in its slot and which the next operator sets to the result, changes the slot.
    pub(super) fn change_slot(
        &mut self,
        local: u32,
        op: Alu,
        size: Size,
        a: Entry,
        b: Entry,
    ) -> bool {
        if !matches!(a.value, Value::Local { local: other, .. } if other == local) {
            return false;
        }
        let right = match self.operand(b) {
            Operand::Mem(_) => Operand::Reg(self.use_reg(b)),
            right => right,
        };
        let slot = Mem::slot(self.layout.local(local));
        self.masm.alu_mem(op, size, slot, right);
        self.release(b);
        self.skip(1);
        true
    }
}

/// The condition of a comparison of integers of this size.
fn condition_of(opcode: u8, size: Size) -> Option<Cond> {
    let first = match size {
        Size::S32 => 0x46,
        Size::S64 => 0x51,
    };
    Some(match opcode.wrapping_sub(first) {
        0 => Cond::E,
        1 => Cond::Ne,
        2 => Cond::L,
        3 => Cond::B,
        4 => Cond::G,
        5 => Cond::A,
        6 => Cond::Le,
        7 => Cond::Be,
        8 => Cond::Ge,
        9 => Cond::Ae,
        _ => return None,
    })
}

/// What a condition is for numbers that are not negative, as bytes.
const fn unsigned(cond: Cond) -> Cond {
    match cond {
        Cond::L => Cond::B,
        Cond::G => Cond::A,
        Cond::Le => Cond::Be,
        Cond::Ge => Cond::Ae,
        cond => cond,
    }
}

/// The signed number in LEB128 at the beginning of `bytes`, if it is not long.
fn read_signed_leb(bytes: &[u8]) -> Option<i64> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(5).enumerate() {
        value |= i64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let unused = 64 - 7 * (i as u32 + 1);
            return Some(value << unused >> unused);
        }
    }
    None
}
