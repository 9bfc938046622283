//! Host functions of a store, and the handles of function references.

#![expect(
    unsafe_code,
    reason = "running code holds pointers to functions of the host"
)]

use std::any::Any;
use std::cell::Cell;
use std::ptr::{self, NonNull};

use super::VMStore;
use crate::arena::{ArenaFull, Id};
use crate::code::VMFuncCode;
use crate::types::SharedTypeId;
use crate::vmcontext::{MAGIC_HOST, VMCallee, VMFuncRef, VMHostCall, VMHostContext};

/// Names a host function of a store.
pub type HostFuncId = Id<HostFunc>;

/// A host function: its context, its one reference, and what keeps its closure alive.
#[derive(Debug)]
pub struct HostFunc(NonNull<HostFuncBlock>);

#[derive(Debug)]
struct HostFuncBlock {
    context: VMHostContext,
    func_ref: VMFuncRef,
    _owner: Box<dyn Any + Send + Sync>,
}

impl HostFunc {
    /// The function's reference.
    pub fn func_ref(&self) -> *const VMFuncRef {
        // SAFETY: the block lives as long as `self`; no reference is made.
        unsafe { &raw const (*self.0.as_ptr()).func_ref }
    }
}

impl Drop for HostFunc {
    fn drop(&mut self) {
        // SAFETY: the block was leaked from a box by `add_host_func` and is owned by `self`.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// A function reference that has a handle.
#[derive(Debug)]
pub(super) struct FuncRefEntry {
    pub(super) func_ref: *const VMFuncRef,
}

/// Functions and their handles.
impl VMStore {
    /// Adds a host function of the type `ty`. `call` gets `data` in its
    /// [`VMHostContext`]; `owner` keeps `data` alive as long as the store does the function.
    ///
    /// # Errors
    ///
    /// If the store has no room for another.
    ///
    /// # Safety
    ///
    /// `code` is the code of host functions, `call` may be called with `data` for a call of type
    /// `ty`, and `slots` is the larger of the type's parameter and result slots.
    pub unsafe fn add_host_func(
        &mut self,
        ty: SharedTypeId,
        code: &'static VMFuncCode,
        call: VMHostCall,
        slots: u32,
        data: *const (),
        owner: Box<dyn Any + Send + Sync>,
    ) -> Result<HostFuncId, ArenaFull> {
        self.host_funcs.reserve()?;
        let block = Box::into_raw(Box::new(HostFuncBlock {
            context: VMHostContext {
                magic: MAGIC_HOST,
                slots,
                call,
                data,
            },
            func_ref: VMFuncRef {
                callee: VMCallee {
                    code,
                    vmctx: ptr::null_mut(),
                },
                type_id: ty.as_u32(),
                reserved: 0,
                handle: Cell::new(0),
            },
            _owner: owner,
        }));
        block.expose_provenance();
        // SAFETY: the block has just been made; its own pointer goes into it.
        let block = unsafe {
            (*block).func_ref.callee.vmctx = (&raw mut (*block).context).cast();
            NonNull::new_unchecked(block)
        };
        self.host_funcs.insert(HostFunc(block))
    }

    /// The host function named `id`.
    pub fn host_func(&self, id: HostFuncId) -> Option<&HostFunc> {
        self.host_funcs.get(id)
    }

    /// The number of host functions.
    pub fn host_func_count(&self) -> usize {
        self.host_funcs.len()
    }

    /// The handle of a function reference: 0 for null. It is made at the first call.
    ///
    /// # Safety
    ///
    /// `this` is live and not borrowed; `func_ref` is null or a live reference of this store.
    #[inline]
    pub unsafe fn funcref_handle(this: *mut Self, func_ref: *const VMFuncRef) -> u64 {
        // SAFETY: by contract.
        unsafe {
            if func_ref.is_null() {
                return 0;
            }
            match (*func_ref).handle.get() {
                0 => (*this).new_funcref_handle(&*func_ref),
                handle => handle,
            }
        }
    }

    #[cold]
    fn new_funcref_handle(&mut self, func_ref: &VMFuncRef) -> u64 {
        let entry = FuncRefEntry { func_ref };
        // There are fewer handles than references, which take more memory, so this is
        // like any other small allocation.
        let id = self.func_refs.insert(entry).unwrap_or_else(|ArenaFull| {
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<FuncRefEntry>())
        });
        func_ref.handle.set(id.to_handle());
        id.to_handle()
    }

    /// The function reference with the handle `handle`: null for 0, `None` if it has gone.
    ///
    /// # Safety
    ///
    /// `this` is live and not borrowed.
    #[inline]
    pub unsafe fn funcref_from_handle(this: *mut Self, handle: u64) -> Option<*const VMFuncRef> {
        if handle == 0 {
            return Some(ptr::null());
        }
        // SAFETY: by contract.
        let func_refs = unsafe { &(*this).func_refs };
        let entry = func_refs.get(Id::from_handle(handle)?)?;
        Some(entry.func_ref)
    }

    /// The number of function references that have handles.
    pub fn funcref_count(&self) -> usize {
        self.func_refs.len()
    }
}
