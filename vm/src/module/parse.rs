//! `Module::parse`: one pass over a module's bytes that validates its
//! declarations and gathers them into tables.
//!
//! Every section is counted against the limits, validated by `wasmparser`, and only then
//! converted. Nothing is allocated by a declared count alone: room is made for
//! at most as many items as the section has bytes.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use wasmparser::{
    CompositeInnerType, CustomSectionReader, DataKind, DataSectionReader, ElementItems as Items,
    ElementKind, ElementSectionReader, Encoding, ExportSectionReader, ExternalKind, FromReader,
    FunctionBody as WasmBody, FunctionSectionReader, GlobalSectionReader, ImportSectionReader,
    MemorySectionReader, Parser, Payload, SectionLimited, TableInit as WasmTableInit,
    TableSectionReader, TagSectionReader, TypeRef, TypeSectionReader, Validator,
};

use super::const_expr::ConstExpr;
use super::error::ModuleError;
use super::features::{Feature, Features};
use super::limits::ModuleLimits;
use super::names::NameSection;
use super::validate::{BodyError, BodyValidator, LazyValidation, declaration_features, explain};
use super::*;
use crate::init::{MemoryInitializer, SegmentOffset};
use crate::types::{TypeRegistry, ValType};

/// How [`Module::parse`] treats a module.
#[derive(Clone, Debug)]
pub struct ParseOptions<'a> {
    /// The proposals that the module may use. Those that are not implemented have no effect.
    pub features: Features,
    /// How large the module may be.
    pub limits: ModuleLimits,
    /// Whether function bodies are validated by [`Module::body`] instead of now.
    pub defer_bodies: bool,
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
            defer_bodies: false,
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
    /// is disabled or not implemented. With `defer_bodies`, function bodies are not looked at.
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
enum Failure {
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
struct Builder {
    module: Module,
    /// The function types; interned when the module is known to be valid.
    types: PrimaryMap<TypeIndex, FuncType>,
    /// The functions whose reference can escape.
    escaping: Vec<FuncIndex>,
    initializers: Vec<MemoryInitializer>,
    features: Features,
    limits: ModuleLimits,
    defer_bodies: bool,
    validator: Validator,
    bodies: BodyValidator,
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
            defer_bodies: options.defer_bodies,
            validator: Validator::new_with_features(declaration_features(features)),
            bodies: BodyValidator::default(),
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

    fn types(&mut self, section: TypeSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        ModuleLimits::check("types", section.count(), self.limits.types, offset)?;
        self.validator.type_section(&section)?;
        self.types = PrimaryMap::with_capacity(room(&section));
        for item in section.into_iter_with_offsets() {
            let (offset, group) = item?;
            let offset = offset as usize;
            if group.is_explicit_rec_group() {
                return Err(unsupported(Feature::Gc, "recursion group", offset));
            }
            for ty in group.into_types() {
                let ty = self.func_type(&ty, offset)?;
                self.types.push(ty);
            }
        }
        Ok(())
    }

    /// The function type `ty`, if it is one that tables can hold.
    fn func_type(&self, ty: &wasmparser::SubType, offset: usize) -> Result<FuncType, Failure> {
        let composite = &ty.composite_type;
        if composite.shared {
            let feature = Feature::SharedEverythingThreads;
            return Err(unsupported(feature, "shared function type", offset));
        }
        if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
            return Err(unsupported(
                Feature::CustomDescriptors,
                "descriptor",
                offset,
            ));
        }
        if !ty.is_final || !ty.supertype_idxs.is_empty() {
            return Err(unsupported(Feature::Gc, "subtype", offset));
        }
        let func = match &composite.inner {
            CompositeInnerType::Func(func) => func,
            CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) => {
                return Err(unsupported(Feature::Gc, "array or struct type", offset));
            }
            CompositeInnerType::Cont(_) => {
                return Err(unsupported(
                    Feature::StackSwitching,
                    "continuation type",
                    offset,
                ));
            }
        };
        let (params, results) = (func.params(), func.results());
        ModuleLimits::check("params", params.len() as u64, self.limits.params, offset)?;
        ModuleLimits::check("results", results.len() as u64, self.limits.results, offset)?;
        let types = |types: &[wasmparser::ValType]| {
            types
                .iter()
                .map(|&ty| val_type(ty, offset))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(FuncType::new(types(params)?, types(results)?))
    }

