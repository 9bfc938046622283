#![expect(unsafe_code, reason = "contexts are typed pointers to a store")]
//! `StoreContext` and `StoreContextMut`: borrows of a store that do not name its owner.
//!
//! Both are a pointer to the store's inner part and a lifetime. They are not
//! references because guest code reaches the same store through host functions while
//! a `StoreContextMut` further up is waiting: what is borrowed from one ends before a
//! guest runs (the borrow checker sees to it), and every access derives anew from the
//! one pointer that the store was made with.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::engine::Engine;
use crate::error::Result;
use crate::interrupt::InterruptHandle;
use crate::store::{Store, StoreInner, StoreOpaque};

/// A shared borrow of a store.
///
/// ```
/// use selvedge::{Engine, Memory, MemoryType, Store, StoreContext};
///
/// fn first_bytes<'a>(memory: &Memory, store: impl Into<StoreContext<'a, u32>>) -> &'a [u8] {
///     let store = store.into();
///     &memory.data(store)[..*store.data() as usize]
/// }
///
/// let mut store = Store::new(&Engine::default(), 4);
/// let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
/// assert_eq!(first_bytes(&memory, &store), [0; 4]);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct StoreContext<'a, T: 'static> {
    store: NonNull<StoreInner<T>>,
    borrow: PhantomData<&'a StoreInner<T>>,
}

/// An exclusive borrow of a store.
///
/// ```
/// use selvedge::{Config, Engine, Store, UpdateDeadline};
///
/// let engine = Engine::new(Config::new().epoch_interruption(true))?;
/// let mut store = Store::new(&engine, 0_u32);
/// // A callback gets the store as a context: here it counts how often it was asked.
/// store.epoch_deadline_callback(|mut context| {
///     *context.data_mut() += 1;
///     Ok(UpdateDeadline::Continue(1))
/// });
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct StoreContextMut<'a, T: 'static> {
    store: NonNull<StoreInner<T>>,
    borrow: PhantomData<&'a mut StoreInner<T>>,
}

// SAFETY: it is a shared reference to the store, and a store is `Sync` if its data is.
unsafe impl<T: Sync> Send for StoreContext<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for StoreContext<'_, T> {}
// SAFETY: it is an exclusive reference to the store, and a store is `Send` if its data is.
unsafe impl<T: Send> Send for StoreContextMut<'_, T> {}
// SAFETY: a shared reference to it gives shared access to the store.
unsafe impl<T: Sync> Sync for StoreContextMut<'_, T> {}

impl<T> Clone for StoreContext<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoreContext<'_, T> {}

impl<'a, T> StoreContext<'a, T> {
    /// # Safety
    ///
    /// `store` is alive for `'a` and not changed meanwhile.
    pub(crate) unsafe fn new(store: NonNull<StoreInner<T>>) -> Self {
        Self {
            store,
            borrow: PhantomData,
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &'a T {
        // SAFETY: the store is borrowed for `'a`.
        unsafe { &(*self.store.as_ptr()).data }
    }

    /// The engine.
    pub fn engine(&self) -> &'a Engine {
        self.opaque().engine()
    }

    pub(crate) fn opaque(&self) -> &'a StoreOpaque {
        // SAFETY: the store is borrowed for `'a`.
        unsafe { &(*self.store.as_ptr()).opaque }
    }
}

impl<'a, T> StoreContextMut<'a, T> {
    /// # Safety
    ///
    /// `store` is alive for `'a` and used meanwhile only through what is made from
    /// this context.
    pub(crate) unsafe fn new(store: NonNull<StoreInner<T>>) -> Self {
        Self {
            store,
            borrow: PhantomData,
        }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        // SAFETY: the store is borrowed for as long as `self` is.
        unsafe { &(*self.store.as_ptr()).data }
    }

    /// The embedder's data, to change.
    pub fn data_mut(&mut self) -> &mut T {
        // SAFETY: the store is borrowed exclusively for as long as `self` is.
        unsafe { &mut (*self.store.as_ptr()).data }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        self.opaque().engine()
    }

    /// See [`Store::gc`].
    pub fn gc(&mut self) -> usize {
        self.opaque_mut().gc()
    }

    /// See [`Store::set_epoch_deadline`].
    ///
    /// # Panics
    ///
    /// As there.
    pub fn set_epoch_deadline(&mut self, ticks: u64) {
        // SAFETY: the store is borrowed exclusively for as long as `self` is.
        let epochs = unsafe { (*self.store.as_ptr()).epochs.as_ref() };
        let epochs = epochs.expect("`Config::epoch_interruption` is on");
        self.opaque()
            .engine()
            .epochs()
            .set(epochs.deadline(), ticks);
    }

