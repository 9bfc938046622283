//! The code of a module, on every tier of its engine.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use selvedge_interp::{Heat, InterpCode, native_entry};
use selvedge_vm::code::{CodeLocation, ModuleCode, NativeLocation, PrepareError, VMFuncCode};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;
use selvedge_vm::offsets::VMOffsets;

use super::machine::{self, Baseline, Refusal};
use crate::compile_event::CompileReason;
use crate::config::{Config, Strategy};
use crate::engine::Engine;

/// How often a function asks at most, in calls or passes of its loops, for code that is being made.
const PATIENCE: u32 = 1000;

/// The code of a module for instances whose memory 0 is of one kind.
#[derive(Debug)]
pub(super) struct TierCode {
    engine: Engine,
    module: Arc<Module>,
    offsets: VMOffsets,
    pub(super) tiers: Arc<Tiers>,
    /// The code for instances whose memory 0 has no guard, if that is not this.
    checked: OnceLock<Arc<TierCode>>,
}

/// The code on each tier. It does not keep the engine, whose worker it waits for.
#[derive(Debug)]
pub(super) struct Tiers {
    pub(super) interp: InterpCode,
    pub(super) baseline: Option<Baseline>,
    /// What the worker is to do, by function; empty if it has no part in it.
    requests: Box<[Request]>,
    /// What a function may spend before it asks again.
    patience: Heat,
}

/// What the worker knows of a function.
#[derive(Default, Debug)]
struct Request(AtomicU8);

impl Request {
    const NONE: u8 = 0;
    /// It has been told to compile it, and perhaps has done so.
    const MADE: u8 = 1;
    /// It will not be compiled.
    const FAILED: u8 = 2;
}

impl TierCode {
    /// Code of which nothing is made yet. `guarded` is whether memory 0 has a guard.
    pub(super) fn new(
        engine: &Engine,
        module: &Arc<Module>,
        offsets: &VMOffsets,
        guarded: bool,
    ) -> Self {
        Self {
            engine: engine.clone(),
            module: module.clone(),
            offsets: *offsets,
            tiers: Arc::new(Tiers::new(engine, module, offsets, guarded)),
            checked: OnceLock::new(),
        }
    }

    /// The code for instances whose memory 0 has no guard, if there are any and this is not for them.
    pub(super) fn checked(&self) -> Option<&Self> {
        self.checked.get().map(|code| &**code)
    }

    /// The compiler, if every function is to be compiled before it runs.
    pub(super) fn always_compiled(&self) -> Option<&Baseline> {
        let is_baseline = self.engine.config().strategy == Strategy::Baseline;
        self.tiers.baseline.as_ref().filter(|_| is_baseline)
    }

    /// Asks the worker for `func`, unless that has been done, and lets the interpreter ask
    /// again in a while. Returns the function's entry if it is there after all.
    fn compile_later(&self, func: DefinedFuncIndex, reason: CompileReason) -> Option<usize> {
        let tiers = &self.tiers;
        let request = &tiers.requests[func.as_u32() as usize].0;
        let relaxed = Ordering::Relaxed;
        match request.compare_exchange(Request::NONE, Request::MADE, relaxed, relaxed) {
            Ok(_) => {
                let tiers = Arc::downgrade(tiers);
                let job = move || {
                    if let Some(tiers) = tiers.upgrade() {
                        tiers.compile_in_background(func, reason);
                    }
                };
                match self.engine.worker().submit(job) {
                    Ok(()) => {}
                    Err(Refusal::Full) => request.store(Request::NONE, relaxed),
                    Err(Refusal::NoThread) => {
                        request.store(Request::FAILED, relaxed);
                        return self.tiers.compile(func, reason, false);
                    }
                }
            }
            // Heat is endless now.
            Err(Request::FAILED) => return None,
            Err(_) => {}
        }
        tiers.interp.set_heat(func, tiers.patience);
        None
    }
}

