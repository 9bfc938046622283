//! The structures that running code reads: `VMContext`, function references,
//! definitions of tables and globals, host function contexts.
//!
//! `VMContext` is one opaque, dynamically sized block that an instance owns; its fixed
//! part is [`VMContextHeader`], the rest is laid out by
//! [`VMOffsets`](crate::offsets::VMOffsets). It holds nothing of an execution
//! except a pointer to the current [`VMExec`]. All
//! accessors go from the block's own pointer with `byte_add`, never through a
//! reference to the zero-sized type, so provenance covers the dynamic part.
//!
//! ```text
//! VMContext ─▶ +0   VMContextHeader
//!              +64  imported functions   VMCallee[]
//!                   memories             *mut VMMemoryDefinition[]  (all memories)
//!                   owned memories       VMMemoryDefinition[]
//!                   tables               *mut VMTableDefinition[]   (all tables)
//!                   owned tables         VMTableDefinition[]
//!                   imported globals     *mut VMGlobalDefinition[]
//!                   owned globals        VMGlobalDefinition[]       (16-aligned)
//!                   function references  VMFuncRef[]                (lazily filled)
//! ```

#![expect(unsafe_code, reason = "reaches into contexts by raw pointer")]

use std::cell::Cell;
use std::marker::{PhantomData, PhantomPinned};

use crate::code::VMFuncCode;
use crate::exec::VMExec;
use crate::instance::Instance;
use crate::memory::VMMemoryDefinition;
use crate::store::VMStore;

/// One instance's state as running code sees it. Opaque: only pointers to it exist.
#[repr(C, align(16))]
pub struct VMContext {
    opaque: [u8; 0],
    marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `VMContextHeader::magic` of an instance's context.
pub const MAGIC_INSTANCE: u32 = 0x656c_6573;
/// `VMHostContext::magic`.
pub const MAGIC_HOST: u32 = 0x7473_6f68;

/// The fixed part at the start of every [`VMContext`].
#[repr(C, align(16))]
#[derive(Debug)]
pub struct VMContextHeader {
    /// [`MAGIC_INSTANCE`].
    pub magic: u32,
    /// Unused; keeps the words below aligned.
    pub reserved: u32,
    /// The execution that runs this instance now; set at entry and at
    /// cross-instance calls, meaningless otherwise.
    pub exec: Cell<*const VMExec>,
    /// Memory 0, or the definition of an empty memory if there is none.
    pub memory0: Cell<*mut VMMemoryDefinition>,
    /// Code of the module's defined functions, by `DefinedFuncIndex`.
    pub func_codes: *const VMFuncCode,
    /// The store that owns the instance.
    pub store: *mut VMStore,
    /// The instance that this context belongs to.
    pub instance: *mut Instance,
    /// Room for later fixed fields.
    pub spare: [usize; 2],
}

/// A function to call: its code and the context it runs in.
#[repr(C)]
#[derive(Copy, Clone, Debug)]
pub struct VMCallee {
    /// The code of each tier.
    pub code: *const VMFuncCode,
    /// The callee's instance, or a [`VMHostContext`] for a host function.
    pub vmctx: *mut VMContext,
}

/// A function reference as tables hold it (by pointer).
#[repr(C)]
#[derive(Debug)]
pub struct VMFuncRef {
    /// What is called.
    pub callee: VMCallee,
    /// The function's type in the engine's registry.
    pub type_id: u32,
    /// Unused.
    pub reserved: u32,
    /// The guest-visible handle (see [`VMStore`]), or 0 if none was made yet.
    pub handle: Cell<u64>,
}

/// A table as running code sees it.
///
/// An element is one word: for `funcref` the address of a [`VMFuncRef`] or 0,
/// for `externref` a handle or 0.
#[repr(C)]
#[derive(Copy, Clone, Debug)]
pub struct VMTableDefinition {
    /// The first element.
    pub base: *mut u64,
    /// The number of elements.
    pub len: u64,
}

/// A global's value: two words, of which scalars use the first (`i32` and `f32`
/// zero-extended), references the first (a handle or 0).
#[repr(C, align(16))]
#[derive(Debug)]
pub struct VMGlobalDefinition {
    /// The value's words.
    pub words: [Cell<u64>; 2],
}

/// What a host function shim is called with: its own context, the caller's
/// instance context, and the frame: arguments from slot 0 on, where results go too.
///
/// Returns 0 if the results are in their slots; otherwise the reason is in the
/// execution: [`STATUS_TRAP`](crate::exec::STATUS_TRAP) or
/// [`STATUS_PENDING`](crate::exec::STATUS_PENDING). Never unwinds.
pub type VMHostCall =
    unsafe extern "C" fn(*const VMHostContext, caller: *mut VMContext, slots: *mut u64) -> u32;

/// The context of a host function; `VMCallee::vmctx` of host functions points to one.
#[repr(C, align(16))]
#[derive(Debug)]
pub struct VMHostContext {
    /// [`MAGIC_HOST`].
    pub magic: u32,
    /// Frame slots for arguments and results: the larger of the two.
    pub slots: u32,
    /// The shim.
    pub call: VMHostCall,
    /// The shim's data (the closure).
    pub data: *const (),
}

impl VMContext {
    /// The fixed part of the context at `this`.
    ///
    /// # Safety
    ///
    /// `this` is the context of a live instance, or the entry context.
    #[inline(always)]
    pub unsafe fn header<'a>(this: *mut VMContext) -> &'a VMContextHeader {
        // SAFETY: a live context starts with its header, which is only changed through cells.
        unsafe { &*this.cast::<VMContextHeader>() }
    }

    /// The word-sized or larger item at `offset` of the context at `this`.
    ///
    /// # Safety
    ///
    /// `this` is the context of a live instance and `offset` comes from the
    /// `VMOffsets` of its module, for an item of type `T`.
    #[inline(always)]
    pub unsafe fn at<T>(this: *mut VMContext, offset: u32) -> *mut T {
        // SAFETY: by contract the item lies within the context's allocation.
        unsafe { this.byte_add(offset as usize).cast() }
    }
}