    /// See [`Store::get_fuel`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn get_fuel(&self) -> Result<u64> {
        self.opaque().get_fuel()
    }

    /// See [`Store::set_fuel`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.opaque_mut().set_fuel(fuel)
    }

    /// See [`Store::interrupt_handle`].
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.opaque().interrupt_handle()
    }

    pub(crate) fn opaque(&self) -> &StoreOpaque {
        // SAFETY: the store is borrowed for as long as `self` is.
        unsafe { &(*self.store.as_ptr()).opaque }
    }

    pub(crate) fn opaque_mut(&mut self) -> &mut StoreOpaque {
        // SAFETY: the store is borrowed exclusively for as long as `self` is.
        unsafe { &mut (*self.store.as_ptr()).opaque }
    }

    /// The part of the store that does not know `T`, for use while guests may run.
    pub(crate) fn opaque_ptr(&mut self) -> *mut StoreOpaque {
        // SAFETY: the store is alive; no reference is made.
        unsafe { &raw mut (*self.store.as_ptr()).opaque }
    }

    /// The store.
    pub(crate) fn as_ptr(&self) -> NonNull<StoreInner<T>> {
        self.store
    }

    /// Both halves of the store.
    pub(crate) fn split(self) -> (&'a mut StoreOpaque, &'a mut T) {
        // SAFETY: the store is borrowed exclusively for `'a`, and the fields are apart.
        unsafe {
            let store = self.store.as_ptr();
            (&mut (*store).opaque, &mut (*store).data)
        }
    }
}

/// Types that give shared access to a store: [`Store`], [`Caller`](crate::Caller), the contexts,
/// and references to them.
///
/// ```
/// use selvedge::{AsContext, Engine, Store};
///
/// /// Takes a `Store`, a `Caller`, or a reference to either.
/// fn name(store: impl AsContext<Data = String>) -> String {
///     store.as_context().data().to_uppercase()
/// }
///
/// let store = Store::new(&Engine::default(), String::from("guest"));
/// assert_eq!(name(&store), "GUEST");
/// ```
pub trait AsContext {
    /// The embedder's data in the store.
    type Data: 'static;

    /// A shared borrow of the store.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// Types that give exclusive access to a store. See [`AsContext`].
///
/// ```
/// use selvedge::{AsContextMut, Engine, Instance, Module, Store};
///
/// /// Takes a `&mut Store` or a `&mut Caller`, and uses it more than once.
/// fn run(mut store: impl AsContextMut, module: &Module) -> selvedge::Result<i32> {
///     let instance = Instance::new(&mut store, module, &[])?;
///     instance.get_typed_func::<(), i32>(&mut store, "run")?.call(&mut store, ())
/// }
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "run") (result i32) (i32.const 7)))"#)?;
/// assert_eq!(run(Store::new(&engine, ()), &module)?, 7);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub trait AsContextMut: AsContext {
    /// An exclusive borrow of the store.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

impl<T: 'static> AsContext for Store<T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        // SAFETY: the store is borrowed for the context's lifetime.
        unsafe { StoreContext::new(self.inner()) }
    }
}

impl<T: 'static> AsContextMut for Store<T> {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        // SAFETY: the store is borrowed exclusively for the context's lifetime.
        unsafe { StoreContextMut::new(self.inner()) }
    }
}

impl<T: 'static> AsContext for StoreContext<'_, T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        *self
    }
}

impl<T: 'static> AsContext for StoreContextMut<'_, T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        // SAFETY: the context is borrowed for the new one's lifetime.
        unsafe { StoreContext::new(self.store) }
    }
}

impl<T: 'static> AsContextMut for StoreContextMut<'_, T> {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        // SAFETY: the context is borrowed exclusively for the new one's lifetime.
        unsafe { StoreContextMut::new(self.store) }
    }
}

impl<C: AsContext> AsContext for &'_ C {
    type Data = C::Data;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContext> AsContext for &'_ mut C {
    type Data = C::Data;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContextMut> AsContextMut for &'_ mut C {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}

impl<'a, C: AsContext> From<&'a C> for StoreContext<'a, C::Data> {
    fn from(store: &'a C) -> Self {
        store.as_context()
    }
}

impl<'a, C: AsContext> From<&'a mut C> for StoreContext<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        C::as_context(store)
    }
}

impl<'a, C: AsContextMut> From<&'a mut C> for StoreContextMut<'a, C::Data> {
    fn from(store: &'a mut C) -> Self {
        store.as_context_mut()
    }
}

impl<'a, T: 'static> From<StoreContextMut<'a, T>> for StoreContext<'a, T> {
    fn from(store: StoreContextMut<'a, T>) -> Self {
        // SAFETY: the exclusive borrow becomes a shared one for the same time.
        unsafe { StoreContext::new(store.store) }
    }
}

/// The error for a store of another engine.
pub(crate) fn same_engine(a: &Engine, b: &Engine) -> Result<()> {
    if Engine::same(a, b) {
        return Ok(());
    }
    Err(crate::Error::message(
        "modules, linkers and stores can be used together only if they are of the same engine",
    ))
}
