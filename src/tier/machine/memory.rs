//! What the modules of an engine share for their machine code.

use selvedge_vm::native::{self, CodeMemory};

use super::profiler::Profiler;
use crate::config::{Config, Strategy};
use crate::error::{Error, Result};

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
    /// Where code goes; `None` if none is made.
    pub(super) fn code(&self) -> Option<&CodeMemory> {
        self.memory.as_ref()
    }

    /// Who is told of code, if anybody is.
    pub(super) fn profiler(&self) -> Option<&Profiler> {
        self.profiler.as_ref()
    }
}
