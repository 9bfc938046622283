//! `InstanceHandle`: an instance in a region, with all that it can be asked for.
//!
//! ```text
//!                 run_start                       run: returns
//!   NotStarted ───────────────▶ Ready ◀──────────────────────────┐
//!       ▲                        │ ▲                             │
//!       │ reset, with a start    │ │ reset                       │
//!       │ function that the      ▼ │                             │
//!       └─ embedder runs       (runs) ──▶ Faulted ── not fatal ──┤
//!                                  ├────▶ Terminated: only reset
//!                                  ├────▶ Yielded ────── resume ──▶ (runs)
//!                                  └────▶ BoundExpired ─ resume_bounded ──▶ (runs)
//! ```
//!
//! A call that the state does not allow is refused, and changes nothing.

#![expect(unsafe_code, reason = "resets what is in a store that it owns")]

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use selvedge_vm::module::EntityRef;
use selvedge_vm::region::Slot;

use super::builder::StartMode;
use super::contexts::Contexts;
use super::error::{FaultDetails, LifeError};
use super::kill::{KillState, KillSwitch};
use super::result::RunResult;
use super::run::{Guest, Waiting};
use super::signals::Signals;
use crate::context::{AsContext, AsContextMut};
use crate::externals::Extern;
use crate::func::Func;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::module::Module;
use crate::store::{Store, StoreOpaque};
use crate::suspend::UntypedCall;
use crate::table::Table;
use crate::values::{Ref as FuncOrExtern, Val};

/// Where an instance is in its life, between two calls.
#[derive(Debug)]
pub(super) enum State {
    /// The start function must run first.
    NotStarted,
    Ready,
    Faulted(Box<FaultDetails>),
    Terminated,
    /// A host function has yielded.
    Yielded(Box<Waiting>),
    /// The guest has executed as much as it may.
    BoundExpired(Box<Waiting>),
}

/// An instance in a region: a store with one instance, whose memory, context and stacks are in a slot, which is
/// free again when this is dropped. See the [module](crate::region) for an example.
///
/// A handle stays on its thread, for guests may wait in the middle of host functions, which need not be [`Send`];
/// [`InstanceHandle::try_into_send`] takes it to another one.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, LifeError, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (memory 1)
///     (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
///     (func (export "fail") unreachable))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let mut instance = region.new_instance(&pre)?;
///
/// instance.run("store", &[4_i32.into(), 7_i32.into()])?;
/// assert_eq!(instance.heap_u32()[1], 7);
///
/// // A guest that traps leaves its instance faulted. A reset makes it new.
/// let error = instance.run("fail", &[]).unwrap_err();
/// let LifeError::RuntimeFault(details) = error else { panic!("{error}") };
/// assert_eq!(details.trapcode, Some(Trap::UnreachableCodeReached));
/// assert!(instance.is_faulted());
/// instance.reset()?;
/// assert!(instance.is_ready());
/// assert_eq!(instance.heap_u32()[1], 0);
/// # Ok::<(), selvedge::Error>(())
/// ```
pub struct InstanceHandle {
    pub(super) store: Store<Contexts>,
    pub(super) instance: Instance,
    pub(super) memory: Option<Memory>,
    pub(super) state: State,
    start: StartMode,
    /// What the last run has returned.
    pub(super) results: Vec<Val>,
    pub(super) signals: Box<Signals>,
    not_send: PhantomData<*mut ()>,
}

/// What is to be run.
struct Entrypoint {
    /// The function; `None` for null.
    func: Option<Func>,
    is_start: bool,
}

impl InstanceHandle {
    /// The instance of a store that lives in a slot; it has not started.
    pub(super) fn new(mut store: Store<Contexts>, instance: Instance, start: StartMode) -> Self {
        let mut context = store.as_context_mut();
        let opaque = context.opaque_mut();
        opaque.kill = Some(KillState::new(opaque.interrupt_handle()));
        let memory = instance.heap(opaque);
        let mut handle = Self {
            store,
            instance,
            memory,
            state: State::Ready,
            start,
            results: Vec::new(),
            signals: Box::default(),
            not_send: PhantomData,
        };
        handle.state = handle.first_state();
        handle
    }

