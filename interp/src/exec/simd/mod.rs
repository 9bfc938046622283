//! Operations on vectors: 128 bits in two slots, the lower half first.
//!
//! Vectors are never in registers between instructions: an operation reads its operands from slots,
//! or from its own words if they are constant, and writes its result to the slots that field 0
//! names. Scalars that go into vectors or come out of them are where other scalars are.
//!
//! What an operator computes is its meaning in `selvedge_vm::ops::simd`, which compilers make of it what they
//! can. Where the machine has better, handlers exist at two [`Level`]s with the same results.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

#[cfg_attr(not(target_arch = "x86_64"), path = "portable.rs")]
mod native;

pub(crate) mod fused;
pub(crate) mod lane;
pub(crate) mod memory;
pub(crate) mod numeric;
pub(crate) mod value;

use std::hint::cold_path;
use std::marker::PhantomData;

use selvedge_vm::ops::simd::V128;
use selvedge_vm::trap::TrapCode;

use super::name::{Named, named};
use super::row::{Absent, Code, Form};
use super::{Mode, Op, Regs, Show};

#[expect(unsafe_code, reason = "reads and writes frames by raw pointer")]
impl Regs {
    /// The vector in slot `slot` and the next one.
    ///
    /// # Safety
    ///
    /// Both slots are within the frame.
    #[inline(always)]
    pub unsafe fn vector(&self, slot: usize) -> V128 {
        // SAFETY: both slots are within the frame.
        unsafe { from_words(self.fp.add(slot).cast()) }
    }

    /// Sets slot `slot` and the next one.
    ///
    /// # Safety
    ///
    /// Both slots are within the frame.
    #[inline(always)]
    pub unsafe fn set_vector(&self, slot: usize, value: V128) {
        // SAFETY: both slots are within the frame.
        unsafe { to_words(self.fp.add(slot).cast(), value) }
    }
}

/// The vector that two words of the machine's byte order hold, the lower half first. One access
/// of 16 bytes where that is the order of memory: two would wait for one another.
///
/// # Safety
///
/// The words are there.
#[inline(always)]
pub(super) unsafe fn from_words(words: *const V128) -> V128 {
    // SAFETY: by contract; bytes have no alignment.
    let bytes = unsafe { *words };
    if cfg!(target_endian = "little") {
        bytes
    } else {
        swap_in_words(bytes)
    }
}

/// The reverse of [`from_words`].
///
/// # Safety
///
/// The words are there.
#[inline(always)]
pub(super) unsafe fn to_words(words: *mut V128, value: V128) {
    let bytes = if cfg!(target_endian = "little") {
        value
    } else {
        swap_in_words(value)
    };
    // SAFETY: by contract; bytes have no alignment.
    unsafe { *words = bytes }
}

/// The bytes of each half in reverse.
fn swap_in_words(mut bytes: V128) -> V128 {
    bytes[..8].reverse();
    bytes[8..].reverse();
    bytes
}

/// What `f` computes, for meanings that have vectors in memory: out of line and with operands and result in
/// registers, so that nothing of the caller's is in memory and it can dispatch by a jump.
#[inline(always)]
fn apart(f: impl Fn(V128, V128) -> V128, a: V128, b: V128) -> V128 {
    #[inline(never)]
    fn by_value(f: impl Fn(V128, V128) -> V128, a: u128, b: u128) -> u128 {
        u128::from_ne_bytes(f(a.to_ne_bytes(), b.to_ne_bytes()))
    }
    by_value(f, u128::from_ne_bytes(a), u128::from_ne_bytes(b)).to_ne_bytes()
}

/// The instructions that handlers are made of.
pub(crate) trait Level: Named {
    /// Whether the operator's native form is used, if it has one.
    const NATIVE: bool;
}

/// What every machine of the target has.
pub(crate) struct Portable;
/// SSSE3, SSE4.1 and SSE4.2 on x86-64; and FMA for operators that say so.
pub(crate) struct Native;
named!(Portable, Native);

impl Level for Portable {
    const NATIVE: bool = false;
}
impl Level for Native {
    const NATIVE: bool = true;
}

/// Where an operand that is a vector is.
pub(crate) trait VectorSource: Named {
    /// Words after word 1 that hold the operand.
    const EXTRA: usize = 0;
    /// Reads the operand.
    ///
    /// # Safety
    ///
    /// As [`Op`].
    unsafe fn read(r: &Regs) -> V128;
}

/// The slots that field 0 names the first of.
pub(crate) struct V0;
/// The slots that field 1 names the first of.
pub(crate) struct V1;
/// The slots that field 2 names the first of.
pub(crate) struct V2;
/// The slots that field 3 names the first of.
pub(crate) struct V3;
/// The slots that the first field of word 2 names the first of.
pub(crate) struct V4;
/// The slots that the third field of word 2 names the first of.
pub(crate) struct V6;
/// The slots that the first field of word 3 names the first of.
pub(crate) struct V8;
/// The constant in words 2 and 3.
pub(crate) struct KV;
named!(V0, V1, V2, V3, V4, V6, V8, KV);

