//! What a run of a guest has led to: `RunResult`, `UntypedRetVal`, `YieldedVal`.

use std::any::Any;
use std::fmt;
use std::ptr;

use super::error::LifeError;
use crate::values::Val;

/// What a run of a guest has led to.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{Contexts, InstanceRegion, Limits, MmapRegion, RunResult};
/// use selvedge::{Caller, Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let mut linker = Linker::<Contexts>::new(&engine);
/// linker.func_wrap("host", "emit", |mut caller: Caller<'_, Contexts>, n: u32| {
///     caller.yield_val(n)
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "emit" (func $emit (param i32)))
///     (func (export "count") (param $n i32)
///         (loop $next
///             (call $emit (local.get $n))
///             (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"#)?;
/// let pre = linker.instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
///
/// let mut numbers = Vec::new();
/// let mut result = instance.run("count", &[3_i32.into()])?;
/// while let RunResult::Yielded(value) = result {
///     numbers.push(*value.downcast::<u32>().expect("`emit` yields numbers"));
///     result = instance.resume()?;
/// }
/// assert_eq!(numbers, [3, 2, 1]);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug)]
pub enum RunResult {
    /// It has returned.
    Returned(UntypedRetVal),
    /// It waits to be resumed.
    Yielded(YieldedVal),
}

impl RunResult {
    /// What the guest has returned.
    ///
    /// # Errors
    ///
    /// [`LifeError::InstanceNotReturned`] if it has yielded.
    pub fn returned(self) -> Result<UntypedRetVal, LifeError> {
        self.returned_ref().copied()
    }

    /// What the guest has returned.
    ///
    /// # Errors
    ///
    /// [`LifeError::InstanceNotReturned`] if it has yielded.
    pub fn returned_ref(&self) -> Result<&UntypedRetVal, LifeError> {
        match self {
            Self::Returned(value) => Ok(value),
            Self::Yielded(_) => Err(LifeError::InstanceNotReturned),
        }
    }

    /// What the guest has yielded.
    ///
    /// # Errors
    ///
    /// [`LifeError::InstanceNotYielded`] if it has returned.
    pub fn yielded(self) -> Result<YieldedVal, LifeError> {
        match self {
            Self::Yielded(value) => Ok(value),
            Self::Returned(_) => Err(LifeError::InstanceNotYielded),
        }
    }

    /// What the guest has yielded.
    ///
    /// # Errors
    ///
    /// [`LifeError::InstanceNotYielded`] if it has returned.
    pub fn yielded_ref(&self) -> Result<&YieldedVal, LifeError> {
        match self {
            Self::Yielded(value) => Ok(value),
            Self::Returned(_) => Err(LifeError::InstanceNotYielded),
        }
    }

    /// Whether the guest has returned.
    pub fn is_returned(&self) -> bool {
        matches!(self, Self::Returned(_))
    }

    /// Whether the guest has yielded.
    pub fn is_yielded(&self) -> bool {
        matches!(self, Self::Yielded(_))
    }

    /// Whether the guest can be resumed: it has yielded.
    pub fn can_resume(&self) -> bool {
        self.is_yielded()
    }

    /// Whether the guest has yielded an `A`.
    pub fn has_yielded<A: Any>(&self) -> bool {
        matches!(self, Self::Yielded(value) if value.is::<A>())
    }

    /// What the guest has returned.
    ///
    /// # Panics
    ///
    /// If it has yielded.
    pub fn unwrap_returned(self) -> UntypedRetVal {
        self.expect_returned("the guest has returned")
    }

    /// What the guest has returned.
    ///
    /// # Panics
    ///
    /// With `message` if it has yielded.
    pub fn expect_returned(self, message: &str) -> UntypedRetVal {
        self.returned().expect(message)
    }

    /// What the guest has yielded.
    ///
    /// # Panics
    ///
    /// If it has returned.
    pub fn unwrap_yielded(self) -> YieldedVal {
        self.expect_yielded("the guest has yielded")
    }

    /// What the guest has yielded.
    ///
    /// # Panics
    ///
    /// With `message` if it has returned.
    pub fn expect_yielded(self, message: &str) -> YieldedVal {
        self.yielded().expect(message)
    }
}