    fn imports(&mut self, section: ImportSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        ModuleLimits::check("imports", section.count(), self.limits.imports, offset)?;
        self.validator.import_section(&section)?;
        self.module.imports.reserve(room(&section));
        for item in section.into_imports_with_offsets() {
            let (offset, import) = item?;
            let offset = offset as usize;
            let (module, name) = (self.module_name(import.module, offset)?, import.name);
            let name = self.name(name, offset)?;
            let entity = self.import(import.ty, offset)?;
            self.module.imports.push(Import {
                module,
                name,
                entity,
            });
        }
        Ok(())
    }

    /// `name` as a shared string; the one of the previous import if they are equal.
    fn module_name(&self, name: &str, offset: usize) -> Result<Arc<str>, Failure> {
        match self.module.imports.last() {
            Some(last) if *last.module == *name => Ok(last.module.clone()),
            _ => self.name(name, offset),
        }
    }

    fn name(&self, name: &str, offset: usize) -> Result<Arc<str>, Failure> {
        ModuleLimits::check(
            "name_bytes",
            name.len() as u64,
            self.limits.name_bytes,
            offset,
        )?;
        Ok(name.into())
    }

    fn import(&mut self, ty: TypeRef, offset: usize) -> Result<EntityRef, Failure> {
        let module = &mut self.module;
        Ok(match ty {
            TypeRef::Func(ty) => {
                module.num_imported_functions += 1;
                EntityRef::Func(self.function(ty, offset)?)
            }
            TypeRef::Table(ty) => {
                module.num_imported_tables += 1;
                EntityRef::Table(self.table(ty, offset)?)
            }
            TypeRef::Memory(ty) => {
                module.num_imported_memories += 1;
                EntityRef::Memory(self.memory(ty, offset)?)
            }
            TypeRef::Global(ty) => {
                module.num_imported_globals += 1;
                EntityRef::Global(self.global(ty, offset)?)
            }
            TypeRef::Tag(_) => return Err(unsupported(Feature::Exceptions, "tag", offset)),
            TypeRef::FuncExact(_) => {
                let feature = Feature::CustomDescriptors;
                return Err(unsupported(
                    feature,
                    "import of an exact function type",
                    offset,
                ));
            }
        })
    }

    fn function(&mut self, ty: u32, offset: usize) -> Result<FuncIndex, Failure> {
        let functions = &mut self.module.functions;
        let count = functions.len() as u64 + 1;
        ModuleLimits::check("functions", count, self.limits.functions, offset)?;
        Ok(functions.push(Function {
            ty: TypeIndex::from_u32(ty),
            func_ref: None,
        }))
    }

    fn table(&mut self, ty: wasmparser::TableType, offset: usize) -> Result<TableIndex, Failure> {
        let tables = &mut self.module.tables;
        ModuleLimits::check(
            "tables",
            tables.len() as u64 + 1,
            self.limits.tables,
            offset,
        )?;
        ModuleLimits::check(
            "table_elements",
            ty.initial,
            self.limits.table_elements,
            offset,
        )?;
        if ty.shared {
            return Err(unsupported(
                Feature::SharedEverythingThreads,
                "shared table",
                offset,
            ));
        }
        Ok(tables.push(TableType {
            element: ref_type(ty.element_type, offset)?,
            minimum: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        }))
    }

