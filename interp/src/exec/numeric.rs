//! Numeric operations: arithmetic, comparison, conversion.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::marker::PhantomData;

use selvedge_vm::ops::alu::Alu;
use selvedge_vm::ops::cmp::Compare;
use selvedge_vm::ops::convert::{TryUnary, Unary};
use selvedge_vm::ops::div::{self, Div};
use selvedge_vm::ops::float::{FloatBin, FloatCompare};

use super::place::{Dest, Source, Value};
use super::row::ResultOp;
use super::{Mode, Op, Regs, Show};

macro_rules! binary_op {
    ($(#[$doc:meta])* $name:ident $family:ident $operand:ident) => {
        $(#[$doc])*
        pub(crate) struct $name<O, L, R>(PhantomData<(O, L, R)>);

        impl<O: $family, L: Source<O::$operand>, R: Source<O::$operand>> ResultOp for $name<O, L, R>
        where
            O::$operand: Value,
        {
            const LEN: usize = 2 + L::EXTRA + R::EXTRA;
            #[inline(always)]
            unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
                // SAFETY: passed on to the caller.
                unsafe {
                    let (a, b) = (L::read(&r), R::read(&r));
                    D::write(&mut r, binary_op!(@value $family O a b));
                    r.next::<M>(Self::LEN)
                }
            }
        }
    };
    (@value Compare $o:ident $a:ident $b:ident) => { u32::from($o::eval($a, $b)) };
    (@value FloatCompare $o:ident $a:ident $b:ident) => { u32::from($o::eval($a, $b)) };
    (@value $family:ident $o:ident $a:ident $b:ident) => { $o::eval($a, $b) };
}

binary_op! {
    /// Integer arithmetic that cannot trap.
    Bin Alu Int
}
binary_op! {
    /// An integer comparison as a value.
    Cmp Compare Int
}
binary_op! {
    /// Float arithmetic.
    FBin FloatBin Float
}
binary_op! {
    /// A float comparison as a value.
    FCmp FloatCompare Float
}

/// Integer division and remainder.
pub(crate) struct DivRem<O, L, R>(PhantomData<(O, L, R)>);

impl<O: Div, L: Source<O::Int>, R: Source<O::Int>> ResultOp for DivRem<O, L, R>
where
    O::Int: Value,
{
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match O::eval(L::read(&r), R::read(&r)) {
                Ok(value) => {
                    D::write(&mut r, value);
                    r.next::<M>(Self::LEN)
                }
                Err(code) => M::trap(r, code),
            }
        }
    }
}

/// One operand, one result.
pub(crate) struct Un<O, X>(PhantomData<(O, X)>);

impl<O: Unary, X: Source<O::In>> ResultOp for Un<O, X>
where
    O::Out: Value,
{
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = O::eval(X::read(&r));
            D::write(&mut r, value);
            r.next::<M>(Self::LEN)
        }
    }
}

/// One operand, one result, and a trap if the operand does not fit.
pub(crate) struct TryUn<O, X>(PhantomData<(O, X)>);

impl<O: TryUnary, X: Source<O::In>> ResultOp for TryUn<O, X>
where
    O::Out: Value,
{
    #[inline(always)]
    unsafe fn exec<M: Mode, D: Dest>(mut r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            match O::eval(X::read(&r)) {
                Ok(value) => {
                    D::write(&mut r, value);
                    r.next::<M>(Self::LEN)
                }
                Err(code) => M::trap(r, code),
            }
        }
    }
}

/// A wide arithmetic operator: operands in the slots from the one named by the
/// 32-bit field at byte 8, and two results, low word first, in their place.
pub(crate) trait WideOp: 'static {
    /// The results for the slots at `at`.
    ///
    /// # Safety
    ///
    /// The operands are there.
    unsafe fn eval(at: *const u64) -> (u64, u64);
}

macro_rules! wide_ops {
    ($($name:ident |$a:ident| $eval:expr;)*) => { $(
        pub(crate) struct $name;

        impl WideOp for $name {
            #[inline(always)]
            unsafe fn eval($a: *const u64) -> (u64, u64) {
                // SAFETY: the operands are there by contract.
                unsafe { $eval }
            }
        }
    )* };
}
wide_ops! {
    Add128 |a| div::add128((*a, *a.add(1)), (*a.add(2), *a.add(3)));
    Sub128 |a| div::sub128((*a, *a.add(1)), (*a.add(2), *a.add(3)));
    MulWideS |a| div::mul_wide_s(*a, *a.add(1));
    MulWideU |a| div::mul_wide_u(*a, *a.add(1));
}

/// A wide arithmetic operator.
pub(crate) struct Wide<W>(PhantomData<W>);

impl<W: WideOp> Op for Wide<W> {
    const LEN: usize = 2;
    const SHOW: &'static [Show] = &[Show::U32("at", 8)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: translation put the operands into consecutive slots of the frame.
        unsafe {
            let at = r.fp.add(r.field32(8) as usize);
            let (low, high) = W::eval(at);
            *at = low;
            *at.add(1) = high;
            r.next::<M>(Self::LEN)
        }
    }
}
