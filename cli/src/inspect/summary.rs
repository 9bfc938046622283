//! What a module consists of, summed up.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{
    BinaryReader, BinaryReaderError, CompositeInnerType, DataKind, ElementKind, ExternalKind,
    GlobalType, KnownCustom, Name, Payload, TableInit, TypeRef,
};

use super::features::{self, Features};
use crate::describe::{func_type, global_type, kind_name, memory_type, table_type};
use crate::input;

/// What was read of a module.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) len_bytes: usize,
    /// The name of the name section.
    pub(super) name: Option<String>,
    /// The fields of the producers section: tools with their versions.
    pub(super) producers: Vec<(String, Vec<String>)>,
    /// What the compiler says it may use.
    pub(super) target_features: Vec<String>,
    /// What is used.
    pub(super) features: Features,
    pub(super) sections: Vec<Section>,
    pub(super) imports: Vec<(String, Item)>,
    pub(super) exports: Vec<Item>,
    pub(super) memories: Vec<String>,
    pub(super) tables: Vec<String>,
    pub(super) globals: Vec<GlobalType>,
    /// The types of all functions, imported ones first.
    pub(super) function_types: Vec<u32>,
    pub(super) imported_functions: usize,
    pub(super) types: usize,
    pub(super) tags: usize,
    pub(super) elements: usize,
    pub(super) data: usize,
    pub(super) start: Option<u32>,
    /// Index and size of each function's body.
    pub(super) bodies: Vec<(u32, u64)>,
    /// The names of functions.
    pub(super) names: BTreeMap<u32, String>,
    type_texts: Vec<String>,
}

/// A section.
pub(super) struct Section {
    pub(super) name: String,
    /// Where its content is in the module.
    pub(super) range: Range<u64>,
}

/// Something that is imported or exported.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) ty: String,
}

impl Summary {
    /// Reads `binary` up to its end or the first error.
    pub(super) fn read(&mut self, binary: &[u8]) -> Result<(), String> {
        self.len_bytes = binary.len();
        input::for_each_payload(binary, |payload| self.payload(payload))
    }

