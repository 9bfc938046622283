//! A store to instantiate test modules in. Their functions cannot be called: they have no code.

#![expect(
    unsafe_code,
    reason = "tests stand in for the runtime, which owns a store by pointer"
)]
#![allow(
    dead_code,
    reason = "shared by several tests, of which each uses a part"
)]

use std::ptr::{self, NonNull};
use std::sync::Arc;

use selvedge_vm::code::{CodeLocation, ModuleCode, PrepareError, VMFuncCode};
use selvedge_vm::exec::VMExec;
use selvedge_vm::index::*;
use selvedge_vm::instance::{Extern, InstanceId, InstantiateError, instantiate};
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Features, Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::store::{StoreHooks, VMStore};
use selvedge_vm::types::{FuncType, TypeRegistry, ValType};
use selvedge_vm::vmcontext::{VMContext, VMFuncRef, VMHostContext};

/// Code that goes nowhere.
#[derive(Debug)]
pub struct NoCode(Vec<VMFuncCode>);

impl ModuleCode for NoCode {
    fn for_memory(self: Arc<Self>, _guarded: bool) -> Arc<dyn ModuleCode> {
        self
    }

    fn func_codes(&self) -> &[VMFuncCode] {
        &self.0
    }

    fn prepare(&self, _func: DefinedFuncIndex) -> Result<(), PrepareError> {
        Ok(())
    }

    fn locate(&self, _ip: *const u64, _is_return: bool) -> Option<CodeLocation> {
        None
    }
}

static HOST_CODE: VMFuncCode = VMFuncCode::new(ptr::null());

unsafe extern "C" fn host_call(_: *const VMHostContext, _: *mut VMContext, _: *mut u64) -> u32 {
    unreachable!("host functions are not called in these tests")
}

/// A module made ready for instantiation.
#[derive(Clone)]
pub struct Prepared {
    pub module: Arc<Module>,
    pub code: Arc<dyn ModuleCode>,
    pub offsets: VMOffsets,
}

/// A store, freed with everything in it when dropped.
pub struct TestStore {
    pub store: *mut VMStore,
    pub exec: Arc<VMExec>,
    registry: Arc<TypeRegistry>,
}

impl Drop for TestStore {
    fn drop(&mut self) {
        // SAFETY: the store was leaked by `new`, and nothing of it is borrowed.
        drop(unsafe { Box::from_raw(self.store) });
    }
}

impl TestStore {
    pub fn new() -> Self {
        // SAFETY: it stays with the store.
        let exec = Arc::new(unsafe { VMExec::new() });
        let registry = Arc::new(TypeRegistry::new());
        let store = Box::into_raw(VMStore::new(exec.clone(), registry.clone()));
        Self {
            store,
            exec,
            registry,
        }
    }

    pub fn prepare(&self, wat: &str) -> Prepared {
        let bytes = wat::parse_str(wat).expect("a test module in the text format");
        let options = ParseOptions {
            features: Features::IMPLEMENTED,
            ..ParseOptions::new(&self.registry)
        };
        let module = Module::parse(bytes.into(), &options).expect("a valid test module");
        self.prepare_module(module)
    }

    pub fn prepare_module(&self, module: Module) -> Prepared {
        let codes = module.bodies.keys().map(|_| VMFuncCode::new(ptr::null()));
        Prepared {
            code: Arc::new(NoCode(codes.collect())),
            offsets: VMOffsets::new(&VMShape::of(&module)).expect("a small test module"),
            module: Arc::new(module),
        }
    }

    pub fn try_instantiate(
        &self,
        prepared: &Prepared,
        imports: &[Extern],
    ) -> Result<InstanceId, InstantiateError> {
        let Prepared {
            module,
            code,
            offsets,
        } = prepared;
        let plan = MemoryPlan::bounded();
        // SAFETY: the store is live and not borrowed; imports are of this store, of the right types.
        unsafe { instantiate(self.store, module, code, offsets, imports, &plan) }
    }

    pub fn instantiate(&self, wat: &str, imports: &[Extern]) -> InstanceId {
        let prepared = self.prepare(wat);
        self.try_instantiate(&prepared, imports)
            .expect("an instance of a test module")
    }

