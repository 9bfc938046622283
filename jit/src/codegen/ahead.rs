//! Looking ahead: what the next operators do with a result decides where it is put.
//!
//! Operators ahead are read as bytes, of a valid body; what is not understood is as if it were not there.

use super::Codegen;
use super::stack::NONE;
use crate::masm::Size;
use crate::regs::{Class, Reg};

// Operators by their first byte.
pub(super) const IF: u8 = 0x04;
pub(super) const BR_IF: u8 = 0x0d;
pub(super) const SELECT: u8 = 0x1b;
pub(super) const LOCAL_GET: u8 = 0x20;
pub(super) const LOCAL_SET: u8 = 0x21;
const LOCAL_TEE: u8 = 0x22;
pub(super) const I32_CONST: u8 = 0x41;
pub(super) const I64_CONST: u8 = 0x42;
pub(super) const I32_EQZ: u8 = 0x45;
pub(super) const I64_EQZ: u8 = 0x50;
pub(super) const I64_EXTEND_I32_U: u8 = 0xad;
// The operators of two integers, from the addition to the last rotation.
pub(super) const I32_ADD: u8 = 0x6a;
const I32_ROTR: u8 = 0x78;
pub(super) const I64_ADD: u8 = 0x7c;
const I64_ROTR: u8 = 0x8a;

impl<'a> Codegen<'a> {
    /// The operators behind the one being compiled, which is one that leaves a result.
    pub(super) fn next_operators(&self) -> &'a [u8] {
        const LOADS: std::ops::RangeInclusive<u8> = 0x28..=0x35;
        let len = match *self.rest {
            [0x45..=0xc4 | 0x1b, ..] => 1,
            // Alignment with a flag for the index of a memory, which need not be understood here.
            [opcode, align, ref offset @ ..] if LOADS.contains(&opcode) && align < 0x40 => {
                2 + leb_len(offset)
            }
            [0x23, ref index @ ..] => 1 + leb_len(index),
            [0x3f | 0xfc, _, ..] => 2,
            [0xfd, ref rest @ ..] => 1 + super::simd::operator_len(rest),
            _ => return &[],
        };
        self.rest.get(len..).unwrap_or(&[])
    }

    /// The pin that the next operator sets, if that may be done early.
    #[inline(always)]
    pub(super) fn hint(&self, class: Class) -> Option<Reg> {
        self.hint_before(self.next_operators(), class)
    }

    /// The same, where `next` is the operators behind the one being compiled.
    #[inline(always)]
    pub(super) fn hint_before(&self, next: &[u8], class: Class) -> Option<Reg> {
        let (&opcode, rest) = next.split_first()?;
        match opcode {
            LOCAL_SET | LOCAL_TEE => self.hint_of(rest, class),
            LOCAL_GET | I32_CONST | I64_CONST
                if !matches!(*rest, [0..0x80, I32_ADD..=I64_ROTR, ..] | [0x80..=0xff, ..]) =>
            {
                None // What is next is no second operand.
            }
            LOCAL_GET | I32_CONST | I64_CONST | I32_ADD..=I32_ROTR | I64_ADD..=I64_ROTR
                if class == Class::Int =>
            {
                let at = rest.len();
                match self.hint_behind.get() {
                    (last, pin) if last == at => pin,
                    _ => {
                        let pin = self.hint_behind(opcode, rest);
                        self.hint_behind.set((at, pin));
                        pin
                    }
                }
            }
            _ => None,
        }
    }

    /// The pin that is set behind a few operators, each of which makes the next result of the one before: then
    /// all of these are in it. `opcode` is the first one's, and `rest` is behind that.
    fn hint_behind(&self, mut opcode: u8, mut rest: &[u8]) -> Option<Reg> {
        const MOST: usize = 3;
        let mut read = [None; MOST];
        for read in &mut read {
            let mut commutes = true;
            if matches!(opcode, LOCAL_GET | I32_CONST | I64_CONST) {
                // The second operand.
                if opcode == LOCAL_GET {
                    *read = Some(read_leb(rest)?);
                }
                let (&next, behind) = rest.get(leb_len(rest)..)?.split_first()?;
                (opcode, rest) = (next, behind);
                commutes = false;
            }
            let operation = match opcode {
                I32_ADD..=I32_ROTR => opcode - I32_ADD,
                I64_ADD..=I64_ROTR => opcode - I64_ADD,
                _ => return None,
            };
            match (operation, commutes) {
                // Without divisions.
                (0 | 2 | 7 | 8 | 9, _) | (1 | 10..=14, false) => {}
                _ => return None,
            }
            let (&next, behind) = rest.split_first()?;
            (opcode, rest) = (next, behind);
            if matches!(opcode, LOCAL_SET | LOCAL_TEE) {
                break;
            }
        }
        if !matches!(opcode, LOCAL_SET | LOCAL_TEE) || read.contains(&Some(read_leb(rest)?)) {
            return None;
        }
        self.hint_of(rest, Class::Int)
    }

    /// The pin of the local whose number `rest` begins with.
    fn hint_of(&self, rest: &[u8], class: Class) -> Option<Reg> {
        let local = read_leb(rest)?;
        let pin = self.pins.pin(local)?;
        (pin.class() == class && self.options.hints && self.chains[local as usize] == NONE)
            .then_some(pin)
    }

    /// Whether the next operator asks only whether the result is zero.
    pub(super) fn is_tested_next(&self, size: Size) -> bool {
        if !self.options.fuse {
            return false;
        }
        matches!(
            (size, self.next_operators().first()),
            (Size::S32, Some(&(I32_EQZ | BR_IF | IF))) | (Size::S64, Some(&I64_EQZ))
        )
    }

    /// Whether the next operator adds the result to the operand below.
    pub(super) fn is_added_next(&self, size: Size) -> bool {
        let add = if size == Size::S32 { I32_ADD } else { I64_ADD };
        self.options.fuse && self.next_operators().first() == Some(&add)
    }
}

/// The unsigned number in LEB128 at the beginning of `bytes`.
pub(super) fn read_leb(bytes: &[u8]) -> Option<u32> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(5).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// How long the number in LEB128 at the beginning of `bytes` is.
pub(super) fn leb_len(bytes: &[u8]) -> usize {
    1 + bytes.iter().take_while(|&&byte| byte & 0x80 != 0).count()
}