impl Tiers {
    fn new(engine: &Engine, module: &Arc<Module>, offsets: &VMOffsets, guarded: bool) -> Self {
        let config = engine.config();
        let memory = engine.machine_code_memory();
        let baseline = Baseline::new(config, memory, module, offsets, guarded);
        let mut interp = InterpCode::new(module.clone(), *offsets, engine.dispatch())
            .with_optimisations(config.optimisations)
            .with_relaxed(config.relaxed())
            .with_canonical_nans(config.nan_canonicalization)
            .with_counts(config.counts());
        let mut requests = Box::default();
        if baseline.is_some() {
            interp = interp.with_native_entry(machine::interp_entry());
            if config.strategy == Strategy::Auto {
                interp = interp.with_heat(Heat {
                    calls: config.tier_up_calls,
                    loops: config.tier_up_loops,
                });
                if config.background_compilation {
                    let codes = interp.func_codes().iter();
                    requests = codes.map(|_| Request::default()).collect();
                }
            }
        }
        Self {
            interp,
            baseline,
            requests,
            patience: patience(config),
        }
    }

    /// Compiles `func`, and lets calls go there; returns the entry. What cannot be compiled goes on
    /// in the interpreter, which has noticed that it is hot.
    fn compile(
        &self,
        func: DefinedFuncIndex,
        reason: CompileReason,
        in_background: bool,
    ) -> Option<usize> {
        let baseline = self.baseline.as_ref()?;
        let entry = baseline.compile(func, reason, in_background).ok()?;
        self.publish(func, entry);
        Some(entry)
    }

    /// Does what the worker has been told.
    fn compile_in_background(&self, func: DefinedFuncIndex, reason: CompileReason) {
        /// Says that nothing came of it, also if the compiler panics.
        struct Failure<'a>(&'a Request);
        impl Drop for Failure<'_> {
            fn drop(&mut self) {
                self.0.0.store(Request::FAILED, Ordering::Relaxed);
            }
        }
        let failure = Failure(&self.requests[func.as_u32() as usize]);
        if self.compile(func, reason, true).is_some() {
            std::mem::forget(failure);
        }
    }

    /// Lets calls of `func` go to the machine code at `entry`.
    fn publish(&self, func: DefinedFuncIndex, entry: usize) {
        let code = &self.interp.func_codes()[func.as_u32() as usize];
        code.set_native(std::ptr::with_exposed_provenance(entry));
        code.set_ip(native_entry(self.interp.dispatch()));
    }
}

/// What a function that is hot may spend before it asks again.
fn patience(config: &Config) -> Heat {
    // Who has none to spend never asks at all, and so it stays.
    let limit = |heat| match heat {
        u32::MAX => heat,
        heat => heat.min(PATIENCE),
    };
    Heat {
        calls: limit(config.tier_up_calls),
        loops: limit(config.tier_up_loops),
    }
}

impl ModuleCode for TierCode {
    fn func_codes(&self) -> &[VMFuncCode] {
        self.tiers.interp.func_codes()
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        match self.always_compiled() {
            Some(baseline) => match baseline.compile(func, CompileReason::FirstCall, false) {
                Ok(entry) => {
                    self.tiers.publish(func, entry);
                    Ok(())
                }
                // The processor may lack what it takes, or the function be too large for both.
                Err(PrepareError::Limit { .. }) => self.tiers.interp.prepare(func),
                Err(error) => Err(error),
            },
            None => self.tiers.interp.prepare(func),
        }
    }

    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation> {
        self.tiers.interp.locate(ip, is_return)
    }

    fn locate_native(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        self.tiers.baseline.as_ref()?.locate(pc, is_return)
    }

    fn compile(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let tiers = &self.tiers;
        let baseline = tiers.baseline.as_ref()?;
        let reason = match wasm_offset {
            0 => CompileReason::HotCalls,
            offset => CompileReason::HotLoop {
                offset: offset as usize,
            },
        };
        let entry = match baseline.entry(func) {
            None if self.engine.config().background_compilation => {
                self.compile_later(func, reason)?
            }
            _ => tiers.compile(func, reason, false)?,
        };
        if wasm_offset == 0 {
            return Some(entry);
        }
        let entry = baseline.osr_entry(func, wasm_offset)?;
        // Other threads may be in the loop, and other frames of this one.
        tiers.interp.set_heat(func, tiers.patience);
        Some(entry)
    }

    fn for_memory(self: Arc<Self>, guarded: bool) -> Arc<dyn ModuleCode> {
        let relies_on_guard = self
            .tiers
            .baseline
            .as_ref()
            .is_some_and(Baseline::relies_on_guard);
        if guarded || !relies_on_guard {
            return self;
        }
        let make = || Arc::new(Self::new(&self.engine, &self.module, &self.offsets, false));
        self.checked.get_or_init(make).clone()
    }
}
