//! `memory.size`, `memory.grow`, `memory.fill`, `memory.copy`, `memory.init`, `data.drop`.

#![expect(unsafe_code, reason = "reads and writes linear memory by raw pointer")]

use super::{GROW_FAILED, PIECE_BYTES, Stop, charge, fits, in_pieces};
use crate::index::{DataIndex, MemoryIndex};
use crate::instance::Instance;
use crate::memory::{GrowError, VMMemoryDefinition};
use crate::store::VMStore;
use crate::trap::TrapCode;
use crate::vmcontext::VMContext;

const OUT_OF_BOUNDS: Stop = Stop::Trap(TrapCode::MemoryOutOfBounds);

/// The present place of a memory.
///
/// # Safety
///
/// As [`bulk`](super) says.
#[inline]
unsafe fn definition(vmctx: *mut VMContext, index: MemoryIndex) -> VMMemoryDefinition {
    // SAFETY: the owner of a memory keeps its definition up to date.
    unsafe { *Instance::from_vmctx(vmctx).memory_definition(index) }
}

/// `memory.size`: the size in pages.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn memory_size(vmctx: *mut VMContext, index: MemoryIndex) -> u64 {
    // SAFETY: by contract; the definition is that of a live memory.
    unsafe {
        let ty = &Instance::from_vmctx(vmctx).module().memories[index];
        definition(vmctx, index).len() >> ty.page_size_log2
    }
}

/// `memory.grow`: the previous size in pages, or [`GROW_FAILED`].
///
/// # Errors
///
/// If the embedder, who is asked first, says that the execution ends.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn memory_grow(
    vmctx: *mut VMContext,
    index: MemoryIndex,
    delta_pages: u64,
) -> Result<u64, Stop> {
    // SAFETY: by contract. The embedder's hooks, which run while the memory is borrowed,
    // cannot reach the store.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let (owner, index) = instance.memory_owner(index);
        let store = instance.store();
        let memory = &mut *owner.owned_memory(index);
        let grown = memory.grow(delta_pages, &mut |current, desired, maximum| {
            VMStore::ask_memory(store, current, desired, maximum)
        });
        match grown {
            Ok(old_bytes) => {
                let old_pages = old_bytes / memory.page_size();
                owner.refresh_memory(index);
                Ok(old_pages)
            }
            Err(GrowError::Denied) => Ok(GROW_FAILED),
            Err(GrowError::Limiter(stop)) => Err(stop),
            Err(GrowError::Failed(error)) => {
                VMStore::ask(store, (), |hooks| hooks.memory_grow_failed(error.into()))?;
                Ok(GROW_FAILED)
            }
        }
    }
}

/// `memory.fill`: `len` bytes from `dst` on become `value`.
///
/// # Errors
///
/// If the range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn memory_fill(
    vmctx: *mut VMContext,
    index: MemoryIndex,
    dst: u64,
    value: u8,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; the range is within the memory, which cannot change
    // between pieces, since a poll runs no guest code.
    unsafe {
        let memory = definition(vmctx, index);
        if !fits(dst, len, memory.len()) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, 1)?;
        let dst = memory.base.add(dst as usize);
        in_pieces(vmctx, len, PIECE_BYTES, |first, count| {
            dst.add(first as usize).write_bytes(value, count);
        })
    }
}

/// `memory.copy`: `len` bytes from `src` of one memory go to `dst` of another or the same.
///
/// # Errors
///
/// If a range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn memory_copy(
    vmctx: *mut VMContext,
    dst_index: MemoryIndex,
    src_index: MemoryIndex,
    dst: u64,
    src: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; both ranges are within their memories.
    unsafe {
        let to = definition(vmctx, dst_index);
        let from = definition(vmctx, src_index);
        if !fits(dst, len, to.len()) || !fits(src, len, from.len()) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, 1)?;
        let backward = to.base == from.base && dst > src;
        let (dst, src) = (to.base.add(dst as usize), from.base.add(src as usize));
        in_pieces(vmctx, len, PIECE_BYTES, |first, count| {
            let at = piece_start(first, count, len, backward);
            dst.add(at).copy_from(src.add(at), count);
        })
    }
}

/// Where the piece of `count` items begins that comes after `first` others. Overlapping ranges
/// are copied from the end on when the destination is above the source.
#[inline]
pub(super) fn piece_start(first: u64, count: usize, total: u64, backward: bool) -> usize {
    match backward {
        false => first as usize,
        true => (total - first) as usize - count,
    }
}

/// `memory.init`: `len` bytes from `src` of a data segment go to `dst` of a memory.
///
/// # Errors
///
/// If a range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn memory_init(
    vmctx: *mut VMContext,
    data: DataIndex,
    index: MemoryIndex,
    dst: u64,
    src: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; the range is within the memory, of which the segment is no part.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let bytes = match instance.is_data_dropped(data) {
            true => &[],
            false => instance.module().data_bytes(data),
        };
        let memory = definition(vmctx, index);
        if !fits(dst, len, memory.len()) || !fits(src, len, bytes.len() as u64) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, 1)?;
        let dst = memory.base.add(dst as usize);
        let src = bytes.as_ptr().add(src as usize);
        in_pieces(vmctx, len, PIECE_BYTES, |first, count| {
            let first = first as usize;
            dst.add(first)
                .copy_from_nonoverlapping(src.add(first), count);
        })
    }
}

/// `data.drop`: the data segment is empty from now on.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn data_drop(vmctx: *mut VMContext, data: DataIndex) {
    // SAFETY: by contract.
    unsafe { Instance::from_vmctx(vmctx) }.drop_data(data);
}
