//! Function references of an instance: made when one escapes, and what they are in globals and tables.

#![expect(unsafe_code, reason = "reads and writes references in the context")]

use std::cell::Cell;

use super::Instance;
use crate::index::*;
use crate::module::{ConstExpr, ConstValue};
use crate::store::VMStore;
use crate::types::RefType;
use crate::vmcontext::{MAGIC_INSTANCE, VMCallee, VMContext, VMFuncRef};

impl Instance {
    /// The instance whose function a reference is about; `None` for a host function.
    ///
    /// # Safety
    ///
    /// `func_ref` is live, and stays so for `'a`.
    pub(crate) unsafe fn of_func_ref<'a>(func_ref: *const VMFuncRef) -> Option<&'a Instance> {
        // SAFETY: by contract; both kinds of context begin with their magic number.
        unsafe {
            let vmctx = (*func_ref).callee.vmctx;
            (*vmctx.cast::<u32>() == MAGIC_INSTANCE).then(|| Self::from_vmctx(vmctx))
        }
    }

    /// The function reference of function `index`, made now if it is the first time.
    /// An imported function's is that of its owner.
    ///
    /// # Panics
    ///
    /// If the module's function has none, because its reference cannot escape.
    pub fn func_ref(&self, index: FuncIndex) -> *const VMFuncRef {
        let function = self.module.functions[index];
        let Some(defined) = self.module.defined_func(index) else {
            return self.imported.func_refs[index.index()];
        };
        let place = function
            .func_ref
            .expect("only escaping functions have a VMFuncRef");
        // SAFETY: the offset is that of a function reference; it is zero until it is written here,
        // by the one thread that has the store.
        unsafe {
            let func_ref: *mut VMFuncRef = VMContext::at(self.vmctx, self.offsets.func_ref(place));
            if (*func_ref).callee.code.is_null() {
                func_ref.write(VMFuncRef {
                    callee: self.defined_callee(defined),
                    type_id: self.module.types[function.ty].shared.as_u32(),
                    reserved: 0,
                    handle: Cell::new(0),
                });
            }
            func_ref
        }
    }

    /// What a call of function `index` calls.
    pub fn callee(&self, index: FuncIndex) -> VMCallee {
        match self.module.defined_func(index) {
            Some(defined) => self.defined_callee(defined),
            // SAFETY: the offset is that of an imported function's callee, written at instantiation.
            None => unsafe { *VMContext::at(self.vmctx, self.offsets.imported_function(index)) },
        }
    }

    fn defined_callee(&self, index: DefinedFuncIndex) -> VMCallee {
        VMCallee {
            code: &raw const self.code.func_codes()[index.index()],
            vmctx: self.vmctx,
        }
    }

    /// The function of this instance that `func_ref` is the reference of, if it is one.
    pub fn func_of_ref(&self, func_ref: *const VMFuncRef) -> Option<FuncIndex> {
        let first = self
            .vmctx
            .addr()
            .wrapping_add(self.offsets.func_ref(FuncRefIndex::from_u32(0)) as usize);
        let place = func_ref.addr().wrapping_sub(first) / size_of::<VMFuncRef>();
        let place = u32::try_from(place).ok().map(FuncRefIndex::from_u32)?;
        self.module.func_refs.get(place).copied()
    }

    /// The value of a constant expression of this instance's module.
    ///
    /// It is the same whenever it is asked for: constant expressions read only
    /// immutable globals and those that are defined before.
    ///
    /// # Safety
    ///
    /// The store is not borrowed.
    pub(crate) unsafe fn eval(&self, expr: &ConstExpr) -> ConstValue {
        expr.eval(
            &mut |global| {
                // SAFETY: a global of this live instance; validation has checked the index.
                let words = unsafe { &(*self.global_ptr(global)).words };
                ConstValue([words[0].get(), words[1].get()])
            },
            // SAFETY: by contract; the reference is one of the instance's.
            &mut |func| unsafe { VMStore::funcref_handle(self.store, self.func_ref(func)) },
        )
    }

    /// The word for a table whose elements are `ty` that a handle becomes.
    ///
    /// # Safety
    ///
    /// The store is not borrowed.
    pub(crate) unsafe fn word_of_handle(&self, ty: RefType, handle: u64) -> u64 {
        match ty {
            RefType::ExternRef => handle,
            // SAFETY: by contract. A reference to a removed function acts as null.
            RefType::FuncRef => unsafe {
                VMStore::funcref_from_handle(self.store, handle)
                    .map_or(0, |func_ref| func_ref.expose_provenance() as u64)
            },
        }
    }

    /// The handle for an element of a table whose elements are `ty`.
    ///
    /// # Safety
    ///
    /// The store is not borrowed, and `word` is from a table of it.
    pub(crate) unsafe fn handle_of_word(&self, ty: RefType, word: u64) -> u64 {
        match ty {
            RefType::ExternRef => word,
            // SAFETY: by contract; a word of a funcref table is 0 or the address of a live reference.
            RefType::FuncRef => unsafe { VMStore::funcref_handle(self.store, func_ref_at(word)) },
        }
    }

    /// The addresses of this instance's function references.
    pub(crate) fn func_ref_addresses(&self) -> std::ops::Range<u64> {
        let start =
            self.vmctx.addr() as u64 + u64::from(self.offsets.func_ref(FuncRefIndex::from_u32(0)));
        start..start + size_of::<VMFuncRef>() as u64 * u64::from(self.module.num_func_refs)
    }

    /// The function references that have been made.
    pub(crate) fn made_func_refs(&self) -> impl Iterator<Item = *const VMFuncRef> {
        self.module.func_refs.keys().filter_map(|index| {
            // SAFETY: the offset is that of a function reference, zero or written.
            unsafe {
                let func_ref: *const VMFuncRef =
                    VMContext::at(self.vmctx, self.offsets.func_ref(index));
                (!(*func_ref).callee.code.is_null()).then_some(func_ref)
            }
        })
    }
}

/// The function reference at the address in a table's word, or null for 0.
#[inline]
pub(crate) fn func_ref_at(word: u64) -> *const VMFuncRef {
    std::ptr::with_exposed_provenance(word as usize)
}