/// The first result of a function, as the bits of an integer and of a float: one of the two is the result.
/// Conversions keep the low bits that the type has.
///
/// ```
/// use selvedge::region::UntypedRetVal;
///
/// let value = UntypedRetVal::from(0x1_0000_0007_u64);
/// assert_eq!((value.as_u64(), value.as_u8()), (0x1_0000_0007, 7));
/// assert_eq!(u32::from(value), 7);
/// assert!(value.as_bool());
/// assert_eq!(UntypedRetVal::from(1.5_f32).as_f32(), 1.5);
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct UntypedRetVal {
    gp: u64,
    fp: u128,
}

impl UntypedRetVal {
    /// The bits of the first of `results`; zero without one, or if it is a reference.
    pub(super) fn of_results(results: &[Val]) -> Self {
        let (gp, fp) = match results.first() {
            Some(&Val::I32(value)) => (u64::from(value.cast_unsigned()), 0),
            Some(&Val::I64(value)) => (value.cast_unsigned(), 0),
            Some(&Val::F32(bits)) => (0, u128::from(bits)),
            Some(&Val::F64(bits)) => (0, u128::from(bits)),
            Some(&Val::V128(value)) => (0, value.into()),
            Some(Val::FuncRef(_) | Val::ExternRef(_)) | None => (0, 0),
        };
        Self { gp, fp }
    }

    /// Whether the integer is not zero.
    pub fn as_bool(&self) -> bool {
        self.gp != 0
    }

    /// The float of 32 bits.
    pub fn as_f32(&self) -> f32 {
        f32::from_bits(self.fp as u32)
    }

    /// The float of 64 bits.
    pub fn as_f64(&self) -> f64 {
        f64::from_bits(self.fp as u64)
    }

    /// The vector.
    pub fn as_v128(&self) -> u128 {
        self.fp
    }

    /// The integer as an address, which nothing may be read from.
    pub fn as_ptr<T>(&self) -> *const T {
        ptr::without_provenance(self.gp as usize)
    }

    /// The integer as an address, which nothing may be read from or written to.
    pub fn as_mut<T>(&self) -> *mut T {
        ptr::without_provenance_mut(self.gp as usize)
    }
}

macro_rules! integers {
    ($($ty:ident $as:ident;)*) => { $(
        impl UntypedRetVal {
            #[doc = concat!("The low bits of the integer, as a `", stringify!($ty), "`.")]
            pub fn $as(&self) -> $ty {
                self.gp as $ty
            }
        }

        impl From<$ty> for UntypedRetVal {
            fn from(value: $ty) -> Self {
                Self { gp: value as u64, fp: 0 }
            }
        }

        impl From<UntypedRetVal> for $ty {
            fn from(value: UntypedRetVal) -> Self {
                value.$as()
            }
        }
    )* };
}

integers! {
    u8 as_u8; u16 as_u16; u32 as_u32; u64 as_u64; usize as_usize;
    i8 as_i8; i16 as_i16; i32 as_i32; i64 as_i64; isize as_isize;
}

impl From<bool> for UntypedRetVal {
    fn from(value: bool) -> Self {
        u64::from(value).into()
    }
}

impl From<UntypedRetVal> for bool {
    fn from(value: UntypedRetVal) -> Self {
        value.as_bool()
    }
}

impl From<f32> for UntypedRetVal {
    fn from(value: f32) -> Self {
        let fp = value.to_bits().into();
        Self { gp: 0, fp }
    }
}

impl From<UntypedRetVal> for f32 {
    fn from(value: UntypedRetVal) -> Self {
        value.as_f32()
    }
}

impl From<f64> for UntypedRetVal {
    fn from(value: f64) -> Self {
        let fp = value.to_bits().into();
        Self { gp: 0, fp }
    }
}

impl From<UntypedRetVal> for f64 {
    fn from(value: UntypedRetVal) -> Self {
        value.as_f64()
    }
}

impl fmt::Display for UntypedRetVal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<untyped return value>")
    }
}

/// The value of a yield without one.
pub(super) struct Nothing;

