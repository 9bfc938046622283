//! Machine code of a module: compiled when it is asked for, published, found again.

#![expect(unsafe_code, reason = "publishes machine code")]

mod eager;
mod listing;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock};
use std::time::Instant;

use selvedge_jit::{CompileError, Compiler, CpuFeatures, Options};
use selvedge_vm::code::{CodeLocation, NativeLocation, PrepareError};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::Module;
use selvedge_vm::native::{Block, CodeMemory, Compiled, PublishedCode, SiteKind};
use selvedge_vm::offsets::VMOffsets;

use super::memory::MachineCodeMemory;
use crate::compile_event::{CompileEvent, CompileListener, CompileReason};
use crate::config::{Config, CpuExtensions, Strategy};

/// The machine code of one variant of a module.
pub(crate) struct Baseline {
    module: Arc<Module>,
    offsets: VMOffsets,
    memory: Arc<MachineCodeMemory>,
    options: Options,
    /// Who is told of compilations.
    listener: Option<CompileListener>,
    /// One function at a time is compiled.
    compiler: Mutex<Compiler>,
    /// By address.
    published: RwLock<Vec<Arc<PublishedCode>>>,
    /// What each function is in, once it is compiled.
    functions: Box<[OnceLock<Arc<PublishedCode>>]>,
}

impl Baseline {
    /// No machine code yet, for instances whose memory 0 has a guard or has not; `None` if the
    /// engine makes none.
    pub(crate) fn new(
        config: &Config,
        memory: &Arc<MachineCodeMemory>,
        module: &Arc<Module>,
        offsets: &VMOffsets,
        guarded: bool,
    ) -> Option<Self> {
        memory.code()?;
        let baseline = &config.baseline;
        let plan = config.memory;
        let guarded = guarded && config.signals_based_traps && plan.elides_check(1);
        let options = Options {
            cpu: match baseline.cpu_extensions {
                CpuExtensions::None => CpuFeatures::empty(),
                CpuExtensions::Sse41 => CpuFeatures::detect() & CpuFeatures::SSE41,
                CpuExtensions::All => CpuFeatures::detect(),
            },
            memory: guarded.then_some(plan),
            signals: config.signals_based_traps,
            osr: config.strategy == Strategy::Auto,
            direct_calls: false,
            counts: config.counts(),
            resumes: config.epoch_interruption,
            max_pins: baseline.max_pins,
            hints: baseline.destination_hints,
            fuse: baseline.fusion,
            spill: baseline.spill,
            relaxed: config.relaxed(),
            canonical_nans: config.nan_canonicalization,
        };
        Some(Self {
            module: module.clone(),
            offsets: *offsets,
            memory: memory.clone(),
            options,
            listener: config.on_compile.clone(),
            compiler: Mutex::default(),
            published: RwLock::default(),
            functions: module.bodies.keys().map(|_| OnceLock::new()).collect(),
        })
    }

    /// Whether the code is for instances whose memory 0 has a guard.
    pub(crate) fn relies_on_guard(&self) -> bool {
        self.options.memory.is_some() && !self.module.memories.is_empty()
    }

    fn code_memory(&self) -> &CodeMemory {
        let memory = self.memory.code();
        memory.expect("there is no `Baseline` without code memory")
    }

    /// The entry of `func`, if it is compiled.
    pub(crate) fn entry(&self, func: DefinedFuncIndex) -> Option<usize> {
        let code = self.functions[func.as_u32() as usize].get()?;
        code.entry(func)
    }

    /// The entry of `func`, which is compiled if it is not yet.
    ///
    /// # Errors
    ///
    /// If it is invalid, passes a limit, or there is no more code memory.
    pub(crate) fn compile(
        &self,
        func: DefinedFuncIndex,
        reason: CompileReason,
        in_background: bool,
    ) -> Result<usize, PrepareError> {
        if let Some(entry) = self.entry(func) {
            return Ok(entry);
        }
        let began = self.clock();
        let mut compiler = self.compiler();
        if let Some(entry) = self.entry(func) {
            return Ok(entry);
        }
        let outcome = self.compile_alone(&mut compiler, func);
        drop(compiler);
        self.tell(began.map(|began| CompileEvent {
            module: &self.module,
            func,
            reason,
            code_bytes: outcome.as_ref().ok().copied(),
            duration: began.elapsed(),
            in_background,
        }));
        outcome?;
        Ok(self.entry(func).expect("it was just published"))
    }

    /// Compiles `func` and publishes it; returns the number of bytes.
    fn compile_alone(
        &self,
        compiler: &mut Compiler,
        func: DefinedFuncIndex,
    ) -> Result<usize, PrepareError> {
        let body = self.module.body(func)?;
        let mut len = 512 + 6 * body.bytes.len();
        loop {
            let mut block = self.lend(func, len)?;
            let outcome = compiler.compile(
                &self.module,
                &self.offsets,
                func,
                &self.options,
                block.bytes(),
                0,
            );
            match outcome {
                Ok(compiled) => {
                    block.shrink(compiled.end as usize);
                    let len = compiled.end - compiled.start;
                    self.publish(block, &[compiled])?;
                    return Ok(len as usize);
                }
                Err(CompileError::Full { .. }) => len *= 4,
                Err(error) => return Err(self.failure(func, error)),
            }
        }
    }

