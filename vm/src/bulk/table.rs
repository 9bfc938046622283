//! `table.*`, `elem.drop`, `ref.func`, and the callee of `call_indirect`.
//!
//! Guests see elements as handles, tables hold words (see
//! [`VMTableDefinition`]): a function's word is the address of its
//! reference. Whatever puts one into a table whose owner is another instance notes that
//! in the table, so that a function's instance is not removed under it.

#![expect(unsafe_code, reason = "reads and writes table elements by raw pointer")]

use std::ptr;

use super::memory::piece_start;
use super::{GROW_FAILED, PIECE_BYTES, Stop, charge, fits, in_pieces};
use crate::index::{ElemIndex, FuncIndex, TableIndex};
use crate::instance::{Instance, TablePlace, element_count, func_ref_at};
use crate::module::ElementItems;
use crate::store::VMStore;
use crate::table::Table;
use crate::trap::TrapCode;
use crate::types::RefType;
use crate::vmcontext::{VMContext, VMFuncRef, VMTableDefinition};

const OUT_OF_BOUNDS: Stop = Stop::Trap(TrapCode::TableOutOfBounds);
const ELEMENT_BYTES: u64 = size_of::<u64>() as u64;
const PIECE_ELEMENTS: u64 = PIECE_BYTES / ELEMENT_BYTES;

impl TablePlace<'_> {
    /// The elements.
    ///
    /// # Safety
    ///
    /// The owner is alive.
    unsafe fn elements(&self) -> VMTableDefinition {
        // SAFETY: the owner keeps the definition up to date.
        unsafe { *self.definition }
    }

    fn table(&self) -> *mut Table {
        self.owner.owned_table(self.index)
    }

    /// Notes that elements are about to change.
    fn note_change(&self) {
        // SAFETY: the owner is alive; the table is borrowed for the call only.
        unsafe { (*self.table()).set_initial(false) };
    }

    /// Notes that `word` is about to become an element of this funcref table.
    ///
    /// # Safety
    ///
    /// The owner is alive, and `word` is the address of a live function reference or 0.
    unsafe fn note(&self, word: u64) {
        // SAFETY: by contract; the table is borrowed for the call only.
        unsafe {
            let owner = match word {
                0 => None,
                _ => Instance::of_func_ref(func_ref_at(word)),
            };
            if owner.is_some_and(|owner| !ptr::eq(owner, self.owner)) {
                (*self.table()).set_foreign();
            }
        }
    }
}

/// The word for `handle` in `table`, noted there.
///
/// # Safety
///
/// As [`bulk`](super) says.
#[inline]
unsafe fn element_word(
    instance: &Instance,
    index: TableIndex,
    table: &TablePlace<'_>,
    handle: u64,
) -> u64 {
    let ty = instance.module().tables[index].element;
    // SAFETY: by contract, and the word is that of a function of this store.
    unsafe {
        let word = instance.word_of_handle(ty, handle);
        if ty == RefType::FuncRef {
            table.note(word);
        }
        word
    }
}

/// `table.size`: the number of elements.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_size(vmctx: *mut VMContext, index: TableIndex) -> u64 {
    // SAFETY: by contract; the owner keeps the definition up to date.
    unsafe { (*Instance::from_vmctx(vmctx).table_definition(index)).len }
}

/// `table.get`: the handle of an element.
///
/// # Errors
///
/// If there is no such element.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_get(vmctx: *mut VMContext, index: TableIndex, i: u64) -> Result<u64, Stop> {
    // SAFETY: by contract; the element is within the table.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let elements = *instance.table_definition(index);
        if i >= elements.len {
            return Err(OUT_OF_BOUNDS);
        }
        let word = elements.base.add(i as usize).read();
        Ok(instance.handle_of_word(instance.module().tables[index].element, word))
    }
}

/// `table.set`: an element becomes the reference with the handle `handle`.
///
/// # Errors
///
/// If there is no such element.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_set(
    vmctx: *mut VMContext,
    index: TableIndex,
    i: u64,
    handle: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; the element is within the table.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let table = instance.table_place(index);
        let elements = table.elements();
        if i >= elements.len {
            return Err(OUT_OF_BOUNDS);
        }
        let word = element_word(instance, index, &table, handle);
        table.note_change();
        elements.base.add(i as usize).write(word);
        Ok(())
    }
}

/// `table.grow`: adds `delta` elements, the reference with the handle `handle`, and returns the
/// previous size, or [`GROW_FAILED`].
///
/// # Errors
///
/// If the embedder, who is asked first, says that the execution ends, or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_grow(
    vmctx: *mut VMContext,
    index: TableIndex,
    handle: u64,
    delta: u64,
) -> Result<u64, Stop> {
    // SAFETY: by contract; the table is borrowed for single statements.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let store = instance.store();
        let place = instance.table_place(index);
        let table = place.table();
        let old = (*table).len();
        if delta == 0 {
            return Ok(old);
        }
        let desired = old.saturating_add(delta);
        if !VMStore::ask_table(store, old, desired, (*table).ty().maximum)? {
            return Ok(GROW_FAILED);
        }
        if let Err(error) = (*table).grow(delta) {
            VMStore::ask(store, (), |hooks| hooks.table_grow_failed(error.into()))?;
            return Ok(GROW_FAILED);
        }
        place.owner.refresh_table(place.index);
        // The new elements are null so far.
        if handle != 0 {
            fill(vmctx, index, old, handle, delta)?;
        }
        Ok(old)
    }
}

