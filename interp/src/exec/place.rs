//! Places: where an instruction finds its operands and puts its result. Each is
//! a type, so that a handler exists for every combination that is used.

#![expect(unsafe_code, reason = "reads and writes frames; see `Op`")]

use selvedge_vm::ops::{Int, Scalar};

use super::Regs;

/// A scalar that can live in an accumulator.
pub(crate) trait Value: Scalar {
    /// The value in its accumulator.
    fn from_acc(r: &Regs) -> Self;
    /// Puts the value into its accumulator.
    fn to_acc(self, r: &mut Regs);
}

macro_rules! integer_value {
    ($($int:ident)*) => { $(
        impl Value for $int {
            #[inline(always)]
            fn from_acc(r: &Regs) -> Self {
                r.acc as $int
            }
            #[inline(always)]
            fn to_acc(self, r: &mut Regs) {
                r.acc = self.to_slot();
            }
        }
    )* };
}
integer_value!(u32 u64);

impl Value for f64 {
    #[inline(always)]
    fn from_acc(r: &Regs) -> Self {
        r.facc
    }
    #[inline(always)]
    fn to_acc(self, r: &mut Regs) {
        r.facc = self;
    }
}

// On x86-64 the low lane is read and written in place: going through the bits
// would move the value to an integer register and back.
impl Value for f32 {
    #[inline(always)]
    fn from_acc(r: &Regs) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_mm_castpd_ps, _mm_cvtss_f32, _mm_set_sd};
            // SAFETY: SSE2 is part of x86-64.
            unsafe { _mm_cvtss_f32(_mm_castpd_ps(_mm_set_sd(r.facc))) }
        }
        #[cfg(not(target_arch = "x86_64"))]
        f32::from_bits(r.facc.to_bits() as u32)
    }
    #[inline(always)]
    fn to_acc(self, r: &mut Regs) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_mm_castps_pd, _mm_cvtsd_f64, _mm_set_ss};
            // SAFETY: SSE2 is part of x86-64.
            r.facc = unsafe { _mm_cvtsd_f64(_mm_castps_pd(_mm_set_ss(self))) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            r.facc = f64::from_bits(u64::from(self.to_bits()));
        }
    }
}

/// Where an operand of type `T` is.
pub(crate) trait Source<T>: 'static {
    /// Words after word 1 that hold the operand.
    const EXTRA: usize = 0;
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
/// The 32-bit immediate in fields 2 and 3.
pub(crate) struct I;
/// The 16-bit immediate in field 1.
pub(crate) struct I16;
/// The 32-bit immediate in the low half of word 2.
pub(crate) struct J;
/// The constant in word 2.
pub(crate) struct K;
/// Zero.
pub(crate) struct Z;

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
        T::from_acc(r)
    }
}

impl<T: Int> Source<T> for I {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        // SAFETY: word 1 exists.
        T::from_imm(unsafe { r.field32(12) } as i32)
    }
}

impl<T: Int> Source<T> for I16 {
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        // SAFETY: word 1 exists.
        T::from_imm(unsafe { r.field(1) } as u16 as i16 as i32)
    }
}

impl<T: Int> Source<T> for J {
    const EXTRA: usize = 1;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> T {
        // SAFETY: `EXTRA` says that word 2 exists.
        T::from_imm(unsafe { r.field32(16) } as i32)
    }
}

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
pub(crate) trait Dest: 'static {
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
