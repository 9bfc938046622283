//! Places: where an instruction finds its operands and puts its result. Each is
//! a type, so that a handler exists for every combination that is used.

#![expect(unsafe_code, reason = "reads and writes frames; see `Op`")]

use selvedge_vm::ops::{Int, Scalar};
use selvedge_vm::types::ValType;

use super::Regs;
use super::name::{Named, named};

/// What the registers of a class of values hold: `u64` or `f64`.
pub(crate) trait Register: Copy {
    /// How many registers for pinned locals the class has.
    const PINS: usize;
    /// The accumulator.
    fn acc(r: &Regs) -> Self;
    /// Sets the accumulator.
    fn set_acc(self, r: &mut Regs);
    /// Pinned local `n`, which is below `PINS`.
    fn pin(r: &Regs, n: usize) -> Self;
    /// Sets pinned local `n`.
    fn set_pin(self, r: &mut Regs, n: usize);
}

macro_rules! registers {
    ($register:ident $pins:literal $acc:ident $($pin:ident)*) => {
        impl Register for $register {
            const PINS: usize = $pins;
            #[inline(always)]
            fn acc(r: &Regs) -> Self {
                r.$acc
            }
            #[inline(always)]
            fn set_acc(self, r: &mut Regs) {
                r.$acc = self;
            }
            #[inline(always)]
            fn pin(r: &Regs, n: usize) -> Self {
                [$(r.$pin),*][n]
            }
            #[inline(always)]
            fn set_pin(self, r: &mut Regs, n: usize) {
                *[$(&mut r.$pin),*][n] = self;
            }
        }
    };
}
registers!(u64 2 acc l0 l1);
registers!(f64 3 facc f0 f1 f2);

/// A scalar that can live in the registers of its class.
pub(crate) trait Value: Scalar {
    /// What the registers hold.
    type Register: Register;
    /// The value in a register.
    fn from_register(register: Self::Register) -> Self;
    /// The register that holds the value.
    fn to_register(self) -> Self::Register;
    /// The value that half a word stands for; [`half_of`] says for which values there is one.
    fn from_half(half: u32) -> Self;
    /// Puts the value into the accumulator.
    #[inline(always)]
    fn to_acc(self, r: &mut Regs) {
        self.to_register().set_acc(r);
    }
}

macro_rules! integer_value {
    ($($int:ident)*) => { $(
        impl Value for $int {
            type Register = u64;
            #[inline(always)]
            fn from_register(register: u64) -> Self {
                register as $int
            }
            #[inline(always)]
            fn to_register(self) -> u64 {
                self.to_slot()
            }
            #[inline(always)]
            fn from_half(half: u32) -> Self {
                Self::from_imm(half as i32)
            }
        }
    )* };
}
integer_value!(u32 u64);

impl Value for f64 {
    type Register = f64;
    #[inline(always)]
    fn from_register(register: f64) -> Self {
        register
    }
    #[inline(always)]
    fn to_register(self) -> f64 {
        self
    }
    #[inline(always)]
    fn from_half(half: u32) -> Self {
        Self::from_bits(u64::from(half))
    }
}

// On x86-64 the low lane is read and written in place: going through the bits
// would move the value to an integer register and back.
impl Value for f32 {
    type Register = f64;
    #[inline(always)]
    fn from_register(register: f64) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_mm_castpd_ps, _mm_cvtss_f32, _mm_set_sd};
            // SAFETY: SSE2 is part of x86-64.
            unsafe { _mm_cvtss_f32(_mm_castpd_ps(_mm_set_sd(register))) }
        }
        #[cfg(not(target_arch = "x86_64"))]
        f32::from_bits(register.to_bits() as u32)
    }
    #[inline(always)]
    fn to_register(self) -> f64 {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_mm_castps_pd, _mm_cvtsd_f64, _mm_set_ss};
            // SAFETY: SSE2 is part of x86-64.
            unsafe { _mm_cvtsd_f64(_mm_castps_pd(_mm_set_ss(self))) }
        }
        #[cfg(not(target_arch = "x86_64"))]
        f64::from_bits(u64::from(self.to_bits()))
    }
    #[inline(always)]
    fn from_half(half: u32) -> Self {
        Self::from_bits(half)
    }
}

/// The half word that stands for the constant `bits` of type `ty`, if there is one.
pub(crate) fn half_of(ty: ValType, bits: u64) -> Option<u32> {
    match ty {
        ValType::I32 | ValType::F32 => Some(bits as u32),
        ValType::F64 => u32::try_from(bits).ok(),
        _ => i32::try_from(bits as i64).ok().map(|half| half as u32),
    }
}

/// Where an operand of type `T` is.
pub(crate) trait Source<T>: Named {
    /// Words after word 1 that hold the operand.
    const EXTRA: usize = 0;
    /// Whether this is a constant in word 1.
    const SHORT: bool = false;
    /// Reads the operand.
    ///
    /// # Safety
    ///
    /// As [`Op`](super::Op).
    unsafe fn read(r: &Regs) -> T;
}