    fn payload(&mut self, payload: Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(reader) => {
                self.section("type", reader.range());
                for group in reader {
                    for ty in group?.into_types() {
                        features::of_type(&mut self.features, &ty);
                        self.types += 1;
                        self.type_texts.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => func_type(ty),
                            _ => ty.to_string(),
                        });
                    }
                }
            }
            Payload::ImportSection(reader) => {
                self.section("import", reader.range());
                for import in reader.into_imports() {
                    let import = import?;
                    let item = self.import(import.name, import.ty);
                    self.imports.push((import.module.to_owned(), item));
                }
            }
            Payload::FunctionSection(reader) => {
                self.section("function", reader.range());
                for ty in reader {
                    self.function_types.push(ty?);
                }
            }
            Payload::TableSection(reader) => {
                self.section("table", reader.range());
                for table in reader {
                    let table = table?;
                    self.table(&table.ty);
                    if let TableInit::Expr(expr) = &table.init {
                        self.features.insert("function-references");
                        features::of_const_expr(&mut self.features, expr)?;
                    }
                }
            }
            Payload::MemorySection(reader) => {
                self.section("memory", reader.range());
                for memory in reader {
                    self.memory(&memory?);
                }
            }
            Payload::TagSection(reader) => {
                self.section("tag", reader.range());
                self.tags += reader.count() as usize;
                self.features.insert("exceptions");
            }
            Payload::GlobalSection(reader) => {
                self.section("global", reader.range());
                for global in reader {
                    let global = global?;
                    features::of_global(&mut self.features, &global.ty, false);
                    features::of_const_expr(&mut self.features, &global.init_expr)?;
                    self.globals.push(global.ty);
                }
            }
            Payload::ExportSection(reader) => {
                self.section("export", reader.range());
                for export in reader {
                    let export = export?;
                    let item = self.export(export.name, export.kind, export.index);
                    self.exports.push(item);
                }
            }
            Payload::StartSection { func, range } => {
                self.section("start", range);
                self.start = Some(func);
            }
            Payload::ElementSection(reader) => {
                self.section("element", reader.range());
                for element in reader {
                    self.element(&element?.kind)?;
                }
            }
            Payload::DataCountSection { range, .. } => {
                self.section("data count", range);
                self.features.insert("bulk-memory");
            }
            Payload::CodeSectionStart {
                unchecked_range, ..
            } => {
                self.section("code", unchecked_range);
            }
            Payload::CodeSectionEntry(body) => {
                let index = self.imported_functions + self.bodies.len();
                let size = body.range().end.saturating_sub(body.range().start);
                self.bodies.push((index as u32, size));
                features::of_body(&mut self.features, &body)?;
            }
            Payload::DataSection(reader) => {
                self.section("data", reader.range());
                for data in reader {
                    self.data += 1;
                    match data?.kind {
                        DataKind::Passive => {
                            self.features.insert("bulk-memory");
                        }
                        DataKind::Active { offset_expr, .. } => {
                            features::of_const_expr(&mut self.features, &offset_expr)?;
                        }
                    }
                }
            }
            Payload::CustomSection(reader) => {
                self.section(&format!("custom {:?}", reader.name()), reader.range());
                // What is broken in a custom section does not make a module invalid.
                let _ = match reader.as_known() {
                    KnownCustom::Name(names) => self.read_names(names),
                    KnownCustom::Producers(producers) => self.read_producers(producers),
                    _ if reader.name() == "target_features" => {
                        self.read_target_features(reader.data())
                    }
                    _ => Ok(()),
                };
            }
            _ => {}
        }
        Ok(())
    }

    fn section(&mut self, name: &str, range: Range<u64>) {
        let name = name.to_owned();
        self.sections.push(Section { name, range });
    }

    fn import(&mut self, name: &str, ty: TypeRef) -> Item {
        let (kind, ty) = match ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                self.imported_functions += 1;
                self.function_types.push(ty);
                ("function", self.type_text(Some(&ty)))
            }
            TypeRef::Table(ty) => {
                self.table(&ty);
                ("table", table_type(&ty))
            }
            TypeRef::Memory(ty) => {
                self.memory(&ty);
                ("memory", memory_type(&ty))
            }
            TypeRef::Global(ty) => {
                features::of_global(&mut self.features, &ty, true);
                self.globals.push(ty);
                ("global", global_type(&ty))
            }
            TypeRef::Tag(ty) => {
                self.tags += 1;
                self.features.insert("exceptions");
                ("tag", self.type_text(Some(&ty.func_type_idx)))
            }
        };
        let name = name.to_owned();
        Item { name, kind, ty }
    }

    fn export(&mut self, name: &str, kind: ExternalKind, index: u32) -> Item {
        let at = index as usize;
        let ty = match kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                self.type_text(self.function_types.get(at))
            }
            ExternalKind::Table => self.tables.get(at).cloned().unwrap_or_default(),
            ExternalKind::Memory => self.memories.get(at).cloned().unwrap_or_default(),
            ExternalKind::Global => {
                let ty = self.globals.get(at);
                if let Some(ty) = ty {
                    features::of_global(&mut self.features, ty, true);
                }
                ty.map(global_type).unwrap_or_default()
            }
            ExternalKind::Tag => String::new(),
        };
        Item {
            name: name.to_owned(),
            kind: kind_name(kind),
            ty,
        }
    }

    fn table(&mut self, ty: &wasmparser::TableType) {
        features::of_table(&mut self.features, ty, self.tables.is_empty());
        self.tables.push(table_type(ty));
    }

    fn memory(&mut self, ty: &wasmparser::MemoryType) {
        features::of_memory(&mut self.features, ty, self.memories.is_empty());
        self.memories.push(memory_type(ty));
    }

    fn element(&mut self, kind: &ElementKind<'_>) -> Result<(), BinaryReaderError> {
        self.elements += 1;
        match kind {
            ElementKind::Passive | ElementKind::Declared => {
                self.features.insert("bulk-memory");
                Ok(())
            }
            ElementKind::Active { offset_expr, .. } => {
                features::of_const_expr(&mut self.features, offset_expr)
            }
        }
    }

    fn type_text(&self, index: Option<&u32>) -> String {
        let text = index.and_then(|&index| self.type_texts.get(index as usize));
        text.cloned().unwrap_or_default()
    }

    fn read_names(
        &mut self,
        names: wasmparser::NameSectionReader<'_>,
    ) -> Result<(), BinaryReaderError> {
        for name in names {
            match name? {
                Name::Module { name, .. } => self.name = Some(name.to_owned()),
                Name::Function(functions) => {
                    for naming in functions {
                        let naming = naming?;
                        self.names.insert(naming.index, naming.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_producers(
        &mut self,
        producers: wasmparser::ProducersSectionReader<'_>,
    ) -> Result<(), BinaryReaderError> {
        for field in producers {
            let field = field?;
            let mut values = Vec::new();
            for value in field.values {
                let value = value?;
                let text = format!("{} {}", value.name, value.version);
                values.push(text.trim_end().to_owned());
            }
            self.producers.push((field.name.to_owned(), values));
        }
        Ok(())
    }

    /// The section of the tool conventions: a sign and a name for each feature.
    fn read_target_features(&mut self, data: &[u8]) -> Result<(), BinaryReaderError> {
        let mut reader = BinaryReader::new(data, 0);
        for _ in 0..reader.read_var_u32()? {
            let is_used = reader.read_u8()? == b'+';
            let name = reader.read_string()?;
            if is_used {
                self.target_features.push(name.to_owned());
            }
        }
        Ok(())
    }
}
