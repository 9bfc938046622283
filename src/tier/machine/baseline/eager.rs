//! All functions of a module, compiled one behind another into one block.

use std::time::Duration;

use selvedge_jit::{CompileError, Compiler, Options};
use selvedge_vm::code::PrepareError;
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::native::Compiled;

use super::Baseline;
use crate::compile_event::{CompileEvent, CompileReason};

impl Baseline {
    /// Compiles all functions that are not compiled yet, but for those that cannot be.
    ///
    /// # Errors
    ///
    /// If a function is invalid, or there is no more code memory.
    pub(crate) fn compile_all(&self) -> Result<(), PrepareError> {
        let mut compiler = self.compiler();
        if self
            .functions
            .iter()
            .any(|function| function.get().is_some())
        {
            drop(compiler);
            return self.compile_each();
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
                        self.tell(Some(CompileEvent {
                            module: &self.module,
                            func: code.func,
                            reason: CompileReason::Eager,
                            code_bytes: Some((code.end - code.start) as usize),
                            duration,
                            in_background: false,
                        }));
                    }
                    return Ok(());
                }
                Err((_, CompileError::Full { .. })) => len *= 2,
                Err((_, CompileError::Limit { .. })) => {
                    // Not every function that is called will be there.
                    drop((block, compiler));
                    return self.compile_each();
                }
                Err((func, error)) => return Err(self.failure(func, error)),
            }
        }
    }

    /// As [`Baseline::compile_all`], each function on its own.
    fn compile_each(&self) -> Result<(), PrepareError> {
        self.module.bodies.keys().try_for_each(|func| {
            match self.compile(func, CompileReason::Eager, false) {
                Ok(_) | Err(PrepareError::Limit { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        })
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
}
