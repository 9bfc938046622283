//! Machine registers, and which of them serve for what.
//!
//! ```text
//! rsp   return stack                     rbp  frame: slot k is at rbp + 8·k
//! r13   VMExec                           r14  base of memory 0         r15  VMContext
//! rax rcx rdx                temporaries          r11    scratch within an operator
//! rbx rsi rdi r8 r9 r10 r12  pins                 xmm15  scratch within an operator
//! xmm0–7                     temporaries          xmm8–14  pins
//! ```
//!
//! In code that counts, r12 has what was spent ([`Count::fuel`](selvedge_vm::count::Count::fuel)), and is no pin.
//! A pin register that a function does not pin anything to is a temporary. All registers
//! are the caller's to save.

use std::fmt;

/// A general or vector register: 0 to 15 are general, 16 to 31 vector registers.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Reg(u8);

/// A class of registers.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Integers and references.
    Int,
    /// Floats and vectors.
    Float,
}

impl Reg {
    pub(crate) const RAX: Self = Self(0);
    pub(crate) const RCX: Self = Self(1);
    pub(crate) const RDX: Self = Self(2);
    pub(crate) const RBX: Self = Self(3);
    pub(crate) const RSI: Self = Self(6);
    pub(crate) const RDI: Self = Self(7);
    pub(crate) const R8: Self = Self(8);
    pub(crate) const R9: Self = Self(9);
    pub(crate) const R10: Self = Self(10);
    pub(crate) const R11: Self = Self(11);
    pub(crate) const R12: Self = Self(12);
    pub(crate) const R14: Self = Self(14);
    pub(crate) const R15: Self = Self(15);
    pub(crate) const XMM0: Self = Self(16);
    pub(crate) const XMM15: Self = Self(31);

    /// The number of all 32.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number within its class, as instructions encode it.
    pub(crate) const fn code(self) -> u8 {
        self.0 & 15
    }

    pub(crate) const fn class(self) -> Class {
        if self.0 < 16 {
            Class::Int
        } else {
            Class::Float
        }
    }

    pub(crate) const fn is_float(self) -> bool {
        self.0 >= 16
    }
}

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 16] = [
            "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
            "r12", "r13", "r14", "r15",
        ];
        if self.is_float() {
            write!(f, "xmm{}", self.code())
        } else {
            f.write_str(NAMES[self.index()])
        }
    }
}

/// A set of registers.
#[derive(Copy, Clone, PartialEq, Eq, Default)]
pub(crate) struct RegSet(u32);

impl RegSet {
    pub(crate) const EMPTY: Self = Self(0);
    const INTS: u32 = 0x0000_ffff;

    pub(crate) const fn with(self, reg: Reg) -> Self {
        Self(self.0 | 1 << reg.0)
    }

    pub(crate) const fn without(self, reg: Reg) -> Self {
        Self(self.0 & !(1 << reg.0))
    }

    pub(crate) const fn contains(self, reg: Reg) -> bool {
        self.0 >> reg.0 & 1 != 0
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of one class.
    pub(crate) const fn class(self, class: Class) -> Self {
        match class {
            Class::Int => Self(self.0 & Self::INTS),
            Class::Float => Self(self.0 & !Self::INTS),
        }
    }

    /// The one with the lowest number.
    pub(crate) const fn first(self) -> Option<Reg> {
        if self.0 == 0 {
            None
        } else {
            Some(Reg(self.0.trailing_zeros() as u8))
        }
    }

    /// Its registers, by number.
    pub(crate) fn iter(self) -> impl Iterator<Item = Reg> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let reg = rest.first()?;
            rest = rest.without(reg);
            Some(reg)
        })
    }
}

impl fmt::Debug for RegSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The pins for integers, those with the shortest encodings first.
pub(crate) const INT_PINS: [Reg; 7] = [
    Reg::RBX,
    Reg::RSI,
    Reg::RDI,
    Reg::R8,
    Reg::R9,
    Reg::R10,
    Reg::R12,
];

/// The pins for floats and vectors.
pub(crate) const FLOAT_PINS: [Reg; 7] = {
    let mut pins = [Reg::XMM0; 7];
    let mut i = 0;
    while i < 7 {
        pins[i] = Reg(16 + 8 + i as u8);
        i += 1;
    }
    pins
};

/// What is always a temporary.
pub(crate) const TEMPORARIES: RegSet = {
    let mut set = RegSet::EMPTY.with(Reg::RAX).with(Reg::RCX).with(Reg::RDX);
    let mut i = 0;
    while i < 8 {
        set = set.with(Reg(16 + i));
        i += 1;
    }
    set
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_register_has_one_use() {
        let mut seen = TEMPORARIES.with(Reg::R11).with(Reg::XMM15);
        for pin in INT_PINS.into_iter().chain(FLOAT_PINS) {
            assert!(!seen.contains(pin), "{pin:?}");
            seen = seen.with(pin);
        }
        // rsp, rbp, r13, r14 and r15.
        assert_eq!(seen.iter().count(), 32 - 5);
    }

    #[test]
    fn sets_are_listed_by_number() {
        let set = RegSet::EMPTY.with(Reg::R8).with(Reg::RAX).with(Reg::XMM0);
        assert_eq!(format!("{set:?}"), "{rax, r8, xmm0}");
        assert_eq!(set.class(Class::Float).first(), Some(Reg::XMM0));
        assert_eq!(set.without(Reg::RAX).first(), Some(Reg::R8));
    }
}