/// `table.fill`: `len` elements from `dst` on become the reference with the handle `handle`.
///
/// # Errors
///
/// If the range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_fill(
    vmctx: *mut VMContext,
    index: TableIndex,
    dst: u64,
    handle: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; the range is within the table.
    unsafe {
        let table = Instance::from_vmctx(vmctx).table_place(index);
        if !fits(dst, len, table.elements().len) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, ELEMENT_BYTES)?;
        fill(vmctx, index, dst, handle, len)
    }
}

/// Fills elements that are there.
///
/// # Safety
///
/// As [`bulk`](super) says; the range is within the table.
unsafe fn fill(
    vmctx: *mut VMContext,
    index: TableIndex,
    dst: u64,
    handle: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let table = instance.table_place(index);
        let elements = table.elements();
        let word = element_word(instance, index, &table, handle);
        table.note_change();
        let dst = elements.base.add(dst as usize);
        in_pieces(vmctx, len, PIECE_ELEMENTS, |first, count| {
            for i in 0..count {
                dst.add(first as usize + i).write(word);
            }
        })
    }
}

/// `table.copy`: `len` elements from `src` of one table go to `dst` of another or the same.
///
/// # Errors
///
/// If a range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_copy(
    vmctx: *mut VMContext,
    dst_index: TableIndex,
    src_index: TableIndex,
    dst: u64,
    src: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; both ranges are within their tables, which have the same element type.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let (to, from) = (
            instance.table_place(dst_index),
            instance.table_place(src_index),
        );
        let (to_elements, from_elements) = (to.elements(), from.elements());
        if !fits(dst, len, to_elements.len) || !fits(src, len, from_elements.len) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, ELEMENT_BYTES)?;
        if (*from.table()).is_foreign() || !ptr::eq(to.owner, from.owner) {
            (*to.table()).set_foreign();
        }
        to.note_change();
        let backward = ptr::eq(to.definition, from.definition) && dst > src;
        let dst = to_elements.base.add(dst as usize);
        let src = from_elements.base.add(src as usize);
        in_pieces(vmctx, len, PIECE_ELEMENTS, |first, count| {
            let at = piece_start(first, count, len, backward);
            dst.add(at).copy_from(src.add(at), count);
        })
    }
}

/// `table.init`: `len` items from `src` of an element segment go to `dst` of a table.
///
/// Items are constant expressions, worked out here: their values never change.
///
/// # Errors
///
/// If a range is out of bounds or costs too much (nothing is written then), or by an interrupt.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn table_init(
    vmctx: *mut VMContext,
    elem: ElemIndex,
    index: TableIndex,
    dst: u64,
    src: u64,
    len: u64,
) -> Result<(), Stop> {
    // SAFETY: by contract; both ranges are checked.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        let segment = &instance.module().elements[elem];
        let available = match instance.is_element_dropped(elem) {
            true => 0,
            false => element_count(&segment.items),
        };
        let table = instance.table_place(index);
        let elements = table.elements();
        if !fits(dst, len, elements.len) || !fits(src, len, available) {
            return Err(OUT_OF_BOUNDS);
        }
        charge(vmctx, len, ELEMENT_BYTES)?;
        table.note_change();
        let (dst, src) = (elements.base.add(dst as usize), src as usize);
        in_pieces(vmctx, len, PIECE_ELEMENTS, |first, count| {
            let first = first as usize;
            for i in first..first + count {
                let word = match &segment.items {
                    ElementItems::Functions(items) => {
                        instance.func_ref(items[src + i]).expose_provenance() as u64
                    }
                    ElementItems::Expressions(items) => {
                        let handle = instance.eval(&items[src + i]).low();
                        instance.word_of_handle(segment.ty, handle)
                    }
                };
                if segment.ty == RefType::FuncRef {
                    table.note(word);
                }
                dst.add(i).write(word);
            }
        })
    }
}

/// `elem.drop`: the element segment is empty from now on.
///
/// # Safety
///
/// As [`bulk`](super) says.
pub unsafe fn elem_drop(vmctx: *mut VMContext, elem: ElemIndex) {
    // SAFETY: by contract.
    unsafe { Instance::from_vmctx(vmctx) }.drop_element(elem);
}

/// `ref.func`: the handle of a function.
///
/// # Safety
///
/// As [`bulk`](super) says; the function's reference can escape.
pub unsafe fn ref_func(vmctx: *mut VMContext, func: FuncIndex) -> u64 {
    // SAFETY: by contract; the reference is one of this store.
    unsafe {
        let instance = Instance::from_vmctx(vmctx);
        VMStore::funcref_handle(instance.store(), instance.func_ref(func))
    }
}

/// The function that `call_indirect` calls: element `i`, which must have the
/// type `type_id`.
///
/// # Errors
///
/// The trap if there is no such element, if it is null, or of another type.
///
/// # Safety
///
/// As [`bulk`](super) says.
#[inline]
pub unsafe fn indirect_callee(
    vmctx: *mut VMContext,
    index: TableIndex,
    i: u64,
    type_id: u32,
) -> Result<*const VMFuncRef, TrapCode> {
    // SAFETY: by contract; the element is within the table, and a word of a
    // funcref table is 0 or the address of a live reference.
    unsafe {
        let elements = *Instance::from_vmctx(vmctx).table_definition(index);
        if i >= elements.len {
            return Err(TrapCode::TableOutOfBounds);
        }
        let func_ref = func_ref_at(elements.base.add(i as usize).read());
        if func_ref.is_null() {
            return Err(TrapCode::IndirectCallToNull);
        }
        if (*func_ref).type_id != type_id {
            return Err(TrapCode::BadSignature);
        }
        Ok(func_ref)
    }
}