    fn first_state(&self) -> State {
        match self.instance.start(self.opaque()) {
            Some(_) => State::NotStarted,
            None => State::Ready,
        }
    }

    pub(super) fn opaque(&self) -> &StoreOpaque {
        self.store.as_context().opaque()
    }

    /// Runs the start function, if that is not the embedder's to do.
    pub(super) fn auto_start(&mut self) -> Result<(), LifeError> {
        match self.start {
            StartMode::Auto => self.run_start(),
            StartMode::Manual => Ok(()),
        }
    }

    /// Runs the function that the module exports as `entrypoint`.
    ///
    /// The results of a function that has several are those of [`InstanceHandle::results`].
    ///
    /// # Errors
    ///
    /// In this order, and before the guest runs: [`LifeError::SymbolNotFound`];
    /// [`LifeError::InstanceNeedsStart`]; [`LifeError::InvalidArgument`] if the instance is not ready, nor faulted without
    /// being fatal, or if number or types of the arguments are not the function's.
    ///
    /// [`LifeError::RuntimeFault`] if the guest traps, and [`LifeError::RuntimeTerminated`] if it is ended.
    pub fn run(&mut self, entrypoint: &str, args: &[Val]) -> Result<RunResult, LifeError> {
        let entrypoint = self.find_export(entrypoint)?;
        self.run_function(&entrypoint, args, None)
    }

    /// The same, until the guest has executed `bound` instructions: then it waits, see
    /// [`InstanceHandle::resume_bounded`].
    ///
    /// A guest that is called by a host function cannot wait: it traps with [`Trap::OutOfFuel`](crate::Trap::OutOfFuel).
    ///
    /// # Errors
    ///
    /// As for [`InstanceHandle::run`]; and [`LifeError::Unsupported`] if the engine does not count instructions, or the
    /// platform cannot let guests wait.
    pub fn run_bounded(
        &mut self,
        entrypoint: &str,
        args: &[Val],
        bound: u64,
    ) -> Result<Option<RunResult>, LifeError> {
        let entrypoint = self.find_export(entrypoint)?;
        self.check_bounded()?;
        let result = self.run_function(&entrypoint, args, Some(bound));
        self.unless_expired(result)
    }

    /// Runs the function in element `func_idx` of table `table_idx` of the module.
    ///
    /// # Errors
    ///
    /// As for [`InstanceHandle::run`], with [`LifeError::FuncNotFound`] if there is no such element of a function table,
    /// and [`LifeError::InvalidArgument`] if it is null.
    pub fn run_func_idx(
        &mut self,
        table_idx: u32,
        func_idx: u32,
        args: &[Val],
    ) -> Result<RunResult, LifeError> {
        let entrypoint = self.find_element(table_idx, func_idx)?;
        self.run_function(&entrypoint, args, None)
    }

    /// Runs the start function, if the module has one.
    ///
    /// # Errors
    ///
    /// [`LifeError::StartAlreadyRun`] if it has run since the instance was made or reset. As for
    /// [`InstanceHandle::run`] if it does not return; then it counts as run.
    pub fn run_start(&mut self) -> Result<(), LifeError> {
        let Some(callee) = self.instance.start(self.opaque()) else {
            return Ok(());
        };
        if !matches!(self.state, State::NotStarted) {
            return Err(LifeError::StartAlreadyRun);
        }
        self.begin(Guest::Start(callee), None)?;
        Ok(())
    }