    /// The time, if somebody is told how long a compilation takes.
    fn clock(&self) -> Option<Instant> {
        self.listener.as_ref().map(|_| Instant::now())
    }

    /// Tells the listener of a compilation. The compiler is free: the listener may run guests.
    fn tell(&self, event: Option<CompileEvent<'_>>) {
        if let (Some(listener), Some(event)) = (&self.listener, event) {
            listener.tell(&event);
        }
    }

    /// The compiler, for this thread alone.
    fn compiler(&self) -> MutexGuard<'_, Compiler> {
        self.compiler.lock().unwrap_or_else(|poisoned| {
            // It has panicked in the worker, which nobody else has to suffer for.
            self.compiler.clear_poison();
            let mut compiler = poisoned.into_inner();
            *compiler = Compiler::default();
            compiler
        })
    }

    fn lend(&self, func: DefinedFuncIndex, len: usize) -> Result<Block, PrepareError> {
        let memory = self.code_memory();
        memory.lend(len).map_err(|error| PrepareError::CodeMemory {
            func: self.module.func_index(func).as_u32(),
            source: Box::new(error),
        })
    }

    fn publish(&self, block: Block, compiled: &[Compiled]) -> Result<(), PrepareError> {
        let Some(first) = compiled.first() else {
            return Ok(());
        };
        let resolve = |func| -> usize { unreachable!("{func:?} is called but not compiled") };
        let plan = self.options.memory.unwrap_or(MemoryPlan::bounded());
        // SAFETY: the compiler wrote the code for this module and keeps to the rules.
        let published = unsafe { block.publish(compiled, plan, resolve) }.map_err(|error| {
            PrepareError::CodeMemory {
                func: self.module.func_index(first.func).as_u32(),
                source: Box::new(error),
            }
        })?;
        if let Some(profiler) = self.memory.profiler() {
            profiler.published(&self.module, &published);
        }
        let mut all = self.published.write().expect("code lock");
        let at = all.partition_point(|code| code.address() < published.address());
        all.insert(at, published.clone());
        drop(all);
        for code in compiled {
            // The compiler's lock is held, so nobody was faster.
            let _ = self.functions[code.func.as_u32() as usize].set(published.clone());
        }
        Ok(())
    }

    fn failure(&self, func: DefinedFuncIndex, error: CompileError) -> PrepareError {
        match error {
            CompileError::Invalid(error) => PrepareError::Invalid(error),
            CompileError::Limit { what, .. } => PrepareError::Limit {
                func: self.module.func_index(func).as_u32(),
                offset: self.module.bodies[func].range.start,
                what,
            },
            error => unreachable!("{error}"),
        }
    }

    /// Where to enter `func`, which is compiled, from the loop at `wasm_offset`.
    pub(crate) fn osr_entry(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let code = self.functions[func.as_u32() as usize].get()?;
        code.osr_entry(func, wasm_offset)
    }

    /// The place at `pc`.
    pub(crate) fn locate(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        let all = self.published.read().expect("code lock");
        let after = all.partition_point(|code| code.address() <= pc);
        // A return address may be the end of its code, where other code may begin.
        let near = all[..after].iter().rev().take(2);
        let located = near.filter_map(|code| code.locate(pc, is_return)).next()?;
        let frame_bytes = match located.kind {
            SiteKind::Call { frame_bytes } => frame_bytes,
            _ => 0,
        };
        Some(NativeLocation {
            location: CodeLocation {
                func: located.func,
                wasm_offset: located.wasm_offset,
                header_slot: located.header_slot,
            },
            frame_bytes,
        })
    }

    /// The bytes of machine code.
    pub(crate) fn size_bytes(&self) -> usize {
        let all = self.published.read().expect("code lock");
        all.iter().map(|code| code.bytes().len()).sum()
    }
}

impl fmt::Debug for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baseline")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    #[test]
    fn a_panic_of_the_compiler_is_not_the_end_of_it() {
        let engine = Engine::default();
        let module = crate::Module::new(&engine, "(module (func))").expect("it is valid");
        let memory = engine.machine_code_memory();
        let (vm, offsets) = (module.vm(), module.offsets());
        let baseline = Baseline::new(engine.config(), memory, vm, offsets, true);
        let baseline = baseline.expect("there is a compiler");
        let panic = || {
            let _compiler = baseline.compiler();
            // Quietly, unlike `panic!`.
            std::panic::resume_unwind(Box::new(()));
        };
        std::thread::scope(|scope| scope.spawn(panic).join()).expect_err("it panics");
        assert!(baseline.compiler.is_poisoned());
        let func = DefinedFuncIndex::from_u32(0);
        let entry = baseline.compile(func, CompileReason::HotCalls, true);
        assert_eq!(entry.ok(), baseline.entry(func));
        assert!(baseline.entry(func).is_some() && !baseline.compiler.is_poisoned());
    }
}
