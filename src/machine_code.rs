//! `CompiledFunction`: the machine code of a function, to be looked at.

use std::fmt;

use selvedge_vm::trap::TrapCode;

/// The machine code of a function; see [`Module::machine_code`](crate::Module::machine_code).
///
/// ```
/// use selvedge::{Config, Engine, Module, Strategy};
///
/// // An error where there is no compiler.
/// let Ok(engine) = Engine::new(Config::new().strategy(Strategy::Baseline)) else { return Ok(()) };
/// let module = Module::new(&engine, r#"(module (func (export "seven") (result i32) (i32.const 7)))"#)?;
/// for function in module.machine_code() {
///     println!("{:?}: {:02x?}", function.func_name(), function.bytes());
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct CompiledFunction {
    pub(crate) func_index: u32,
    pub(crate) func_name: Option<Box<str>>,
    pub(crate) address: usize,
    pub(crate) bytes: Box<[u8]>,
    pub(crate) sites: Box<[CodeSite]>,
    pub(crate) checks_memory: bool,
}

/// A place in machine code that belongs to an operator.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CodeSite {
    /// Where it is, in bytes from the function's start. A return address may be the end of the code.
    pub offset: usize,
    /// Offset of the operator in the module.
    pub wasm_offset: usize,
    /// What is there.
    pub kind: CodeSiteKind,
}

/// What is at a [`CodeSite`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CodeSiteKind {
    /// An instruction that is this trap. A byte that is no instruction follows.
    Trap(TrapCode),
    /// A load or store that traps by touching what is not accessible.
    Memory,
    /// A division that the processor refuses for some operands.
    Divide,
    /// A return address: behind a call of a function, or of a routine of the runtime.
    Call,
}

impl CompiledFunction {
    /// The function's index in its module.
    pub fn func_index(&self) -> u32 {
        self.func_index
    }

    /// The function's name, from the name section or an export.
    pub fn func_name(&self) -> Option<&str> {
        self.func_name.as_deref()
    }

    /// Where the code is, which is also where it is entered.
    pub fn address(&self) -> usize {
        self.address
    }

    /// The code: instructions, then the constants that they read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The places that belong to operators, by ascending offset.
    pub fn sites(&self) -> &[CodeSite] {
        &self.sites
    }

    /// Whether the code tests the bounds of its memory 0; otherwise it relies on a guard behind it.
    pub fn checks_memory(&self) -> bool {
        self.checks_memory
    }
}

impl fmt::Debug for CompiledFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledFunction")
            .field("func_index", &self.func_index)
            .field("func_name", &self.func_name)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}