macro_rules! vector_source {
    ($($place:ident $field:literal $extra:literal)*) => { $(
        impl VectorSource for $place {
            const EXTRA: usize = $extra;
            #[inline(always)]
            unsafe fn read(r: &Regs) -> V128 {
                // SAFETY: translation put a slot of the frame into the field, with another one behind it.
                unsafe { r.vector(r.field($field)) }
            }
        }
    )* };
}
vector_source!(V0 0 0 V1 1 0 V2 2 0 V3 3 0 V4 4 1 V6 6 1 V8 8 2);

impl VectorSource for KV {
    const EXTRA: usize = 2;
    #[inline(always)]
    unsafe fn read(r: &Regs) -> V128 {
        // SAFETY: `EXTRA` says that words 2 and 3 exist.
        unsafe { from_words(r.ip.add(2).cast()) }
    }
}

/// An operation whose result is a vector.
///
/// # Safety
///
/// As [`Op`].
pub(crate) trait VectorOp: Named {
    /// Length in words.
    const LEN: usize = 2;
    /// Whether the handlers deserve copies.
    const HOT: bool = false;
    /// Operands that the type's parameters do not show.
    const SHOW: &'static [Show] = &[];
    /// The result; `None` if it accesses memory out of bounds.
    unsafe fn eval<L: Level>(r: &Regs) -> Option<V128>;
}

/// `F` with its result in the slots that field 0 names the first of.
pub(crate) struct ToV<L, F>(PhantomData<(L, F)>);
named!(ToV L F);

impl<L: Level, F: VectorOp> Op for ToV<L, F> {
    const LEN: usize = F::LEN;
    const HOT: bool = F::HOT && L::NATIVE == native::EXIST;
    const SHOW: &'static [Show] = F::SHOW;
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match F::eval::<L>(&r) {
                Some(value) => {
                    r.set_vector(r.field(0), value);
                    r.next::<M>(Self::LEN)
                }
                None => {
                    cold_path();
                    M::trap(r, TrapCode::MemoryOutOfBounds)
                }
            }
        }
    }
}

/// The handlers of an operation on each level.
pub(crate) struct VectorCode {
    portable: Code,
    native: Code,
    /// Whether `native` needs fused multiplication and addition as well.
    fused: bool,
}

/// What the machine has, and is to be used.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Available {
    native: bool,
    fused: bool,
}

impl Available {
    /// What [`Portable`] stands for.
    pub const NOTHING: Self = Self {
        native: false,
        fused: false,
    };

    /// Whether this is the best level that there is for the target.
    pub fn is_best(self) -> bool {
        self.native == native::EXIST
    }

    /// What the machine has.
    pub fn detect() -> Self {
        let native = native::is_available();
        Self {
            native,
            fused: native && native::has_fused(),
        }
    }
}

impl VectorCode {
    /// The handlers of `F`.
    const fn of<F: VectorOp>(form: Form) -> Self {
        Self {
            portable: Code::of::<ToV<Portable, F>>(form),
            native: if native::EXIST {
                Code::of_native::<ToV<Native, F>>(form, false)
            } else {
                Code::of::<ToV<Portable, F>>(form)
            },
            fused: false,
        }
    }

    /// The handlers of `F`, which the best level alone uses: it does what two others do.
    const fn of_best<F: VectorOp>(form: Form) -> Self {
        Self {
            portable: Code::of::<Absent>(Form::PLAIN),
            ..Self::of::<F>(form)
        }
    }

    /// The handlers of `F`, whose native form fuses a multiplication and an addition.
    pub const fn of_fused<F: VectorOp>() -> Self {
        Self {
            native: if native::EXIST {
                Code::of_native::<ToV<Native, F>>(Form::COMMON, true)
            } else {
                Code::of::<ToV<Portable, F>>(Form::COMMON)
            },
            fused: true,
            ..Self::of::<F>(Form::COMMON)
        }
    }

    /// The best of them.
    pub fn best(&'static self, available: Available) -> &'static Code {
        if available.native && (available.fused || !self.fused) {
            &self.native
        } else {
            &self.portable
        }
    }
}

/// A [`VectorOp`] whose handlers are found by its type.
pub(crate) trait HasVectorCode: VectorOp {
    /// The handlers.
    const VECTOR: &'static VectorCode;
    /// The handlers, if they have to do with pinned locals.
    const PINNED_VECTOR: &'static VectorCode;
    /// The handlers, if the best level alone uses them.
    const BEST_VECTOR: &'static VectorCode;
    /// The handlers, if both.
    const BEST_PINNED_VECTOR: &'static VectorCode;
}

impl<F: VectorOp> HasVectorCode for F {
    const VECTOR: &'static VectorCode = &VectorCode::of::<F>(Form::COMMON);
    const PINNED_VECTOR: &'static VectorCode = &VectorCode::of::<F>(Form::COMMON.pinned());
    const BEST_VECTOR: &'static VectorCode = &VectorCode::of_best::<F>(Form::COMMON);
    const BEST_PINNED_VECTOR: &'static VectorCode =
        &VectorCode::of_best::<F>(Form::COMMON.pinned());
}