    fn memory(
        &mut self,
        ty: wasmparser::MemoryType,
        offset: usize,
    ) -> Result<MemoryIndex, Failure> {
        let memories = &mut self.module.memories;
        let count = memories.len() as u64 + 1;
        ModuleLimits::check("memories", count, self.limits.memories, offset)?;
        ModuleLimits::check("memory_pages", ty.initial, self.limits.memory_pages, offset)?;
        if ty.shared {
            return Err(unsupported(Feature::Threads, "shared memory", offset));
        }
        Ok(memories.push(MemoryType {
            minimum: ty.initial,
            maximum: ty.maximum,
            memory64: ty.memory64,
            shared: false,
            page_size_log2: ty.page_size_log2.map_or(16, |log2| {
                u8::try_from(log2).expect("validated page sizes are 2^0 and 2^16")
            }),
        }))
    }

    fn global(
        &mut self,
        ty: wasmparser::GlobalType,
        offset: usize,
    ) -> Result<GlobalIndex, Failure> {
        let globals = &mut self.module.globals;
        ModuleLimits::check(
            "globals",
            globals.len() as u64 + 1,
            self.limits.globals,
            offset,
        )?;
        if ty.shared {
            return Err(unsupported(
                Feature::SharedEverythingThreads,
                "shared global",
                offset,
            ));
        }
        let content = val_type(ty.content_type, offset)?;
        Ok(globals.push(GlobalType {
            content,
            mutable: ty.mutable,
        }))
    }

