//! Validation of function bodies, now or at first use.

use std::fmt;
use std::sync::Arc;

use wasmparser::{
    BinaryReader, FuncToValidate, FuncValidator, FuncValidatorAllocations, ValType,
    ValidatorResources, WasmFeatures,
};

use super::error::ModuleError;
use super::explain::explain;
use super::features::Features;
use super::limits::ModuleLimits;
use super::operators::OperatorReader;
use super::summary::{CountingVisitor, FuncSummary, Valid};
use super::uses::UseCounter;
use super::{Body, Module};
use crate::index::DefinedFuncIndex;
use crate::types::FuncType;

/// The error for what `wasmparser` found, taken as it is.
pub(crate) fn invalid(error: &wasmparser::Error) -> ModuleError {
    ModuleError::Invalid {
        message: error.message().to_owned(),
        offset: error.offset() as usize,
    }
}

/// What `wasmparser` validates declarations with, for modules that may use `features`.
///
/// Constant expressions of WebAssembly 3.0 may read earlier globals, and
/// tables may have initial values; `wasmparser` allows that only together with
/// proposals that we lack, so these are on for declarations, and
/// `parse` refuses the rest of them by name.
pub(crate) fn declaration_features(features: Features) -> WasmFeatures {
    let extra = if features.contains(Features::EXTENDED_CONST) {
        WasmFeatures::GC | WasmFeatures::FUNCTION_REFERENCES
    } else {
        WasmFeatures::empty()
    };
    WasmFeatures::from(features) | extra
}

/// Why a body is not valid.
#[derive(Debug)]
pub(crate) enum BodyError {
    Invalid(wasmparser::Error),
    Limit(ModuleError),
}

impl From<wasmparser::Error> for BodyError {
    fn from(error: wasmparser::Error) -> Self {
        Self::Invalid(error)
    }
}

/// Validates bodies one after another, reusing its allocations.
#[derive(Default)]
pub(crate) struct BodyValidator {
    allocations: FuncValidatorAllocations,
    uses: UseCounter,
}

impl BodyValidator {
    /// Validates the body that `reader` reads, of a function whose parameters take `param_slots`.
    /// `vectors` is its module, as far as it has been read, if that has vectors.
    pub(crate) fn validate(
        &mut self,
        func: FuncToValidate<ValidatorResources>,
        param_slots: u32,
        vectors: Option<&Module>,
        mut reader: BinaryReader<'_>,
        limits: &ModuleLimits,
    ) -> Result<FuncSummary, BodyError> {
        reader.set_features(func.features);
        let mut validator = func.into_validator(std::mem::take(&mut self.allocations));
        self.uses.begin();
        for ty in (0..validator.len_locals()).filter_map(|param| validator.get_local_type(param)) {
            self.uses.declare(1, ty);
        }
        let mut slots = param_slots;
        declare_locals(&mut validator, &mut reader, limits, |count, ty| {
            slots += self.uses.declare(count, ty);
        })?;
        let max_height = validate_operators(
            &mut validator,
            reader,
            limits,
            |validator, offset, reader| {
                reader.visit_operator(&mut CountingVisitor {
                    validator: validator.visitor(offset),
                    uses: &mut self.uses,
                    vectors,
                })
            },
        )?;
        self.allocations = validator.into_allocations();
        Ok(self.uses.finish(max_height, slots))
    }

    /// Validates as [`BodyValidator::validate`] does, and leaves the rest of the summary to
    /// [`BodyValidator::summarise`]. Returns the greatest height of the operand stack.
    pub(crate) fn check(
        &mut self,
        func: FuncToValidate<ValidatorResources>,
        mut reader: BinaryReader<'_>,
        limits: &ModuleLimits,
    ) -> Result<u32, BodyError> {
        reader.set_features(func.features);
        let mut validator = func.into_validator(std::mem::take(&mut self.allocations));
        declare_locals(&mut validator, &mut reader, limits, |_, _| ())?;
        let max_height = validate_operators(
            &mut validator,
            reader,
            limits,
            |validator, offset, reader| reader.visit_operator(&mut validator.visitor(offset)),
        )?;
        self.allocations = validator.into_allocations();
        Ok(max_height)
    }

    /// The summary of a body that [`BodyValidator::check`] found to be valid.
    fn summarise(
        &mut self,
        ty: &FuncType,
        vectors: Option<&Module>,
        mut reader: BinaryReader<'_>,
        max_height: u32,
    ) -> wasmparser::Result<FuncSummary> {
        self.uses.begin();
        let mut slots = 0;
        for &ty in ty.params() {
            slots += self.uses.declare(1, ty);
        }
        for _ in 0..reader.read_var_u32()? {
            let count: u32 = reader.read()?;
            slots += self.uses.declare(count, reader.read::<ValType>()?);
        }
        let mut operators = OperatorReader::new(reader);
        while !operators.eof() {
            operators.visit_operator(&mut CountingVisitor {
                validator: Valid,
                uses: &mut self.uses,
                vectors,
            })??;
        }
        Ok(self.uses.finish(max_height, slots))
    }
}
/// Reads the declarations of locals, and tells `declare` of each.
#[inline(never)]
fn declare_locals(
    validator: &mut FuncValidator<ValidatorResources>,
    reader: &mut BinaryReader<'_>,
    limits: &ModuleLimits,
    mut declare: impl FnMut(u32, ValType),
) -> Result<(), BodyError> {
    for _ in 0..reader.read_var_u32()? {
        let offset = reader.original_position();
        let count: u32 = reader.read()?;
        let ty: ValType = reader.read()?;
        let total = u64::from(validator.len_locals()) + u64::from(count);
        ModuleLimits::check("locals", total, limits.locals, offset as usize)
            .map_err(BodyError::Limit)?;
        validator.define_locals(offset, count, ty)?;
        declare(count, ty);
    }
    Ok(())
}

