//! Machine code of modules: compiled function by function or all at once, published, found again.

#![expect(unsafe_code, reason = "publishes machine code")]

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::{Duration, Instant};

use selvedge_jit::{CompileError, Compiler, CpuFeatures, Options};
use selvedge_vm::code::{CodeLocation, NativeLocation, PrepareError};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::Module;
use selvedge_vm::native::{self, Block, CodeMemory, Compiled, PublishedCode, SiteKind};
use selvedge_vm::offsets::VMOffsets;

use super::profiler::Profiler;
use crate::compile_event::{CompileEvent, CompileListener, CompileReason};
use crate::config::{Config, Strategy};
use crate::error::{Error, Result};
use crate::machine_code::{CodeSite, CodeSiteKind, CompiledFunction};

/// Whether this build can make machine code.
pub(super) const IS_THERE: bool = true;

/// What an engine keeps for machine code.
pub(crate) struct MachineCodeMemory {
    /// `None` if no code is made.
    memory: Option<CodeMemory>,
    profiler: Option<Profiler>,
}

impl MachineCodeMemory {
    /// Memory for the code of an engine with these settings.
    ///
    /// # Errors
    ///
    /// If the host does not let faults become traps, or the profiler's file cannot be made.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        if config.strategy == Strategy::Interpreter {
            return Ok(Self {
                memory: None,
                profiler: None,
            });
        }
        if config.signals_based_traps {
            native::install_handler().map_err(|error| {
                Error::message(format!("cannot handle the signals of traps: {error}"))
            })?;
        }
        Ok(Self {
            memory: Some(CodeMemory::new(config.code_memory_budget)),
            profiler: Profiler::new(config.profiler)?,
        })
    }
}

