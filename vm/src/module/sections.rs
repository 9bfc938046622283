//! The sections of declarations: counted against the limits, validated, converted.

use std::sync::Arc;

use wasmparser::{
    ElementItems as Items, ElementKind, ElementSectionReader, ExportSectionReader, ExternalKind,
    FunctionSectionReader, GlobalSectionReader, ImportSectionReader, MemorySectionReader,
    TableInit as WasmTableInit, TableSectionReader, TagSectionReader, TypeRef, TypeSectionReader,
};

use super::convert::{self, unsupported};
use super::features::Feature;
use super::limits::ModuleLimits;
use super::parse::{Builder, Failure, room, start};
use super::*;

impl Builder {
    pub(super) fn types(&mut self, section: TypeSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        ModuleLimits::check("types", section.count(), self.limits.types, offset)?;
        self.validator.type_section(&section)?;
        self.types = PrimaryMap::with_capacity(room(&section));
        for item in section.into_iter_with_offsets() {
            let (offset, group) = item?;
            let offset = offset as usize;
            if group.is_explicit_rec_group() {
                return Err(unsupported(Feature::Gc, "recursion group", offset).into());
            }
            for ty in group.into_types() {
                let ty = convert::func_type(&ty, &self.limits, offset)?;
                let index = TypeIndex::new(self.types.len());
                self.module.vectors.add_type(index, &ty);
                self.types.push(ty);
            }
        }
        Ok(())
    }

    pub(super) fn imports(&mut self, section: ImportSectionReader<'_>) -> Result<(), Failure> {
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
            TypeRef::Tag(_) => return Err(unsupported(Feature::Exceptions, "tag", offset).into()),
            TypeRef::FuncExact(_) => {
                let feature = Feature::CustomDescriptors;
                return Err(
                    unsupported(feature, "import of an exact function type", offset).into(),
                );
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
        let count = tables.len() as u64 + 1;
        ModuleLimits::check("tables", count, self.limits.tables, offset)?;
        let limit = self.limits.table_elements;
        ModuleLimits::check("table_elements", ty.initial, limit, offset)?;
        Ok(tables.push(convert::table_type(ty, offset)?))
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
        Ok(memories.push(convert::memory_type(ty, offset)?))
    }

    fn global(
        &mut self,
        ty: wasmparser::GlobalType,
        offset: usize,
    ) -> Result<GlobalIndex, Failure> {
        let globals = &mut self.module.globals;
        let count = globals.len() as u64 + 1;
        ModuleLimits::check("globals", count, self.limits.globals, offset)?;
        let ty = convert::global_type(ty, offset)?;
        self.module.vectors.add_global(ty.content);
        Ok(globals.push(ty))
    }

    pub(super) fn functions(&mut self, section: FunctionSectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.functions.len() as u64 + u64::from(section.count());
        ModuleLimits::check("functions", count, self.limits.functions, start(&section))?;
        self.validator.function_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, ty) = item?;
            self.function(ty, offset as usize)?;
        }
        Ok(())
    }

    pub(super) fn tables(&mut self, section: TableSectionReader<'_>) -> Result<(), Failure> {
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

    pub(super) fn memories(&mut self, section: MemorySectionReader<'_>) -> Result<(), Failure> {
        let count = self.module.memories.len() as u64 + u64::from(section.count());
        ModuleLimits::check("memories", count, self.limits.memories, start(&section))?;
        self.validator.memory_section(&section)?;
        for item in section.into_iter_with_offsets() {
            let (offset, ty) = item?;
            self.memory(ty, offset as usize)?;
        }
        Ok(())
    }

    pub(super) fn tags(&mut self, section: TagSectionReader<'_>) -> Result<(), Failure> {
        let offset = start(&section);
        let empty = section.count() == 0;
        self.validator.tag_section(&section)?;
        if empty {
            Ok(())
        } else {
            Err(unsupported(Feature::Exceptions, "tag", offset).into())
        }
    }

    pub(super) fn globals(&mut self, section: GlobalSectionReader<'_>) -> Result<(), Failure> {
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

    pub(super) fn exports(&mut self, section: ExportSectionReader<'_>) -> Result<(), Failure> {
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
                ExternalKind::Tag => {
                    return Err(unsupported(Feature::Exceptions, "tag", offset).into());
                }
                ExternalKind::FuncExact => {
                    let feature = Feature::CustomDescriptors;
                    return Err(unsupported(feature, "export of an exact function", offset).into());
                }
            };
            let name = self.name(export.name, offset)?;
            self.module.add_export(name, entity);
        }
        Ok(())
    }

    pub(super) fn elements(&mut self, section: ElementSectionReader<'_>) -> Result<(), Failure> {
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
                let ty = convert::ref_type(ty, offset)?;
                let mut exprs = Vec::with_capacity(room(&items));
                for expr in items {
                    exprs.push(self.const_expr(&expr?)?);
                }
                Ok((ty, ElementItems::Expressions(exprs.into())))
            }
        }
    }
}
