//! The code of a module, on every tier of its engine.

use std::sync::{Arc, OnceLock};

use selvedge_interp::{Heat, InterpCode, native_entry};
use selvedge_vm::code::{CodeLocation, ModuleCode, NativeLocation, PrepareError, VMFuncCode};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;
use selvedge_vm::offsets::VMOffsets;

use super::machine::{self, Baseline};
use crate::compile_event::CompileReason;
use crate::config::Strategy;
use crate::engine::Engine;

/// The code of a module for instances whose memory 0 is of one kind.
#[derive(Debug)]
pub(super) struct TierCode {
    engine: Engine,
    module: Arc<Module>,
    offsets: VMOffsets,
    pub(super) interp: InterpCode,
    pub(super) baseline: Option<Baseline>,
    /// The code for instances whose memory 0 has no guard, if that is not this.
    checked: OnceLock<Arc<TierCode>>,
}

impl TierCode {
    /// Code of which nothing is made yet. `guarded` is whether memory 0 has a guard.
    pub(super) fn new(
        engine: &Engine,
        module: &Arc<Module>,
        offsets: &VMOffsets,
        guarded: bool,
    ) -> Self {
        let config = engine.config();
        let memory = engine.machine_code_memory();
        let baseline = Baseline::new(config, memory, module, offsets, guarded);
        let mut interp = InterpCode::new(module.clone(), *offsets, engine.dispatch())
            .with_optimisations(config.optimisations);
        if baseline.is_some() {
            interp = interp.with_native_entry(machine::interp_entry());
            if config.strategy == Strategy::Auto {
                interp = interp.with_heat(Heat {
                    calls: config.tier_up_calls,
                    loops: config.tier_up_loops,
                });
            }
        }
        Self {
            engine: engine.clone(),
            module: module.clone(),
            offsets: *offsets,
            interp,
            baseline,
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
        self.baseline.as_ref().filter(|_| is_baseline)
    }

    /// Lets calls of `func` go to the machine code at `entry`.
    pub(super) fn publish(&self, func: DefinedFuncIndex, entry: usize) {
        let code = &self.interp.func_codes()[func.as_u32() as usize];
        code.set_native(std::ptr::with_exposed_provenance(entry));
        code.set_ip(native_entry(self.engine.dispatch()));
    }
}

impl ModuleCode for TierCode {
    fn func_codes(&self) -> &[VMFuncCode] {
        self.interp.func_codes()
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        match self.always_compiled() {
            Some(baseline) => {
                let entry = baseline.compile(func, CompileReason::FirstCall)?;
                self.publish(func, entry);
                Ok(())
            }
            None => self.interp.prepare(func),
        }
    }

    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation> {
        self.interp.locate(ip, is_return)
    }

    fn locate_native(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        self.baseline.as_ref()?.locate(pc, is_return)
    }

    fn compile(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let baseline = self.baseline.as_ref()?;
        // What cannot be compiled goes on in the interpreter, which has noticed that it is hot.
        let reason = match wasm_offset {
            0 => CompileReason::HotCalls,
            offset => CompileReason::HotLoop {
                offset: offset as usize,
            },
        };
        let entry = baseline.compile(func, reason).ok()?;
        self.publish(func, entry);
        match wasm_offset {
            0 => Some(entry),
            wasm_offset => baseline.osr_entry(func, wasm_offset),
        }
    }

    fn for_memory(self: Arc<Self>, guarded: bool) -> Arc<dyn ModuleCode> {
        let relies_on_guard = self
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