/// The slot named by field 0.
pub(crate) struct S0;
/// The slot named by field 1.
pub(crate) struct S1;
/// The slot named by field 2.
pub(crate) struct S2;
/// The slot named by field 3.
pub(crate) struct S3;
/// The accumulator of the operand's class.
pub(crate) struct A;
/// Pinned local 0 of the operand's class.
pub(crate) struct P0;
/// Pinned local 1 of the operand's class.
pub(crate) struct P1;
/// Pinned local 2 of the operand's class.
pub(crate) struct P2;
/// The 32-bit immediate in fields 2 and 3.
pub(crate) struct I;
/// The 16-bit immediate in field 1.
pub(crate) struct I16;
/// The 16-bit immediate in field 0.
pub(crate) struct I0;
/// The 32-bit immediate in the low half of word 2.
pub(crate) struct J;
/// The 32-bit immediate in the high half of word 2.
pub(crate) struct H;
/// The constant in word 2.
pub(crate) struct K;
/// Zero.
pub(crate) struct Z;
named!(S0, S1, S2, S3, A, P0, P1, P2, I, I16, I0, J, H, K, Z);

macro_rules! slot_source {
    ($($place:ident $field:literal)*) => { $(
        impl<T: Value> Source<T> for $place {
            #[inline(always)]
            unsafe fn read(r: &Regs) -> T {
                // SAFETY: translation put a slot of the frame into the field.
                unsafe { T::from_slot(r.slot(r.field($field))) }
            }
        }
    )* };
}
slot_source!(S0 0 S1 1 S2 2 S3 3);

impl<T: Value> Source<T> for A {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        T::from_register(T::Register::acc(r))
    }
}

macro_rules! pin_source {
    ($($place:ident $n:literal)*) => { $(
        impl<T: Value> Source<T> for $place {
            #[inline(always)]
            unsafe fn read(r: &Regs) -> T {
                T::from_register(T::Register::pin(r, $n))
            }
        }
    )* };
}
pin_source!(P0 0 P1 1 P2 2);

impl<T: Int> Source<T> for I {
    const SHORT: bool = true;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        // SAFETY: word 1 exists.
        T::from_imm(unsafe { r.field32(12) } as i32)
    }
}

macro_rules! short_source {
    ($($place:ident $field:literal)*) => { $(
        impl<T: Int> Source<T> for $place {
            #[inline(always)]
            unsafe fn read(r: &Regs) -> T {
                // SAFETY: word 1 exists.
                T::from_imm(unsafe { r.field($field) } as u16 as i16 as i32)
            }
        }
    )* };
}
short_source!(I0 0 I16 1);

macro_rules! half_source {
    ($($place:ident $offset:literal)*) => { $(
        impl<T: Value> Source<T> for $place {
            const EXTRA: usize = 1;
            #[inline(always)]
            unsafe fn read(r: &Regs) -> T {
                // SAFETY: `EXTRA` says that word 2 exists.
                T::from_half(unsafe { r.field32($offset) })
            }
        }
    )* };
}
half_source!(J 16 H 20);

impl<T: Value> Source<T> for K {
    const EXTRA: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        // SAFETY: `EXTRA` says that word 2 exists.
        T::from_slot(unsafe { r.word(2) })
    }
}

impl<T: Int> Source<T> for Z {
    #[inline(always)]
    unsafe fn read(_: &Regs) -> T {
        T::from_imm(0)
    }
}

/// Where a result goes.
pub(crate) trait Dest: Named {
    /// Writes the result.
    ///
    /// # Safety
    ///
    /// As [`Op`](super::Op).
    unsafe fn write<T: Value>(r: &mut Regs, value: T);
}

/// The accumulator.
pub(crate) struct DA;
/// The slot named by field 0; the accumulator keeps its value.
pub(crate) struct DS;
/// The slot named by field 0, and the accumulator.
pub(crate) struct DB;
named!(DA, DS, DB);
/// The slot named by field 0, and the register of pinned local `N`, whose slot it is.
pub(crate) struct DP<const N: usize>;
named!(DP (N: usize));

impl Dest for DA {
    #[inline(always)]
    unsafe fn write<T: Value>(r: &mut Regs, value: T) {
        value.to_acc(r);
    }
}

impl Dest for DS {
    #[inline(always)]
    unsafe fn write<T: Value>(r: &mut Regs, value: T) {
        // SAFETY: translation put a slot of the frame into field 0.
        unsafe { r.set_slot(r.field(0), value.to_slot()) }
    }
}

impl Dest for DB {
    #[inline(always)]
    unsafe fn write<T: Value>(r: &mut Regs, value: T) {
        // SAFETY: as for `DS`.
        unsafe { <DS as Dest>::write(r, value) }
        value.to_acc(r);
    }
}

impl<const N: usize> Dest for DP<N> {
    #[inline(always)]
    unsafe fn write<T: Value>(r: &mut Regs, value: T) {
        // SAFETY: as for `DS`.
        unsafe { <DS as Dest>::write(r, value) }
        value.to_register().set_pin(r, N);
    }
}