    /// Makes the instance what it was when it was made, whatever its state: memories, tables, globals, dropped segments and
    /// the instruction count. Switches that were taken before are no longer valid. Then, with
    /// [`StartMode::Auto`], the start function runs.
    ///
    /// Embedder contexts stay as they are.
    ///
    /// # Errors
    ///
    /// If the start function does not return, or the host has no memory; in the latter case the instance can
    /// only be reset again or dropped.
    pub fn reset(&mut self) -> Result<(), LifeError> {
        if cfg!(panic = "abort") && self.is_yielded() {
            let message = "host functions that wait cannot be unwound in this build";
            return Err(LifeError::Unsupported(message.into()));
        }
        self.give_up();
        self.kill_state().end_run();
        self.renew_kill();
        self.results.clear();
        let store = self.store.as_context_mut().opaque_ptr();
        // SAFETY: the store is borrowed exclusively.
        let reset = unsafe { self.instance.reset_unstarted(store) };
        if let Err(error) = reset {
            self.state = State::Terminated;
            return Err(LifeError::of_instantiation(error));
        }
        self.store.set_instruction_count(0);
        self.state = self.first_state();
        self.auto_start()
    }

    /// What the last run has returned, which is more than its [`RunResult`] says if the function has several results.
    /// Empty if it has not returned.
    pub fn results(&self) -> &[Val] {
        &self.results
    }

    fn find_export(&mut self, name: &str) -> Result<Entrypoint, LifeError> {
        let not_found = || LifeError::SymbolNotFound(name.into());
        let module = self.module().vm();
        let (_, export) = module.export(name).ok_or_else(not_found)?;
        let (entity, start) = (export.entity, module.start);
        let is_start = matches!(entity, EntityRef::Func(index) if Some(index) == start);
        let func = self.entity(entity).and_then(Extern::into_func);
        let func = Some(func.ok_or_else(not_found)?);
        Ok(Entrypoint { func, is_start })
    }

    fn find_element(&mut self, table: u32, element: u32) -> Result<Entrypoint, LifeError> {
        let not_found = || LifeError::FuncNotFound(table, element);
        let func = self.table(table).and_then(|table| {
            let element = table.get(&mut self.store, element.into())?;
            match element {
                FuncOrExtern::Func(func) => Some(func),
                FuncOrExtern::Extern(_) => None,
            }
        });
        let func = func.ok_or_else(not_found)?;
        let is_start = func.is_some_and(|func| self.is_start(&func));
        Ok(Entrypoint { func, is_start })
    }

    fn table(&mut self, table: u32) -> Option<Table> {
        let mut context = self.store.as_context_mut();
        self.instance.table(context.opaque_mut(), table)
    }

    fn is_start(&self, func: &Func) -> bool {
        let store = self.opaque();
        let (Some(start), Ok(func_ref)) = (self.module().vm().start, func.func_ref(store)) else {
            return false;
        };
        let instance = self.instance.vm(store);
        instance.is_some_and(|instance| instance.func_of_ref(func_ref) == Some(start))
    }

    fn entity(&mut self, entity: EntityRef) -> Option<Extern> {
        let mut context = self.store.as_context_mut();
        self.instance.entity(context.opaque_mut(), entity)
    }

    fn run_function(
        &mut self,
        entry: &Entrypoint,
        args: &[Val],
        bound: Option<u64>,
    ) -> Result<RunResult, LifeError> {
        match &self.state {
            State::NotStarted if !entry.is_start => return Err(LifeError::InstanceNeedsStart),
            State::NotStarted | State::Ready => {}
            State::Faulted(details) if !details.fatal => {}
            _ => {
                return Err(LifeError::InvalidArgument(
                    "instance must be ready, starting, or non-fatally faulted",
                ));
            }
        }
        let Some(func) = entry.func else {
            return Err(LifeError::InvalidArgument(
                "entrypoint function cannot be null",
            ));
        };
        let results = self.check_args(&func, args)?;
        let mut context = self.store.as_context_mut();
        let call = UntypedCall::new(&mut context, &func, args, &results);
        self.begin(
            Guest::Function(call.map_err(LifeError::InternalError)?),
            bound,
        )
    }

