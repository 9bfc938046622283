//! `Module::parse`: one pass over a module's bytes that validates its
//! declarations and gathers them into tables.
//!
//! Every section is counted against the limits, validated by `wasmparser`, and only then
//! converted. Nothing is allocated by a declared count alone: room is made for
//! at most as many items as the section has bytes.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use wasmparser::{
    CustomSectionReader, DataKind, DataSectionReader, Encoding, FromReader,
    FunctionBody as WasmBody, Parser, Payload, SectionLimited, Validator,
};

use super::const_expr::ConstExpr;
use super::error::ModuleError;
use super::explain::explain;
use super::features::{Feature, Features};
use super::limits::ModuleLimits;
use super::names::NameSection;
use super::validate::{BodyError, BodyValidator, LazyValidation, declaration_features};
use super::*;
use crate::init::{MemoryInitializer, SegmentOffset};
use crate::types::TypeRegistry;

/// What [`Module::parse`] does with function bodies; [`Module::body`] does the rest.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub enum Bodies {
    /// They are validated and summarised, for all are going to be translated.
    #[default]
    Summarised,
    /// They are validated. Summaries are for those that are called.
    Valid,
    /// They are not looked at.
    Deferred,
}

impl Bodies {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Summarised, Self::Valid, Self::Deferred];
}

/// How [`Module::parse`] treats a module.
#[derive(Clone, Debug)]
pub struct ParseOptions<'a> {
    /// The proposals that the module may use. Those that are not implemented have no effect.
    pub features: Features,
    /// How large the module may be.
    pub limits: ModuleLimits,
    /// What is done with function bodies now, and what by [`Module::body`].
    pub bodies: Bodies,
    /// Where the module's function types are interned.
    pub registry: &'a TypeRegistry,
}

impl<'a> ParseOptions<'a> {
    /// The defaults: default features and limits, everything validated at once.
    pub fn new(registry: &'a TypeRegistry) -> Self {
        let (features, limits) = (Features::default(), ModuleLimits::default());
        Self {
            features,
            limits,
            bodies: Bodies::default(),
            registry,
        }
    }
}

impl Module {
    /// Parses and validates a module in the binary format.
    ///
    /// # Errors
    ///
    /// If the module is invalid, exceeds a limit, or uses a proposal that
    /// is disabled or not implemented; in function bodies only if these are not deferred.
    pub fn parse(bytes: Arc<[u8]>, options: &ParseOptions<'_>) -> Result<Self, ModuleError> {
        if bytes.starts_with(b"\0asm") && bytes.get(6..8) == Some(&[1, 0]) {
            let message = "the binary is a component, not a module";
            return Err(ModuleError::feature(Feature::ComponentModel, message, 4));
        }
        let mut builder = Builder::new(bytes.clone(), options);
        match builder.parse(&bytes) {
            Ok(()) => Ok(builder.finish(options.registry)),
            Err(Failure::Module(error)) => Err(error),
            Err(Failure::Wasm(error)) => Err(explain(
                &bytes,
                builder.features,
                None,
                &builder.limits,
                &error,
            )),
            Err(Failure::Body(func, error)) => Err(explain(
                &bytes,
                builder.features,
                Some(func),
                &builder.limits,
                &error,
            )),
        }
    }
}

/// Why parsing stopped.
pub(super) enum Failure {
    /// The error is final.
    Module(ModuleError),
    /// A declaration is invalid; a missing feature may be the reason.
    Wasm(wasmparser::Error),
    /// This body is invalid; a missing feature may be the reason.
    Body(DefinedFuncIndex, wasmparser::Error),
}

impl From<ModuleError> for Failure {
    fn from(error: ModuleError) -> Self {
        Self::Module(error)
    }
}

impl From<wasmparser::Error> for Failure {
    fn from(error: wasmparser::Error) -> Self {
        Self::Wasm(error)
    }
}

/// A module in the making.
pub(super) struct Builder {
    pub(super) module: Module,
    /// The function types; interned when the module is known to be valid.
    pub(super) types: PrimaryMap<TypeIndex, FuncType>,
    /// The functions whose reference can escape.
    pub(super) escaping: Vec<FuncIndex>,
    initializers: Vec<MemoryInitializer>,
    features: Features,
    pub(super) limits: ModuleLimits,
    bodies: Bodies,
    pub(super) validator: Validator,
    body_validator: BodyValidator,
}

impl Builder {
    fn new(bytes: Arc<[u8]>, options: &ParseOptions<'_>) -> Self {
        let features = options.features & Features::IMPLEMENTED;
        Self {
            module: Module::empty(bytes),
            types: PrimaryMap::new(),
            escaping: Vec::new(),
            initializers: Vec::new(),
            features,
            limits: options.limits.clamped(),
            bodies: options.bodies,
            validator: Validator::new_with_features(declaration_features(features)),
            body_validator: BodyValidator::default(),
        }
    }

    fn parse(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut parser = Parser::new(0);
        parser.set_features(declaration_features(self.features));
        for payload in parser.parse_all(bytes) {
            self.payload(payload?)?;
        }
        Ok(())
    }

