#![expect(unsafe_code, reason = "gives out the bytes of linear memories")]
//! `Memory`: a linear memory of a store.

use selvedge_vm::bulk;
use selvedge_vm::index::{DefinedMemoryIndex, MemoryIndex};
use selvedge_vm::instance::{EntityOrigin, Instance as VMInstance};
use selvedge_vm::memory::Memory as VMMemory;
use selvedge_vm::module::{Features, Module as VMModule};

/// A read or write by the host is not within a memory.
///
/// ```
/// use selvedge::{Engine, Memory, MemoryAccessError, MemoryType, Store};
///
/// let mut store = Store::new(&Engine::default(), ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
/// let mut bytes = [0; 8];
/// let error: MemoryAccessError = memory.read(&store, 65_530, &mut bytes).unwrap_err();
/// assert!(error.to_string().starts_with("out of bounds memory access: 8 bytes at 65530"));
/// # Ok::<(), selvedge::Error>(())
/// ```
pub use selvedge_vm::memory::MemoryAccessError;

use crate::context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
use crate::error::{Error, LimitError, Result};
use crate::instance;
use crate::store::{StoreId, StoreOpaque};
use crate::types::MemoryType;

/// A linear memory.
///
/// It is a handle, cheap to copy, and used together with its store; two handles are
/// equal if they are of the same memory. A memory lives as long as the instance that
/// defines it; one that the host made, as long as the store.
///
/// Methods without a `Result` panic if the memory is one of another store, or its instance has been
/// [removed](crate::Instance::remove).
///
/// ```
/// use selvedge::{Engine, Memory, MemoryType, Store};
///
/// let mut store = Store::new(&Engine::default(), ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, Some(2)))?;
///
/// // `read` and `write` check that what they touch is in the memory.
/// memory.write(&mut store, 100, b"hello")?;
/// let mut bytes = [0; 5];
/// memory.read(&store, 100, &mut bytes)?;
/// assert_eq!(&bytes, b"hello");
/// assert!(memory.write(&mut store, 65_535, b"too long").is_err());
///
/// // All of it, as a slice.
/// memory.data_mut(&mut store)[100] = b'j';
/// assert_eq!(&memory.data(&store)[100..105], b"jello");
///
/// assert_eq!(memory.grow(&mut store, 1)?, 1, "as many pages as there were");
/// assert!(memory.grow(&mut store, 1).is_err(), "the maximum");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Memory {
    store: StoreId,
    origin: EntityOrigin<DefinedMemoryIndex>,
}

impl Memory {
    /// A memory of type `ty`, made by the host.
    ///
    /// # Errors
    ///
    /// If the type needs a feature that is off, the store's limiter refuses, or there is
    /// not enough memory.
    pub fn new(mut store: impl AsContextMut, ty: MemoryType) -> Result<Self> {
        let mut store = store.as_context_mut();
        let features = store.engine().config().features;
        if ty.is_64() && !features.contains(Features::MEMORY64) {
            return Err(feature_off("memory64"));
        }
        if ty.page_size_log2() != 16 && !features.contains(Features::CUSTOM_PAGE_SIZES) {
            return Err(feature_off("custom_page_sizes"));
        }
        let module = VMModule::synthetic_memory(*ty.as_vm());
        let id = store.opaque().id();
        // SAFETY: the store is borrowed exclusively.
        let instance = unsafe { instance::instantiate_host(store.opaque_ptr(), module)? };
        let index = DefinedMemoryIndex::from_u32(0);
        Ok(Self::from_origin(id, EntityOrigin { instance, index }))
    }

    pub(crate) fn from_origin(store: StoreId, origin: EntityOrigin<DefinedMemoryIndex>) -> Self {
        Self { store, origin }
    }

    pub(crate) fn origin(&self, store: &StoreOpaque) -> Result<EntityOrigin<DefinedMemoryIndex>> {
        if self.store != store.id() {
            return Err(Error::message("memory used with the wrong store"));
        }
        Ok(self.origin)
    }