/// Validates operators to the end, each by `visit`, which is told the operator's offset. Returns the
/// greatest height of the operand stack.
#[inline(always)]
fn validate_operators<'a>(
    validator: &mut FuncValidator<ValidatorResources>,
    mut reader: BinaryReader<'a>,
    limits: &ModuleLimits,
    mut visit: impl FnMut(
        &mut FuncValidator<ValidatorResources>,
        u64,
        &mut OperatorReader<'a>,
    ) -> wasmparser::Result<wasmparser::Result<()>>,
) -> Result<u32, BodyError> {
    let mut operators = OperatorReader::new(reader.clone());
    let mut max_height = 0;
    while !operators.eof() {
        let offset = operators.original_position();
        visit(validator, offset, &mut operators)??;
        let height = validator.operand_stack_height();
        if height > max_height {
            max_height = height;
            let offset = offset as usize;
            ModuleLimits::check("operand_stack", height, limits.operand_stack, offset)
                .map_err(BodyError::Limit)?;
        }
    }
    reader.read_bytes(reader.bytes_remaining())?;
    reader.finish_expression(&validator.visitor(reader.original_position()))?;
    Ok(max_height)
}

/// What it takes to validate the bodies of a module later.
pub(crate) struct LazyValidation {
    pub(crate) resources: ValidatorResources,
    pub(crate) features: Features,
    pub(crate) limits: ModuleLimits,
}

impl fmt::Debug for LazyValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyValidation")
            .field("features", &self.features)
            .finish_non_exhaustive()
    }
}

impl Module {
    /// The body of `func`, which is valid. What was deferred is done by the first call.
    ///
    /// # Errors
    ///
    /// If the body is not valid; every call returns the same error.
    pub fn body(&self, func: DefinedFuncIndex) -> Result<Body<'_>, ModuleError> {
        self.body_with(func, &mut BodyValidator::default())
    }

    /// Validates all bodies that have not been validated yet.
    ///
    /// # Errors
    ///
    /// The error of the first body that is not valid.
    pub fn validate_all(&self) -> Result<(), ModuleError> {
        let mut validator = BodyValidator::default();
        self.bodies
            .keys()
            .try_for_each(|func| self.body_with(func, &mut validator).map(drop))
    }

    fn body_with(
        &self,
        func: DefinedFuncIndex,
        validator: &mut BodyValidator,
    ) -> Result<Body<'_>, ModuleError> {
        let body = &self.bodies[func];
        let summary = || match body.max_stack_values {
            Some(height) => Ok(self.summarise_body(func, height, validator)),
            None => self.validate_body(func, validator).map_err(Arc::new),
        };
        match body.summary.get_or_init(summary) {
            Ok(summary) => {
                let range = body.range.clone();
                Ok(Body {
                    offset: range.start,
                    bytes: &self.bytes[range],
                    summary,
                })
            }
            Err(error) => Err(ModuleError::clone(error)),
        }
    }

    fn summarise_body(
        &self,
        func: DefinedFuncIndex,
        max_stack_values: u32,
        validator: &mut BodyValidator,
    ) -> FuncSummary {
        let range = self.bodies[func].range.clone();
        let offset = range.start as u64;
        let reader = BinaryReader::new(&self.bytes[range], offset);
        let ty = self.func_type(self.func_index(func));
        validator
            .summarise(ty, self.with_vectors(), reader, max_stack_values)
            .expect("a body that was validated reads without errors")
    }

    fn validate_body(
        &self,
        func: DefinedFuncIndex,
        validator: &mut BodyValidator,
    ) -> Result<FuncSummary, ModuleError> {
        let lazy = self
            .validation
            .as_ref()
            .expect("bodies are validated now or can be later");
        let index = self.func_index(func);
        let features = WasmFeatures::from(lazy.features);
        let to_validate = FuncToValidate {
            resources: lazy.resources.clone(),
            index: index.as_u32(),
            ty: self.functions[index].ty.as_u32(),
            features,
        };
        let range = self.bodies[func].range.clone();
        let offset = range.start as u64;
        let reader = BinaryReader::new_features(&self.bytes[range], offset, features);
        let param_slots = self.func_type(index).param_slots();
        validator
            .validate(
                to_validate,
                param_slots,
                self.with_vectors(),
                reader,
                &lazy.limits,
            )
            .map_err(|e| match e {
                BodyError::Limit(error) => error,
                BodyError::Invalid(error) => {
                    explain(&self.bytes, lazy.features, Some(func), &lazy.limits, &error)
                }
            })
    }
}