/// What a guest has yielded: a value of a type that host function and embedder know, or none.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{Contexts, InstanceRegion, Limits, MmapRegion};
/// use selvedge::{Caller, Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let mut linker = Linker::<Contexts>::new(&engine);
/// linker.func_wrap("host", "wait", |mut caller: Caller<'_, Contexts>| {
///     caller.yield_val(String::from("a moment"))
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "wait" (func $wait))
///     (func (export "run") (call $wait)))"#)?;
/// let pre = linker.instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
/// let value = instance.run("run", &[])?.yielded()?;
/// assert!(value.is::<String>() && !value.is::<u32>());
/// assert_eq!(value.downcast_ref::<String>().map(String::as_str), Some("a moment"));
/// assert!(instance.resume()?.is_returned());
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct YieldedVal {
    value: Box<dyn Any>,
}

impl YieldedVal {
    pub(super) fn new(value: Box<dyn Any>) -> Self {
        Self { value }
    }

    /// Whether it is an `A`.
    pub fn is<A: Any>(&self) -> bool {
        self.value.is::<A>()
    }

    /// Whether the guest has yielded without a value.
    pub fn is_none(&self) -> bool {
        self.is::<Nothing>()
    }

    /// Whether the guest has yielded with a value.
    pub fn is_some(&self) -> bool {
        !self.is_none()
    }

    /// The value as an `A`.
    ///
    /// # Errors
    ///
    /// The value itself, if it is no `A`.
    pub fn downcast<A: Any>(self) -> Result<Box<A>, Self> {
        self.value.downcast().map_err(|value| Self { value })
    }

    /// The value as an `A`, if it is one.
    pub fn downcast_ref<A: Any>(&self) -> Option<&A> {
        self.value.downcast_ref()
    }
}

impl fmt::Debug for YieldedVal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.is_none() {
            true => "YieldedVal(none)",
            false => "YieldedVal(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::V128;

    #[test]
    fn results_keep_the_bits_of_their_type() {
        let of = |value: Val| UntypedRetVal::of_results(&[value, Val::I32(9)]);
        assert_eq!(of(Val::I32(-1)).as_u64(), u64::from(u32::MAX));
        assert_eq!(i32::from(of(Val::I32(-1))), -1);
        assert_eq!(i64::from(of(Val::I64(-2))), -2);
        assert_eq!(of(Val::I64(-2)).as_i8(), -2);
        assert_eq!(f32::from(of(Val::from(1.25_f32))), 1.25);
        assert_eq!(f64::from(of(Val::from(-0.5_f64))), -0.5);
        assert_eq!(of(Val::V128(V128::from(7 << 64))).as_v128(), 7 << 64);
        assert_eq!(UntypedRetVal::of_results(&[]), UntypedRetVal::default());
        assert_eq!(
            UntypedRetVal::default().to_string(),
            "<untyped return value>"
        );
    }

    #[test]
    fn conversions_there_and_back_keep_the_value() {
        assert_eq!(i8::from(UntypedRetVal::from(-3_i8)), -3);
        assert_eq!(u16::from(UntypedRetVal::from(65_535_u16)), 65_535);
        assert_eq!(isize::from(UntypedRetVal::from(-1_isize)), -1);
        assert!(bool::from(UntypedRetVal::from(256_u64)));
        assert!(!bool::from(UntypedRetVal::from(false)));
        assert_eq!(UntypedRetVal::from(16_u32).as_ptr::<u8>().addr(), 16);
        assert_eq!(UntypedRetVal::from(32_u32).as_mut::<u8>().addr(), 32);
    }

    #[test]
    fn a_run_has_either_returned_or_yielded() {
        let returned = RunResult::Returned(3_u32.into());
        assert!(returned.is_returned() && !returned.can_resume());
        assert_eq!(returned.returned_ref().unwrap().as_u32(), 3);
        assert!(matches!(
            returned.yielded(),
            Err(LifeError::InstanceNotYielded)
        ));
        let yielded = RunResult::Yielded(YieldedVal::new(Box::new(5_u64)));
        assert!(yielded.has_yielded::<u64>() && !yielded.has_yielded::<u32>());
        assert!(matches!(
            yielded.returned_ref(),
            Err(LifeError::InstanceNotReturned)
        ));
        let value = yielded.unwrap_yielded();
        assert!(value.is_some());
        let value = value.downcast::<u32>().unwrap_err();
        assert_eq!(value.downcast_ref::<u64>(), Some(&5));
        assert_eq!(*value.downcast::<u64>().unwrap(), 5);
        assert!(YieldedVal::new(Box::new(Nothing)).is_none());
    }
}