    /// Checks the arguments of `func`; returns room for its results.
    fn check_args(&self, func: &Func, args: &[Val]) -> Result<Vec<Val>, LifeError> {
        let ty = func.ty(&self.store);
        let ty = ty.as_vm();
        if ty.params().len() != args.len() {
            return Err(LifeError::InvalidArgument(
                "entrypoint function signature mismatch (number of arguments is incorrect)",
            ));
        }
        let store = self.opaque();
        let mut params = ty.params().iter().zip(args);
        if params.any(|(&ty, arg)| arg.check(store, ty).is_err()) {
            return Err(LifeError::InvalidArgument(
                "entrypoint function signature mismatch",
            ));
        }
        Ok(ty.results().iter().map(|&ty| Val::zero(ty)).collect())
    }

    pub(super) fn kill_state(&self) -> Arc<KillState> {
        let kill = self.opaque().kill.as_ref();
        kill.expect("an instance in a region has it").clone()
    }

    /// Makes the switches of the last run invalid.
    pub(super) fn renew_kill(&mut self) {
        let mut context = self.store.as_context_mut();
        let kill = context.opaque_mut().kill.as_mut();
        let kill = kill.expect("an instance in a region has it");
        *kill = kill.next();
    }

    /// A switch that ends the guest from any thread: its present run, or the next one if none has begun.
    ///
    /// When the run has ended, or the instance is reset or dropped, it does nothing any more.
    ///
    /// ```
    /// # if cfg!(not(target_os = "linux")) { return Ok(()) }
    /// use selvedge::{Engine, Linker, Module};
    /// use selvedge::region::*;
    ///
    /// let engine = Engine::default();
    /// let module = Module::new(&engine, r#"(module (func (export "spin") (loop (br 0))))"#)?;
    /// let pre = Linker::new(&engine).instantiate_pre(&module)?;
    /// let region = MmapRegion::create(1, &Limits::default())?;
    /// let mut instance = region.new_instance(&pre)?;
    ///
    /// let switch = instance.kill_switch();
    /// let killer = std::thread::spawn(move || switch.terminate());
    /// let error = instance.run("spin", &[]).unwrap_err();
    /// assert!(matches!(error, LifeError::RuntimeTerminated(TerminationDetails::Remote)));
    /// assert!(killer.join().unwrap().is_ok());
    /// instance.reset()?;
    /// assert!(instance.is_ready());
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn kill_switch(&self) -> KillSwitch {
        self.kill_state().switch()
    }

    /// Whether the instance waits for its start function to be run.
    pub fn is_not_started(&self) -> bool {
        matches!(self.state, State::NotStarted)
    }

    /// Whether a function can be run: the last one has returned, or none has run.
    pub fn is_ready(&self) -> bool {
        matches!(self.state, State::Ready)
    }

    /// Whether the last run has ended by a fault.
    pub fn is_faulted(&self) -> bool {
        matches!(self.state, State::Faulted(_))
    }

    /// Whether the last run was ended by its host.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    /// Whether a host function of the guest has yielded.
    pub fn is_yielded(&self) -> bool {
        matches!(self.state, State::Yielded(_))
    }

    /// Whether the guest has executed as much as it may, and waits for more.
    pub fn is_bound_expired(&self) -> bool {
        matches!(self.state, State::BoundExpired(_))
    }

    /// The module.
    pub fn module(&self) -> &Module {
        self.instance.module(&self.store)
    }

    /// The slot of the region, to get at its signal stack.
    ///
    /// # Safety
    ///
    /// As for [`VMStore::slot_mut`](selvedge_vm::store::VMStore::slot_mut).
    pub(super) unsafe fn slot_mut(&mut self) -> &mut Slot {
        let mut context = self.store.as_context_mut();
        // SAFETY: by contract; the slot lives as long as the store, which is borrowed exclusively as long as the
        // result.
        unsafe {
            let slot = context.opaque_mut().vm_mut().slot_mut();
            &mut *std::ptr::from_mut(slot.expect("an instance in a region has a slot"))
        }
    }

    /// The slot of the region.
    pub fn slot(&self) -> &Slot {
        let slot = self.opaque().vm().slot();
        slot.expect("an instance in a region has a slot")
    }
}

impl Drop for InstanceHandle {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl fmt::Debug for InstanceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceHandle")
            .field("state", &self.state)
            .field("slot", self.slot())
            .finish_non_exhaustive()
    }
}
