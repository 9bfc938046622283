//! Views of an instance: its heap as integers, its globals.

#![expect(unsafe_code, reason = "reads and writes globals in the context")]

use std::fmt;

use selvedge_vm::index::{DefinedGlobalIndex, EntityIndex, GlobalIndex};
use selvedge_vm::instance::Instance as VMInstance;
use selvedge_vm::types::{GlobalType, ValType};

use super::error::LifeError;

/// The value of a numeric global.
#[derive(Copy, Clone, PartialEq, Debug)]
pub enum GlobalValue {
    /// Of type `i32`.
    I32(i32),
    /// Of type `i64`.
    I64(i64),
    /// Of type `f32`.
    F32(f32),
    /// Of type `f64`.
    F64(f64),
}

impl GlobalValue {
    fn of_word(ty: ValType, word: u64) -> Option<Self> {
        Some(match ty {
            ValType::I32 => Self::I32(word as i32),
            ValType::I64 => Self::I64(word.cast_signed()),
            ValType::F32 => Self::F32(f32::from_bits(word as u32)),
            ValType::F64 => Self::F64(f64::from_bits(word)),
            ValType::V128 | ValType::FuncRef | ValType::ExternRef => return None,
        })
    }

    fn word(self) -> (ValType, u64) {
        match self {
            Self::I32(value) => (ValType::I32, value.cast_unsigned().into()),
            Self::I64(value) => (ValType::I64, value.cast_unsigned()),
            Self::F32(value) => (ValType::F32, value.to_bits().into()),
            Self::F64(value) => (ValType::F64, value.to_bits()),
        }
    }
}

macro_rules! from {
    ($($ty:ident $variant:ident)*) => { $(
        impl From<$ty> for GlobalValue {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        }
    )* };
}

from! { i32 I32 i64 I64 f32 F32 f64 F64 }

/// The globals of an instance, in the order of its module. Those of type `v128` and references are counted, but have no
/// [`GlobalValue`]: they are reached as [`Global`](crate::Global)s that are exported.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{GlobalValue, InstanceRegion, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (global i32 (i32.const 7))
///     (global (mut f64) (f64.const 0.5)))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
/// assert_eq!(instance.globals().get(0), Some(GlobalValue::I32(7)));
/// instance.globals_mut().set(1, 2.5)?;
/// assert_eq!(instance.globals().get(1), Some(GlobalValue::F64(2.5)));
/// assert!(instance.globals_mut().set(0, 8).is_err(), "it is immutable");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone)]
pub struct Globals<'a> {
    instance: &'a VMInstance,
}

impl<'a> Globals<'a> {
    /// `instance` is borrowed from its store, of which no guest runs.
    pub(super) fn new(instance: &'a VMInstance) -> Self {
        Self { instance }
    }

    fn ty(&self, index: usize) -> Option<GlobalType> {
        let module = self.instance.module();
        let index = index.checked_add(module.num_imported_globals as usize)?;
        (index < module.globals.len()).then(|| module.globals[GlobalIndex::new(index)])
    }

    /// How many globals there are.
    pub fn len(&self) -> usize {
        let module = self.instance.module();
        module.globals.len() - module.num_imported_globals as usize
    }

    /// Whether there is no global.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of global `index`, if there is one and it is numeric.
    pub fn get(&self, index: usize) -> Option<GlobalValue> {
        let ty = self.ty(index)?.content;
        let global = self
            .instance
            .owned_global_ptr(DefinedGlobalIndex::new(index));
        // SAFETY: a global of a live instance, which is in cells.
        let word = unsafe { (*global).words[0].get() };
        GlobalValue::of_word(ty, word)
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<GlobalValue>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl fmt::Debug for Globals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The same as [`Globals`], to change them.
pub struct GlobalsMut<'a> {
    globals: Globals<'a>,
}

impl<'a> GlobalsMut<'a> {
    /// `instance` is borrowed from its store, which is borrowed exclusively.
    pub(super) fn new(instance: &'a VMInstance) -> Self {
        let globals = Globals { instance };
        Self { globals }
    }

    /// Gives global `index` a value.
    ///
    /// # Errors
    ///
    /// [`LifeError::InvalidArgument`] if there is no such global, it is immutable, or has another type.
    pub fn set(&mut self, index: usize, value: impl Into<GlobalValue>) -> Result<(), LifeError> {
        let (ty, word) = value.into().word();
        let why = match self.globals.ty(index) {
            None => "there is no such global",
            Some(global) if !global.mutable => "the global is immutable",
            Some(global) if global.content != ty => "the global has another type",
            Some(_) => {
                let index = DefinedGlobalIndex::new(index);
                let global = self.globals.instance.owned_global_ptr(index);
                // SAFETY: a global of a live instance, which is in cells.
                unsafe { (*global).words[0].set(word) };
                return Ok(());
            }
        };
        Err(LifeError::InvalidArgument(why))
    }
}

impl<'a> std::ops::Deref for GlobalsMut<'a> {
    type Target = Globals<'a>;

    fn deref(&self) -> &Globals<'a> {
        &self.globals
    }
}

impl fmt::Debug for GlobalsMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.globals.fmt(f)
    }
}

/// The bytes as little-endian integers of the host.
///
/// # Panics
///
/// If they are not aligned to the integers, or not whole ones.
pub(super) fn integers<T: Integer>(bytes: &[u8]) -> &[T] {
    // SAFETY: every sequence of bytes is an integer.
    let (before, integers, after) = unsafe { bytes.align_to() };
    assert!(before.is_empty() && after.is_empty(), "the heap is aligned");
    integers
}

/// The same, to change.
///
/// # Panics
///
/// As for [`integers`].
pub(super) fn integers_mut<T: Integer>(bytes: &mut [u8]) -> &mut [T] {
    // SAFETY: every sequence of bytes is an integer, and the other way round.
    let (before, integers, after) = unsafe { bytes.align_to_mut() };
    assert!(before.is_empty() && after.is_empty(), "the heap is aligned");
    integers
}

/// Integers without invalid bits.
pub(super) trait Integer {}

impl Integer for u32 {}
impl Integer for u64 {}