    fn functions(&mut self, section: FunctionSectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.functions.len() as u64 + u64::from(section.count());
        ModuleLimits::check("functions", count, self.limits.functions, start(&section))?;
        self.validator.function_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, ty) = item?;
            self.function(ty, offset as usize)?;
        }
        Ok(())
    }

    fn tables(&mut self, section: TableSectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.tables.len() as u64 + u64::from(section.count());
        ModuleLimits::check("tables", count, self.limits.tables, start(&section))?;
        self.validator.table_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, table) = item?;
            self.table(table.ty, offset as usize)?;
            let init = match &table.init {
                WasmTableInit::RefNull => TableInit::Null,
                WasmTableInit::Expr(expr) => TableInit::Expr(self.const_expr(expr)?),
            };
            self.module.table_inits.push(init);
        }
        Ok(())
    }

    fn memories(&mut self, section: MemorySectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.memories.len() as u64 + u64::from(section.count());
        ModuleLimits::check("memories", count, self.limits.memories, start(&section))?;
        self.validator.memory_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, ty) = item?;
            self.memory(ty, offset as usize)?;
        }
        Ok(())
    }

    fn tags(&mut self, section: TagSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        let empty = section.count() == 0;
        self.validator.tag_section(&section)?;
        if empty {
            Ok(())
        } else {
            Err(unsupported(Feature::Exceptions, "tag", offset))
        }
    }

    fn globals(&mut self, section: GlobalSectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.globals.len() as u64 + u64::from(section.count());
        ModuleLimits::check("globals", count, self.limits.globals, start(&section))?;
        self.validator.global_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, global) = item?;
            self.global(global.ty, offset as usize)?;
            let init = self.const_expr(&global.init_expr)?;
            self.module.global_inits.push(init);
        }
        Ok(())
    }

    fn exports(&mut self, section: ExportSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        ModuleLimits::check("exports", section.count(), self.limits.exports, offset)?;
        self.validator.export_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, export) = item?;
            let offset = offset as usize;
            let entity = match export.kind {
                ExternalKind::Func => {
                    let index = FuncIndex::from_u32(export.index);
                    self.escaping.push(index);
                    EntityRef::Func(index)
                }
                ExternalKind::Table => EntityRef::Table(TableIndex::from_u32(export.index)),
                ExternalKind::Memory => EntityRef::Memory(MemoryIndex::from_u32(export.index)),
                ExternalKind::Global => EntityRef::Global(GlobalIndex::from_u32(export.index)),
                ExternalKind::Tag => return Err(unsupported(Feature::Exceptions, "tag", offset)),
                ExternalKind::FuncExact => {
                    let feature = Feature::CustomDescriptors;
                    return Err(unsupported(feature, "export of an exact function", offset));
                }
            };
            let name = self.name(export.name, offset)?;
            self.module.add_export(name, entity);
        }
        Ok(())
    }

    fn elements(&mut self, section: ElementSectionReader<'_>) -> Result<(), Failure> {
        let limit = self.limits.element_segments;
        ModuleLimits::check("element_segments", section.count(), limit, start(&section))?;
        self.validator.element_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, element) = item?;
            let mode = match &element.kind {
                ElementKind::Passive => SegmentMode::Passive,
                ElementKind::Declared => SegmentMode::Declared,
                ElementKind::Active {
                    table_index,
                    offset_expr,
                } => SegmentMode::Active {
                    target: TableIndex::from_u32(table_index.unwrap_or(0)),
                    offset: self.const_expr(offset_expr)?,
                },
            };
            let (ty, items) = self.items(element.items, offset as usize)?;
            self.module
                .elements
                .push(ElementSegment { mode, ty, items });
        }
        Ok(())
    }

    fn items(
        &mut self,
        items: Items<'_>,
        offset: usize,
    ) -> Result<(RefType, ElementItems), Failure> {
        match items {
            Items::Functions(items) => {
                let mut functions = Vec::with_capacity(room(&items));
                for index in items {
                    functions.push(FuncIndex::from_u32(index?));
                }
                self.escaping.extend_from_slice(&functions);
                Ok((RefType::FuncRef, ElementItems::Functions(functions.into())))
            }
            Items::Expressions(ty, items) => {
                let ty = ref_type(ty, offset)?;
                let mut exprs = Vec::with_capacity(room(&items));
                for expr in items {
                    exprs.push(self.const_expr(&expr?)?);
                }
                Ok((ty, ElementItems::Expressions(exprs.into())))
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
        let summary = OnceLock::new();
        if self.defer_bodies {
            if self.module.validation.is_none() {
                self.module.validation = Some(LazyValidation {
                    resources: func.resources,
                    features: self.features,
                    limits: self.limits,
                });
            }
        } else {
            let param_slots = self.types[TypeIndex::from_u32(func.ty)].param_slots();
            let reader = body.get_binary_reader();
            let result = self
                .bodies
                .validate(func, param_slots, reader, &self.limits);
            let valid = result.map_err(|error| match error {
                BodyError::Limit(error) => Failure::Module(error),
                BodyError::Invalid(error) => Failure::Body(index, error),
            })?;
            summary.set(Ok(valid)).expect("the cell is new");
        }
        self.module.bodies.push(FunctionBody { range, summary });
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
    fn const_expr(&mut self, expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, Failure> {
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

fn unsupported(feature: Feature, what: &str, offset: usize) -> Failure {
    Failure::Module(ModuleError::feature(
        feature,
        &format!("unsupported {what}"),
        offset,
    ))
}

fn val_type(ty: wasmparser::ValType, offset: usize) -> Result<ValType, Failure> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ref_type(ty, offset)?.into(),
    })
}

fn ref_type(ty: wasmparser::RefType, offset: usize) -> Result<RefType, Failure> {
    if ty == wasmparser::RefType::FUNCREF {
        Ok(RefType::FuncRef)
    } else if ty == wasmparser::RefType::EXTERNREF {
        Ok(RefType::ExternRef)
    } else {
        let (feature, what) = match const_expr::heap_type_feature(ty.heap_type()) {
            Feature::ReferenceTypes => (Feature::FunctionReferences, "non-nullable reference type"),
            Feature::FunctionReferences => {
                (Feature::FunctionReferences, "typed function reference")
            }
            feature => (feature, "reference type"),
        };
        Err(unsupported(feature, what, offset))
    }
}

fn to_range(range: Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn start<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> usize {
    section.range().start as usize
}

/// For how many items to make room: as many as are declared, if the section can have them.
fn room<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> usize {
    (section.count() as usize).min(to_range(section.range()).len())
}
