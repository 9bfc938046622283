//! The x86-64 baseline compiler of Selvedge: one pass over a valid body, into machine code.
//!
//! A [`Compiler`] writes functions one after another into a slice that its caller lends, and says
//! where in it calls, traps and entries are; `selvedge_vm::native` makes the code executable. The operators are in
//! `codegen`, by family under the names of the other tiers' files; the instructions are in `masm`.
//!
//! The crate is empty where there is no machine code: on other platforms, and with the feature
//! `portable-sys`.
#![cfg(all(
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]

mod codegen;
mod cpu;
mod masm;
mod regs;
mod sink;

use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Module, ModuleError};
use selvedge_vm::native::Compiled;
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::ops::simd::Relaxed;

use crate::codegen::{Failure, Input, Scratch};
pub use crate::cpu::CpuFeatures;

/// How code is compiled.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the processor has.
    pub cpu: CpuFeatures,
    /// The plan that memory 0 keeps to, so that accesses to it need no checks; without one they are checked.
    pub memory: Option<MemoryPlan>,
    /// Whether faults of the processor become traps; else code tests before it does what might fault.
    pub signals: bool,
    /// Whether loops have entries from the interpreter.
    pub osr: bool,
    /// Whether calls of the module's functions go to their machine code, which exists or will.
    pub direct_calls: bool,
    /// Whether code counts what it spends.
    pub counts: bool,
    /// Whether guests that are interrupted may go on; else they trap.
    pub resumes: bool,
    /// Most locals of a class that are pinned.
    pub max_pins: u32,
    /// Whether results are computed where the next operator wants them.
    pub hints: bool,
    /// Whether comparisons stay in the flags for what follows.
    pub fuse: bool,
    /// Whether every result is stored to its slot at once.
    pub spill: bool,
    /// What relaxed vector operators mean. Nothing else is computed where the processor cannot do that.
    pub relaxed: Relaxed,
    /// Whether every NaN that an operation makes is the canonical one.
    pub canonical_nans: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cpu: CpuFeatures::detect(),
            memory: Some(MemoryPlan::default()),
            signals: true,
            osr: false,
            direct_calls: false,
            counts: false,
            resumes: false,
            max_pins: 7,
            hints: true,
            fuse: true,
            spill: false,
            relaxed: Relaxed::DETERMINISTIC,
            canonical_nans: false,
        }
    }
}

/// Why a function has no machine code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The slice is too short for the code.
    #[error("the code of function {func} does not fit")]
    Full {
        /// The function, by `DefinedFuncIndex`.
        func: u32,
    },
    /// The body is invalid.
    #[error(transparent)]
    Invalid(#[from] ModuleError),
    /// The function is larger than an implementation limit, or needs what the processor lacks: vectors SSE4.1,
    /// fused multiplications FMA.
    #[error("function {func} exceeds an implementation limit: {what}")]
    Limit {
        /// The function, by `DefinedFuncIndex`.
        func: u32,
        /// Which limit.
        what: &'static str,
    },
}

/// Compiles functions; keeps its working memory from one to the next.
#[derive(Default)]
pub struct Compiler {
    scratch: Scratch,
}

impl Compiler {
    /// A compiler without working memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The shortest slice that [`Compiler::compile`] takes.
    pub const MIN_BYTES: usize = 64;

    /// Compiles `func` into the beginning of `bytes`, which are `base` bytes from the start of
    /// their block. What is returned is in terms of the block. Offsets are multiples of 16 if `base` is one.
    ///
    /// # Errors
    ///
    /// If the body is invalid, exceeds a limit, or its code is longer than `bytes`.
    ///
    /// # Panics
    ///
    /// If `bytes` is shorter than [`Compiler::MIN_BYTES`] or longer than 2 GiB.
    pub fn compile(
        &mut self,
        module: &Module,
        offsets: &VMOffsets,
        func: DefinedFuncIndex,
        options: &Options,
        bytes: &mut [u8],
        base: u32,
    ) -> Result<Compiled, CompileError> {
        let body = module.body(func)?;
        let input = Input {
            module,
            offsets,
            func,
            body: body.bytes,
            body_offset: body.offset,
            summary: body.summary,
            options,
        };
        codegen::compile(&input, &mut self.scratch, bytes, base).map_err(|failure| match failure {
            Failure::Full => CompileError::Full {
                func: func.as_u32(),
            },
            Failure::Limit(what) => CompileError::Limit {
                func: func.as_u32(),
                what,
            },
        })
    }
}
