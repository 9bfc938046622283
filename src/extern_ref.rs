//! `ExternRef`: host values that guests can hold but not look into.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::sync::Arc;

use crate::context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
use crate::error::{Error, LimitError, Result};
use crate::store::{StoreId, StoreOpaque};

/// A reference to a host value in a store.
///
/// It is a handle, cheap to copy, that does not keep the value alive: see [`Store::gc`](crate::Store::gc),
/// which alone ever frees one. Using a handle of a freed value is an error.
///
/// ```
/// use selvedge::{Engine, ExternRef, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (func (export "same") (param externref) (result externref) (local.get 0)))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let same = instance.get_typed_func::<Option<ExternRef>, Option<ExternRef>>(&mut store, "same")?;
///
/// // The guest hands it around without seeing what it is.
/// let secret = ExternRef::new(&mut store, String::from("secret"))?;
/// let back = same.call(&mut store, Some(secret))?.expect("it is not null");
/// let value = back.data(&store)?.downcast_ref::<String>();
/// assert_eq!(value.map(String::as_str), Some("secret"));
///
/// // Nothing in the store holds it any more.
/// assert_eq!(store.gc(), 1);
/// assert!(back.data(&store).is_err());
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct ExternRef {
    store: StoreId,
    handle: NonZeroU64,
}

/// wasmtime's name for a reference that a collection may make stale. Here every
/// [`ExternRef`] is one.
pub type Rooted<T> = T;

impl ExternRef {
    /// Puts a host value into the store.
    ///
    /// # Errors
    ///
    /// If the store has no room for another.
    pub fn new<V>(mut store: impl AsContextMut, value: V) -> Result<Self>
    where
        V: Any + Send + Sync,
    {
        let mut store = store.as_context_mut();
        let opaque = store.opaque_mut();
        let handle = opaque.vm_mut().alloc_externref(Box::new(value));
        let handle = handle.map_err(|error| LimitError::new(error.to_string()))?;
        let handle = NonZeroU64::new(handle).expect("only null has the handle 0");
        Ok(Self::from_handle(opaque.id(), handle))
    }

    #[inline]
    pub(crate) fn from_handle(store: StoreId, handle: NonZeroU64) -> Self {
        Self { store, handle }
    }

    #[inline]
    pub(crate) fn handle(&self) -> NonZeroU64 {
        self.handle
    }

    /// Whether the value may be given to guests of `store`.
    pub(crate) fn check(&self, store: &StoreOpaque) -> Result<()> {
        if self.store != store.id() {
            return Err(Error::message("externref used with the wrong store"));
        }
        match store.vm().externref(self.handle.get()) {
            Some(_) => Ok(()),
            None => Err(Error::message(
                "externref of a value that has been collected",
            )),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// If it has been collected.
    ///
    /// # Panics
    ///
    /// If it is one of another store.
    pub fn data<'a, T: 'static>(
        &self,
        store: impl Into<StoreContext<'a, T>>,
    ) -> Result<&'a (dyn Any + Send + Sync)> {
        let store = store.into().opaque();
        store.assert_owns(self.store);
        let value = store.vm().externref(self.handle.get());
        value.ok_or_else(|| Error::message("externref of a value that has been collected"))
    }

    /// The value, to change.
    ///
    /// # Errors
    ///
    /// If it has been collected.
    ///
    /// # Panics
    ///
    /// If it is one of another store.
    pub fn data_mut<'a, T: 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> Result<&'a mut (dyn Any + Send + Sync)> {
        let (store, _) = store.into().split();
        store.assert_owns(self.store);
        let value = store.vm_mut().externref_mut(self.handle.get());
        value.ok_or_else(|| Error::message("externref of a value that has been collected"))
    }

    /// A reference that keeps the value alive until it, and every clone of it, is dropped.
    ///
    /// # Errors
    ///
    /// If the value has been collected, or is one of another store.
    pub fn to_owned_rooted(&self, mut store: impl AsContextMut) -> Result<OwnedRooted<Self>> {
        let mut store = store.as_context_mut();
        self.check(store.opaque())?;
        Ok(OwnedRooted {
            value: *self,
            _root: store.opaque_mut().add_root(self.handle.get()),
            ty: PhantomData,
        })
    }

    /// Whether two references are to the same value.
    ///
    /// # Errors
    ///
    /// If either is one of another store.
    pub fn ref_eq(store: impl AsContext, a: &Self, b: &Self) -> Result<bool> {
        let store = store.as_context().opaque().id();
        if a.store != store || b.store != store {
            return Err(Error::message("externref used with the wrong store"));
        }
        Ok(a == b)
    }
}

impl fmt::Debug for ExternRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExternRef({:#x} of store {:?})", self.handle, self.store)
    }
}

/// An [`ExternRef`] that keeps its value alive; see [`ExternRef::to_owned_rooted`].
///
/// ```
/// use selvedge::{Engine, ExternRef, Store};
///
/// let mut store = Store::new(&Engine::default(), ());
/// let kept = ExternRef::new(&mut store, 7_u32)?.to_owned_rooted(&mut store)?;
/// assert_eq!(store.gc(), 0);
/// let reference = kept.to_rooted(&mut store);
/// assert_eq!(reference.data(&store)?.downcast_ref(), Some(&7_u32));
/// drop(kept);
/// assert_eq!(store.gc(), 1);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct OwnedRooted<T = ExternRef> {
    value: ExternRef,
    _root: Arc<()>,
    ty: PhantomData<T>,
}

impl OwnedRooted<ExternRef> {
    /// The reference.
    pub fn to_rooted(&self, store: impl AsContextMut) -> ExternRef {
        drop(store);
        self.value
    }
}

impl<T> fmt::Debug for OwnedRooted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedRooted").field(&self.value).finish()
    }
}