    /// The instance that defines the memory, and its index there.
    #[track_caller]
    fn owner<'a>(&self, store: &'a StoreOpaque) -> (&'a VMInstance, MemoryIndex) {
        store.assert_owns(self.store);
        let instance = store.instance(self.origin.instance);
        let index = instance.module().num_imported_memories + self.origin.index.as_u32();
        (instance, MemoryIndex::from_u32(index))
    }

    #[track_caller]
    fn vm_ptr(&self, store: &StoreOpaque) -> *mut VMMemory {
        store.assert_owns(self.store);
        store
            .instance(self.origin.instance)
            .owned_memory(self.origin.index)
    }

    /// The VM's memory, borrowed as the store is.
    #[track_caller]
    fn vm<'a>(&self, store: &'a StoreOpaque) -> &'a VMMemory {
        // SAFETY: the memory is alive as long as its instance, which only `&mut StoreOpaque` removes. Whoever changes it,
        // or its bytes, has the store for itself: `vm_mut`, and guests.
        unsafe { &*self.vm_ptr(store) }
    }

    /// The VM's memory, borrowed exclusively as the store is.
    #[track_caller]
    fn vm_mut<'a>(&self, store: &'a mut StoreOpaque) -> &'a mut VMMemory {
        // SAFETY: as for `vm`; no other reference to the memory is about while the store is borrowed exclusively.
        unsafe { &mut *self.vm_ptr(store) }
    }

    /// The type, with which the memory was made: the minimum is its size then.
    pub fn ty(&self, store: impl AsContext) -> MemoryType {
        let store = store.as_context();
        let (instance, index) = self.owner(store.opaque());
        MemoryType::from_vm(instance.module().memories[index])
    }

    /// Copies bytes from the memory to `buffer`.
    ///
    /// # Errors
    ///
    /// If they are not all within the memory.
    pub fn read(
        &self,
        store: impl AsContext,
        offset: usize,
        buffer: &mut [u8],
    ) -> Result<(), MemoryAccessError> {
        let store = store.as_context();
        self.vm(store.opaque()).read(offset as u64, buffer)
    }

    /// Copies bytes from `buffer` to the memory.
    ///
    /// # Errors
    ///
    /// If they would not all be within the memory.
    pub fn write(
        &self,
        mut store: impl AsContextMut,
        offset: usize,
        buffer: &[u8],
    ) -> Result<(), MemoryAccessError> {
        let mut store = store.as_context_mut();
        let memory = self.vm_mut(store.opaque_mut());
        memory.write(offset as u64, buffer)
    }

    /// The bytes. They are borrowed with the store, so they cannot move or change meanwhile:
    ///
    /// ```compile_fail,E0502
    /// # use selvedge::{Memory, Store};
    /// # fn f(mut store: Store<()>, memory: Memory) -> selvedge::Result<()> {
    /// let bytes = memory.data(&store);
    /// memory.grow(&mut store, 1)?;
    /// assert_eq!(bytes[0], 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn data<'a, T: 'static>(&self, store: impl Into<StoreContext<'a, T>>) -> &'a [u8] {
        let store = store.into();
        self.vm(store.opaque()).data()
    }

    /// The bytes, to change.
    pub fn data_mut<'a, T: 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> &'a mut [u8] {
        self.data_and_store_mut(store).0
    }

    /// The bytes and the embedder's data, to change both.
    pub fn data_and_store_mut<'a, T: 'static>(
        &self,
        store: impl Into<StoreContextMut<'a, T>>,
    ) -> (&'a mut [u8], &'a mut T) {
        let (store, data) = store.into().split();
        let bytes = self.vm_mut(store).data_mut();
        (bytes, data)
    }

    /// The address of the bytes. It may change when the memory grows, and is not to be used
    /// once the memory is gone.
    pub fn data_ptr(&self, store: impl AsContext) -> *mut u8 {
        let store = store.as_context();
        self.vm(store.opaque()).vmmemory().base
    }

    /// The size in bytes.
    pub fn data_size(&self, store: impl AsContext) -> usize {
        let store = store.as_context();
        self.vm(store.opaque()).byte_size()
    }

    /// The size in pages.
    pub fn size(&self, store: impl AsContext) -> u64 {
        let store = store.as_context();
        self.vm(store.opaque()).size_pages()
    }

    /// The size of a page in bytes.
    pub fn page_size(&self, store: impl AsContext) -> u64 {
        self.ty(store).page_size()
    }

    /// The binary logarithm of the size of a page.
    pub fn page_size_log2(&self, store: impl AsContext) -> u8 {
        self.ty(store).page_size_log2()
    }

    /// Adds `delta` pages and returns the size before.
    ///
    /// # Errors
    ///
    /// If the memory's maximum or the store's limiter does not allow it, or there is not enough memory.
    pub fn grow(&self, mut store: impl AsContextMut, delta: u64) -> Result<u64> {
        let mut store = store.as_context_mut();
        let opaque = store.opaque_mut();
        let (instance, index) = self.owner(opaque);
        let vmctx = instance.vmctx();
        // SAFETY: the instance is alive, and the store is borrowed exclusively.
        let grown = unsafe { bulk::memory_grow(vmctx, index, delta) };
        match grown.map_err(instance::stopped)? {
            u64::MAX => {
                let message = format!("failed to grow memory by {delta} pages");
                Err(LimitError::new(message).into())
            }
            before => Ok(before),
        }
    }
}

pub(crate) fn feature_off(name: &str) -> Error {
    Error::message(format!(
        "the type requires the `{name}` feature, which is disabled"
    ))
}