    pub fn store(&self) -> &VMStore {
        // SAFETY: the store is live; tests end such borrows within a statement.
        unsafe { &*self.store }
    }

    #[expect(clippy::mut_from_ref, reason = "the store is reached by pointer")]
    pub fn store_mut(&self) -> &mut VMStore {
        // SAFETY: the store is live; tests end such borrows within a statement.
        unsafe { &mut *self.store }
    }

    pub fn set_hooks(&self, hooks: &mut (dyn StoreHooks + 'static)) {
        // SAFETY: tests keep their hooks alive and untouched until `clear_hooks`.
        unsafe { self.store_mut().set_hooks(Some(NonNull::from(hooks))) };
    }

    pub fn clear_hooks(&self) {
        // SAFETY: there are no hooks afterwards.
        unsafe { self.store_mut().set_hooks(None) };
    }

    pub fn vmctx(&self, id: InstanceId) -> *mut VMContext {
        self.store().vmctx(id).expect("a live instance")
    }

    pub fn export(&self, id: InstanceId, name: &str) -> Extern {
        let instance = self.store().instance(id).expect("a live instance");
        instance.export(name).expect("an export")
    }

    pub fn func_ref(&self, id: InstanceId, name: &str) -> *const VMFuncRef {
        match self.export(id, name) {
            Extern::Func { func_ref } => func_ref,
            other => panic!("{name} is {other:?}"),
        }
    }

    pub fn handle(&self, func_ref: *const VMFuncRef) -> u64 {
        // SAFETY: the store is not borrowed, and the reference is null or one of its functions'.
        unsafe { VMStore::funcref_handle(self.store, func_ref) }
    }

    pub fn func_of(&self, handle: u64) -> Option<*const VMFuncRef> {
        // SAFETY: the store is not borrowed.
        unsafe { VMStore::funcref_from_handle(self.store, handle) }
    }

    /// The words of the global exported as `name`.
    pub fn global(&self, id: InstanceId, name: &str) -> [u64; 2] {
        let Extern::Global(origin) = self.export(id, name) else {
            panic!("{name} is no global");
        };
        let owner = self
            .store()
            .instance(origin.instance)
            .expect("a live owner");
        // SAFETY: a global of a live instance.
        unsafe { (*owner.owned_global_ptr(origin.index)).words.clone() }.map(|word| word.get())
    }

    pub fn set_global(&self, id: InstanceId, name: &str, value: u64) {
        let Extern::Global(origin) = self.export(id, name) else {
            panic!("{name} is no global");
        };
        let owner = self
            .store()
            .instance(origin.instance)
            .expect("a live owner");
        // SAFETY: a global of a live instance.
        unsafe { &(*owner.owned_global_ptr(origin.index)).words[0] }.set(value);
    }

    /// A host function of the type `[] -> []`.
    pub fn host_func(&self) -> Extern {
        self.host_func_of(&[], &[])
    }

    pub fn host_func_of(&self, params: &[ValType], results: &[ValType]) -> Extern {
        let ty = FuncType::new(params.iter().copied(), results.iter().copied());
        let slots = ty.param_slots().max(ty.result_slots());
        let ty = self.registry.intern(&ty);
        // SAFETY: the function is never called.
        let id = unsafe {
            self.store_mut().add_host_func(
                ty,
                &HOST_CODE,
                host_call,
                slots,
                ptr::null(),
                Box::new(()),
            )
        };
        let id = id.expect("room for a function");
        let func = self.store().host_func(id).expect("it was just added");
        Extern::Func {
            func_ref: func.func_ref(),
        }
    }

    pub fn gc(&self, roots: &[u64]) -> usize {
        // SAFETY: the store is not borrowed.
        unsafe { VMStore::gc(self.store, roots.iter().copied()) }
    }

    pub fn remove(&self, id: InstanceId) -> Result<(), selvedge_vm::store::RemoveInstanceError> {
        // SAFETY: the store is not borrowed, and no guest code ever runs here.
        unsafe { VMStore::remove_instance(self.store, id, |_| false) }
    }
}