/// The machine code of one variant of a module.
pub(super) struct Baseline {
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
    pub(super) fn new(
        config: &Config,
        memory: &Arc<MachineCodeMemory>,
        module: &Arc<Module>,
        offsets: &VMOffsets,
        guarded: bool,
    ) -> Option<Self> {
        memory.memory.as_ref()?;
        let baseline = &config.baseline;
        let plan = config.memory;
        let guarded = guarded && config.signals_based_traps && plan.elides_check(1);
        let options = Options {
            cpu: if baseline.cpu_extensions {
                CpuFeatures::detect()
            } else {
                CpuFeatures::empty()
            },
            memory: guarded.then_some(plan),
            signals: config.signals_based_traps,
            osr: config.strategy == Strategy::Auto,
            direct_calls: false,
            counts: config.counts(),
            max_pins: baseline.max_pins,
            hints: baseline.destination_hints,
            fuse: baseline.fusion,
            spill: baseline.spill,
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
    pub(super) fn relies_on_guard(&self) -> bool {
        self.options.memory.is_some() && !self.module.memories.is_empty()
    }

    fn code_memory(&self) -> &CodeMemory {
        let memory = self.memory.memory.as_ref();
        memory.expect("there is no `Baseline` without code memory")
    }

    /// The entry of `func`, if it is compiled.
    fn entry(&self, func: DefinedFuncIndex) -> Option<usize> {
        let code = self.functions[func.as_u32() as usize].get()?;
        code.entry(func)
    }

    /// The entry of `func`, which is compiled if it is not yet.
    ///
    /// # Errors
    ///
    /// If it is invalid, passes a limit, or there is no more code memory.
    pub(super) fn compile(
        &self,
        func: DefinedFuncIndex,
        reason: CompileReason,
    ) -> Result<usize, PrepareError> {
        if let Some(entry) = self.entry(func) {
            return Ok(entry);
        }
        let began = self.clock();
        let mut compiler = self.compiler.lock().expect("compiler lock");
        if let Some(entry) = self.entry(func) {
            return Ok(entry);
        }
        let outcome = self.compile_alone(&mut compiler, func);
        drop(compiler);
        let code_bytes = outcome.as_ref().ok().copied();
        self.tell(func, reason, code_bytes, began.map(|began| began.elapsed()));
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

    /// Compiles all functions that are not compiled yet.
    ///
    /// # Errors
    ///
    /// As [`Baseline::compile`].
    pub(super) fn compile_all(&self) -> Result<(), PrepareError> {
        let mut compiler = self.compiler.lock().expect("compiler lock");
        if self
            .functions
            .iter()
            .any(|function| function.get().is_some())
        {
            drop(compiler);
            return self
                .module
                .bodies
                .keys()
                .try_for_each(|func| self.compile(func, CompileReason::Eager).map(drop));
        }
        let bytes: usize = self
            .module
            .bodies
            .values()
            .map(|body| body.range.len())
            .sum();
        let first = DefinedFuncIndex::from_u32(0);
        let mut len = 4096 + 64 * self.functions.len() + 5 * bytes / 2;
        let options = Options {
            direct_calls: true,
            ..self.options.clone()
        };
        loop {
            let mut block = self.lend(first, len)?;
            match self.compile_into(&mut compiler, &options, block.bytes()) {
                Ok((compiled, durations)) => {
                    let end = compiled.last().map_or(0, |last| last.end);
                    block.shrink(end as usize);
                    self.publish(block, &compiled)?;
                    drop(compiler);
                    for (code, duration) in compiled.iter().zip(durations) {
                        let len = (code.end - code.start) as usize;
                        self.tell(code.func, CompileReason::Eager, Some(len), Some(duration));
                    }
                    return Ok(());
                }
                Err((_, CompileError::Full { .. })) => len *= 2,
                Err((func, error)) => return Err(self.failure(func, error)),
            }
        }
    }

    /// Compiles all functions, one behind another. How long each has taken is noted if somebody is told.
    fn compile_into(
        &self,
        compiler: &mut Compiler,
        options: &Options,
        bytes: &mut [u8],
    ) -> Result<(Vec<Compiled>, Vec<Duration>), (DefinedFuncIndex, CompileError)> {
        let mut all = Vec::with_capacity(self.functions.len());
        let mut durations = Vec::new();
        let mut at = 0;
        for func in self.module.bodies.keys() {
            let full = || {
                let func_index = func.as_u32();
                (func, CompileError::Full { func: func_index })
            };
            let rest = bytes
                .get_mut(at..)
                .filter(|rest| rest.len() >= Compiler::MIN_BYTES)
                .ok_or_else(full)?;
            let began = self.clock();
            let compiled = compiler
                .compile(&self.module, &self.offsets, func, options, rest, at as u32)
                .map_err(|error| (func, error))?;
            at = (compiled.end as usize).next_multiple_of(16);
            all.push(compiled);
            durations.extend(began.map(|began| began.elapsed()));
        }
        Ok((all, durations))
    }

    /// The time, if somebody is told how long a compilation takes.
    fn clock(&self) -> Option<Instant> {
        self.listener.as_ref().map(|_| Instant::now())
    }

    /// Tells the listener of a compilation. The compiler is free: the listener may run guests.
    fn tell(
        &self,
        func: DefinedFuncIndex,
        reason: CompileReason,
        code_bytes: Option<usize>,
        duration: Option<Duration>,
    ) {
        if let (Some(listener), Some(duration)) = (&self.listener, duration) {
            listener.tell(&CompileEvent {
                module: &self.module,
                func,
                reason,
                code_bytes,
                duration,
            });
        }
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
        if let Some(profiler) = &self.memory.profiler {
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
    pub(super) fn osr_entry(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let code = self.functions[func.as_u32() as usize].get()?;
        code.osr_entry(func, wasm_offset)
    }

    /// The place at `pc`.
    pub(super) fn locate(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
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

    /// The functions that are compiled.
    pub(super) fn functions(&self) -> Vec<CompiledFunction> {
        let all = self.published.read().expect("code lock");
        all.iter()
            .flat_map(|code| self.functions_of(code))
            .collect()
    }

    fn functions_of(&self, code: &PublishedCode) -> Vec<CompiledFunction> {
        let mut sites = code.sites().peekable();
        let function = |function: native::PublishedFunc<'_>| {
            let start = function.address - code.address();
            let index = self.module.func_index(function.func);
            // A return address may be the end of the code; no site is its beginning.
            let end = start + function.code.len();
            let own = std::iter::from_fn(|| sites.next_if(|site| site.offset as usize <= end));
            CompiledFunction {
                func_index: index.as_u32(),
                func_name: self.module.func_name(index).map(Box::from),
                address: function.address,
                bytes: function.code.into(),
                sites: own.map(|site| public_site(site, start)).collect(),
                checks_memory: self.options.memory.is_none(),
            }
        };
        code.functions().map(function).collect()
    }

    /// The bytes of machine code.
    pub(super) fn size_bytes(&self) -> usize {
        let all = self.published.read().expect("code lock");
        all.iter().map(|code| code.bytes().len()).sum()
    }
}

/// A site of a function that begins at `start`.
fn public_site(site: native::Site, start: usize) -> CodeSite {
    CodeSite {
        offset: site.offset as usize - start,
        wasm_offset: site.wasm_offset as usize,
        kind: match site.kind {
            SiteKind::Trap(code) => CodeSiteKind::Trap(code),
            SiteKind::Memory => CodeSiteKind::Memory,
            SiteKind::Divide => CodeSiteKind::Divide,
            SiteKind::Call { .. } => CodeSiteKind::Call,
        },
    }
}

impl fmt::Debug for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baseline")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
