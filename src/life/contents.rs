//! What an instance has: its heap, its globals, its instruction count, and the embedder's contexts.

use std::any::Any;
use std::cell::{BorrowError, BorrowMutError, Ref, RefMut};

use super::error::LifeError;
use super::handle::InstanceHandle;
use super::views::{Globals, GlobalsMut, integers, integers_mut};

/// Memory and globals.
impl InstanceHandle {
    /// Memory 0; empty without one.
    pub fn heap(&self) -> &[u8] {
        match &self.memory {
            Some(memory) => memory.data(&self.store),
            None => &[],
        }
    }

    /// Memory 0, to change.
    pub fn heap_mut(&mut self) -> &mut [u8] {
        match &self.memory {
            Some(memory) => memory.data_mut(&mut self.store),
            None => &mut [],
        }
    }

    /// Memory 0 as integers in the byte order of the host.
    ///
    /// # Panics
    ///
    /// If its size is not a multiple of theirs.
    pub fn heap_u32(&self) -> &[u32] {
        integers(self.heap())
    }

    /// Memory 0 as integers in the byte order of the host, to change.
    ///
    /// # Panics
    ///
    /// If its size is not a multiple of theirs.
    pub fn heap_u32_mut(&mut self) -> &mut [u32] {
        integers_mut(self.heap_mut())
    }

    /// Memory 0 as integers in the byte order of the host.
    ///
    /// # Panics
    ///
    /// If its size is not a multiple of theirs.
    pub fn heap_u64(&self) -> &[u64] {
        integers(self.heap())
    }

    /// Memory 0 as integers in the byte order of the host, to change.
    ///
    /// # Panics
    ///
    /// If its size is not a multiple of theirs.
    pub fn heap_u64_mut(&mut self) -> &mut [u64] {
        integers_mut(self.heap_mut())
    }

    /// Whether the `len` bytes of the host from `start` on are within memory 0, where at least the first one is.
    pub fn check_heap<T>(&self, start: *const T, len: usize) -> bool {
        let heap = self.heap().as_ptr_range();
        let (heap, start) = (heap.start.addr()..heap.end.addr(), start.addr());
        let end = start.checked_add(len);
        heap.contains(&start) && end.is_some_and(|end| end <= heap.end)
    }

    /// Grows memory 0 by `additional_pages`, and returns how many there were.
    ///
    /// # Errors
    ///
    /// If there is no memory, or it would pass its maximum or a limit of the region or the instance.
    pub fn grow_memory(&mut self, additional_pages: u32) -> Result<u32, LifeError> {
        let Some(memory) = self.memory else {
            return Err(LifeError::NoLinearMemory("cannot grow memory".into()));
        };
        let grown = memory.grow(&mut self.store, additional_pages.into());
        match grown {
            Ok(pages) => Ok(u32::try_from(pages).expect("a region's heap is not that large")),
            Err(error) => Err(LifeError::LimitsExceeded(error.to_string())),
        }
    }

    /// The globals that the module defines.
    pub fn globals(&self) -> Globals<'_> {
        let instance = self.instance.vm(self.opaque());
        Globals::new(instance.expect("the instance is not removed"))
    }

    /// The globals that the module defines, to change.
    pub fn globals_mut(&mut self) -> GlobalsMut<'_> {
        let instance = self.instance.vm(self.opaque());
        GlobalsMut::new(instance.expect("the instance is not removed"))
    }

    /// What the guest has executed since the instance was made or reset, in the units of `docs/instruction-count.md`; `None` unless the
    /// engine counts.
    pub fn get_instruction_count(&self) -> Option<u64> {
        self.store.instruction_count()
    }

    /// Goes on counting from `count`, if the engine counts.
    pub fn set_instruction_count(&mut self, count: u64) {
        self.store.set_instruction_count(count);
    }
}

/// Embedder contexts.
impl InstanceHandle {
    /// Whether there is an embedder context of type `T`.
    pub fn contains_embed_ctx<T: Any>(&self) -> bool {
        self.store.data().contains_embed_ctx::<T>()
    }

    /// The embedder context of type `T`, if there is one.
    ///
    /// # Errors
    ///
    /// If it is borrowed to be changed.
    pub fn get_embed_ctx<T: Any>(&self) -> Option<Result<Ref<'_, T>, BorrowError>> {
        self.store.data().get_embed_ctx()
    }

    /// The embedder context of type `T`, if there is one, to change.
    ///
    /// # Errors
    ///
    /// If it is borrowed.
    pub fn get_embed_ctx_mut<T: Any>(&self) -> Option<Result<RefMut<'_, T>, BorrowMutError>> {
        self.store.data().get_embed_ctx_mut()
    }

    /// Adds an embedder context, and returns the one of that type that there was.
    pub fn insert_embed_ctx<T: Any + Send>(&mut self, value: T) -> Option<T> {
        self.store.data_mut().insert_embed_ctx(value)
    }

    /// Takes the embedder context of type `T` out, if there is one.
    pub fn remove_embed_ctx<T: Any>(&mut self) -> Option<T> {
        self.store.data_mut().remove_embed_ctx()
    }
}