    fn payload(&mut self, payload: Payload<'_>) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(section) => self.types(section),
            Payload::ImportSection(section) => self.imports(section),
            Payload::FunctionSection(section) => self.functions(section),
            Payload::TableSection(section) => self.tables(section),
            Payload::MemorySection(section) => self.memories(section),
            Payload::TagSection(section) => self.tags(section),
            Payload::GlobalSection(section) => self.globals(section),
            Payload::ExportSection(section) => self.exports(section),
            Payload::StartSection { func, range } => {
                self.validator.start_section(func, &range)?;
                self.module.start = Some(FuncIndex::from_u32(func));
                Ok(())
            }
            Payload::ElementSection(section) => self.elements(section),
            Payload::CodeSectionEntry(body) => self.body(&body),
            Payload::DataSection(section) => self.data(section),
            Payload::CustomSection(section) => self.custom(&section),
            Payload::Version {
                num,
                encoding,
                range,
            } => {
                assert_eq!(
                    encoding,
                    Encoding::Module,
                    "components are recognised before"
                );
                Ok(self.validator.version(num, encoding, &range)?)
            }
            other => {
                self.validator.payload(&other)?;
                Ok(())
            }
        }
    }

    fn body(&mut self, body: &WasmBody<'_>) -> Result<(), Failure> {
        let range = to_range(body.range());
        ModuleLimits::check(
            "body_bytes",
            range.len() as u64,
            self.limits.body_bytes,
            range.start,
        )?;
        let mut func = self.validator.code_section_entry(body)?;
        func.features = self.features.into();
        let index = DefinedFuncIndex::new(self.module.bodies.len());
        let mut entry = FunctionBody {
            range,
            max_stack_values: None,
            summary: OnceLock::new(),
        };
        let failure = |error| match error {
            BodyError::Limit(error) => Failure::Module(error),
            BodyError::Invalid(error) => Failure::Body(index, error),
        };
        let reader = body.get_binary_reader();
        match self.bodies {
            Bodies::Summarised => {
                let param_slots = self.types[TypeIndex::from_u32(func.ty)].param_slots();
                let vectors = self.module.with_vectors();
                let summary =
                    self.body_validator
                        .validate(func, param_slots, vectors, reader, &self.limits);
                entry.summary = OnceLock::from(Ok(summary.map_err(failure)?));
            }
            Bodies::Valid => {
                let height = self.body_validator.check(func, reader, &self.limits);
                entry.max_stack_values = Some(height.map_err(failure)?);
            }
            Bodies::Deferred => {
                if self.module.validation.is_none() {
                    self.module.validation = Some(LazyValidation {
                        resources: func.resources,
                        features: self.features,
                        limits: self.limits,
                    });
                }
            }
        }
        self.module.bodies.push(entry);
        Ok(())
    }

    fn data(&mut self, section: DataSectionReader<'_>) -> Result<(), Failure> {
        let limit = self.limits.data_segments;
        ModuleLimits::check("data_segments", section.count(), limit, start(&section))?;
        self.validator.data_section(&section)?;
        for item in section {
            let data = item?;
            let end = data.range.end as usize;
            let range = end - data.data.len()..end;
            let mode = match &data.kind {
                DataKind::Passive => SegmentMode::Passive,
                DataKind::Active {
                    memory_index,
                    offset_expr,
                } => {
                    let target = MemoryIndex::from_u32(*memory_index);
                    let offset = self.const_expr(offset_expr)?;
                    self.initializers.push(MemoryInitializer {
                        segment: DataIndex::new(self.module.data.len()),
                        memory_index: target,
                        offset: match offset.as_constant() {
                            Some(value) => SegmentOffset::Constant(value.low()),
                            None => SegmentOffset::Dynamic,
                        },
                        data: range.clone(),
                    });
                    SegmentMode::Active { target, offset }
                }
            };
            self.module.data.push(DataSegment { mode, range });
        }
        Ok(())
    }

    fn custom(&mut self, section: &CustomSectionReader<'_>) -> Result<(), Failure> {
        let whole = to_range(section.range());
        let count = self.module.custom_sections.len() as u64 + 1;
        let limit = self.limits.custom_sections;
        ModuleLimits::check("custom_sections", count, limit, whole.start)?;
        let range = section.data_offset() as usize..whole.end;
        if section.name() == "name" {
            self.module.names = NameSection::new(range.clone());
            self.module.name = self.module.names.module(&self.module.bytes);
        }
        let name = section.name().into();
        self.module
            .custom_sections
            .push(CustomSection { name, range });
        Ok(())
    }

    /// Converts a validated constant expression and notes the functions that it lets escape.
    pub(super) fn const_expr(
        &mut self,
        expr: &wasmparser::ConstExpr<'_>,
    ) -> Result<ConstExpr, Failure> {
        let expr = ConstExpr::parse(expr)?;
        self.escaping.extend(expr.funcs());
        Ok(expr)
    }

    /// The module, when everything has been read.
    fn finish(self, registry: &TypeRegistry) -> Module {
        let Self {
            mut module,
            types,
            mut escaping,
            initializers,
            ..
        } = self;
        module.types = types
            .values()
            .map(|func| ModuleType {
                shared: registry.intern(func),
                func: func.clone(),
            })
            .collect();
        escaping.sort_unstable();
        escaping.dedup();
        for func in escaping {
            module.functions[func].func_ref = Some(module.func_refs.push(func));
        }
        module.num_func_refs = module.func_refs.len() as u32;
        module.memory_initialization = MemoryInitialization::Segmented(initializers);
        module
    }
}

fn to_range(range: Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

pub(super) fn start<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> usize {
    section.range().start as usize
}

/// For how many items to make room: as many as are declared, if the section can have them.
pub(super) fn room<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> usize {
    (section.count() as usize).min(to_range(section.range()).len())
}
