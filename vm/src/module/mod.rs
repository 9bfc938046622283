//! `Module`: what a WebAssembly module declares, built once from its bytes.
//!
//! Declarations are tables keyed by index types; function bodies and data
//! segments stay ranges into one shared copy of the bytes, which never changes.
//! Everything outside function bodies is validated when a `Module` exists; a
//! body is validated before a tier sees it ([`Module::body`]).

mod const_expr;
mod convert;
mod error;
mod explain;
mod features;
mod limits;
mod names;
mod operators;
mod parse;
mod sections;
mod summary;
mod synthetic;
mod uses;
mod validate;
mod vectors;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use const_expr::{ConstExpr, ConstOp, ConstValue};
pub use error::ModuleError;
pub use features::{Feature, Features};
pub use limits::ModuleLimits;
pub use names::FunctionNames;
pub use operators::OperatorReader;
pub use parse::{Bodies, ParseOptions};
pub use summary::{FuncSummary, LocalUses, RegionSummary, RegionTotals, SummaryFlags};

use crate::index::*;
use crate::init::{MemoryInitialization, MemoryShapes};
use crate::memory::ModuleImages;
use crate::pool::ModuleKey;
use crate::types::{
    ExternType, FuncType, GlobalType, MemoryType, RefType, SharedTypeId, TableType,
};

/// A reference to something of a module, by kind.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum EntityRef {
    /// A function.
    Func(FuncIndex),
    /// A table.
    Table(TableIndex),
    /// A linear memory.
    Memory(MemoryIndex),
    /// A global.
    Global(GlobalIndex),
}

/// One import of a module.
#[derive(Clone, Debug)]
pub struct Import {
    /// The module name.
    pub module: Arc<str>,
    /// The field name.
    pub name: Arc<str>,
    /// What the import becomes in the module's index spaces.
    pub entity: EntityRef,
}

/// One export of a module.
#[derive(Clone, Debug)]
pub struct Export {
    /// The name.
    pub name: Arc<str>,
    /// What is exported.
    pub entity: EntityRef,
}

/// A function type of the type section, and its id in the engine's registry.
#[derive(Clone, Debug)]
pub struct ModuleType {
    /// The type.
    pub func: FuncType,
    /// The id that `call_indirect` compares.
    pub shared: SharedTypeId,
}

/// A function of a module.
#[derive(Copy, Clone, Debug)]
pub struct Function {
    /// Its type.
    pub ty: TypeIndex,
    /// The number of its `VMFuncRef`, if a reference to it can escape (it is
    /// exported, in an element segment, or named by `ref.func`).
    pub func_ref: Option<FuncRefIndex>,
}

/// How a table begins.
#[derive(Clone, Debug)]
pub enum TableInit {
    /// All null.
    Null,
    /// All this value.
    Expr(ConstExpr),
}

/// What happens with a segment at instantiation.
#[derive(Clone, Debug)]
pub enum SegmentMode<I> {
    /// It stays for `memory.init` or `table.init`.
    Passive,
    /// It is copied to `offset` of the memory or table.
    Active {
        /// The memory or table.
        target: I,
        /// Where to.
        offset: ConstExpr,
    },
    /// It only declares function references.
    Declared,
}

/// The items of an element segment.
#[derive(Clone, Debug)]
pub enum ElementItems {
    /// References to functions.
    Functions(Box<[FuncIndex]>),
    /// Constant expressions.
    Expressions(Box<[ConstExpr]>),
}

/// An element segment.
#[derive(Clone, Debug)]
pub struct ElementSegment {
    /// What happens at instantiation.
    pub mode: SegmentMode<TableIndex>,
    /// The type of the items.
    pub ty: RefType,
    /// The items.
    pub items: ElementItems,
}

/// A data segment.
#[derive(Clone, Debug)]
pub struct DataSegment {
    /// What happens at instantiation; never `Declared`.
    pub mode: SegmentMode<MemoryIndex>,
    /// The bytes, as a range of the module's bytes.
    pub range: Range<usize>,
}

/// A custom section.
#[derive(Clone, Debug)]
pub struct CustomSection {
    /// The name.
    pub name: Arc<str>,
    /// The content, as a range of the module's bytes.
    pub range: Range<usize>,
}

/// A function body: where it is, and what validating it told.
#[derive(Debug)]
pub struct FunctionBody {
    /// The body (locals and code) as a range of the module's bytes.
    pub range: Range<usize>,
    /// The greatest height of the operand stack, once the body was found to be valid while the
    /// rest of the summary was deferred.
    pub(crate) max_stack_values: Option<u32>,
    /// Set when the body has been validated and summarised.
    pub(crate) summary: OnceLock<Result<FuncSummary, Arc<ModuleError>>>,
}

/// A valid function body.
#[derive(Copy, Clone, Debug)]
pub struct Body<'a> {
    /// Locals and code.
    pub bytes: &'a [u8],
    /// Where `bytes` begin in the module's bytes.
    pub offset: usize,
    /// What validating the body told.
    pub summary: &'a FuncSummary,
}

/// A parsed module. Function bodies may not be validated yet: see [`Module::body`].
#[derive(Debug)]
pub struct Module {
    pub(crate) bytes: Arc<[u8]>,
    /// The name from the name section.
    pub name: Option<String>,
    /// The type section.
    pub types: PrimaryMap<TypeIndex, ModuleType>,
    /// The imports in order.
    pub imports: Vec<Import>,
    /// The exports in order.
    pub exports: Vec<Export>,
    pub(crate) export_names: HashMap<Arc<str>, u32>,
    /// All functions, imports first.
    pub functions: PrimaryMap<FuncIndex, Function>,
    /// All tables, imports first.
    pub tables: PrimaryMap<TableIndex, TableType>,
    /// All linear memories, imports first.
    pub memories: PrimaryMap<MemoryIndex, MemoryType>,
    /// All globals, imports first.
    pub globals: PrimaryMap<GlobalIndex, GlobalType>,
    /// How many of `functions` are imported.
    pub num_imported_functions: u32,
    /// How many of `tables` are imported.
    pub num_imported_tables: u32,
    /// How many of `memories` are imported.
    pub num_imported_memories: u32,
    /// How many of `globals` are imported.
    pub num_imported_globals: u32,
    /// How many `VMFuncRef`s an instance has.
    pub num_func_refs: u32,
    /// The function of each `VMFuncRef`.
    pub func_refs: PrimaryMap<FuncRefIndex, FuncIndex>,
    /// Initial contents of the defined tables.
    pub table_inits: PrimaryMap<DefinedTableIndex, TableInit>,
    /// Initial values of the defined globals.
    pub global_inits: PrimaryMap<DefinedGlobalIndex, ConstExpr>,
    /// The element segments.
    pub elements: PrimaryMap<ElemIndex, ElementSegment>,
    /// The data segments.
    pub data: PrimaryMap<DataIndex, DataSegment>,
    /// The active data segments, in order.
    pub memory_initialization: MemoryInitialization,
    /// The start function.
    pub start: Option<FuncIndex>,
    /// The bodies of the defined functions.
    pub bodies: PrimaryMap<DefinedFuncIndex, FunctionBody>,
    /// The custom sections in order.
    pub custom_sections: Vec<CustomSection>,
    /// The memories' initial contents as images, for memories from a pool.
    pub images: ModuleImages,
    /// What pools know the module by.
    pub pool_key: ModuleKey,
    pub(crate) names: names::NameSection,
    pub(crate) vectors: vectors::Vectors,
    pub(crate) validation: Option<validate::LazyValidation>,
}

impl Module {
    /// A module that declares nothing.
    fn empty(bytes: Arc<[u8]>) -> Self {
        Self {
            bytes,
            name: None,
            types: PrimaryMap::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            export_names: HashMap::new(),
            functions: PrimaryMap::new(),
            tables: PrimaryMap::new(),
            memories: PrimaryMap::new(),
            globals: PrimaryMap::new(),
            num_imported_functions: 0,
            num_imported_tables: 0,
            num_imported_memories: 0,
            num_imported_globals: 0,
            num_func_refs: 0,
            func_refs: PrimaryMap::new(),
            table_inits: PrimaryMap::new(),
            global_inits: PrimaryMap::new(),
            elements: PrimaryMap::new(),
            data: PrimaryMap::new(),
            memory_initialization: MemoryInitialization::default(),
            start: None,
            bodies: PrimaryMap::new(),
            custom_sections: Vec::new(),
            images: ModuleImages::new(),
            pool_key: ModuleKey::new(),
            names: names::NameSection::default(),
            vectors: vectors::Vectors::default(),
            validation: None,
        }
    }

    fn add_export(&mut self, name: Arc<str>, entity: EntityRef) {
        let index = u32::try_from(self.exports.len()).expect("exports are limited");
        self.export_names.insert(name.clone(), index);
        self.exports.push(Export { name, entity });
    }

    /// The module's bytes.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The type of function `index`.
    pub fn func_type(&self, index: FuncIndex) -> &FuncType {
        &self.types[self.functions[index].ty].func
    }

    /// The type of anything the module has.
    pub fn entity_type(&self, entity: EntityRef) -> ExternType {
        match entity {
            EntityRef::Func(i) => ExternType::Func(self.func_type(i).clone()),
            EntityRef::Table(i) => ExternType::Table(self.tables[i]),
            EntityRef::Memory(i) => ExternType::Memory(self.memories[i]),
            EntityRef::Global(i) => ExternType::Global(self.globals[i]),
        }
    }

    /// The export named `name`, and its position in `exports`.
    pub fn export(&self, name: &str) -> Option<(usize, &Export)> {
        let index = *self.export_names.get(name)? as usize;
        Some((index, &self.exports[index]))
    }

    /// The number of `index` among the defined functions, or `None` for an import.
    pub fn defined_func(&self, index: FuncIndex) -> Option<DefinedFuncIndex> {
        index
            .as_u32()
            .checked_sub(self.num_imported_functions)
            .map(DefinedFuncIndex::from_u32)
    }

    /// The number of `index` among all functions.
    pub fn func_index(&self, index: DefinedFuncIndex) -> FuncIndex {
        FuncIndex::from_u32(index.as_u32() + self.num_imported_functions)
    }

    /// The number of `index` among the defined tables, or `None` for an import.
    pub fn defined_table(&self, index: TableIndex) -> Option<DefinedTableIndex> {
        index
            .as_u32()
            .checked_sub(self.num_imported_tables)
            .map(DefinedTableIndex::from_u32)
    }

    /// The number of `index` among the defined memories, or `None` for an import.
    pub(crate) fn defined_memory(&self, index: MemoryIndex) -> Option<DefinedMemoryIndex> {
        index
            .as_u32()
            .checked_sub(self.num_imported_memories)
            .map(DefinedMemoryIndex::from_u32)
    }

    /// The number of `index` among the defined globals, or `None` for an import.
    pub fn defined_global(&self, index: GlobalIndex) -> Option<DefinedGlobalIndex> {
        index
            .as_u32()
            .checked_sub(self.num_imported_globals)
            .map(DefinedGlobalIndex::from_u32)
    }

    /// The data segment's bytes.
    pub fn data_bytes(&self, index: DataIndex) -> &[u8] {
        &self.bytes[self.data[index].range.clone()]
    }

    /// The function names of the name section.
    pub fn function_names(&self) -> &FunctionNames {
        self.names
            .functions(&self.bytes, self.functions.len() as u32)
    }

    /// The name of function `index` from the name section, or else from its first export.
    pub fn func_name(&self, index: FuncIndex) -> Option<&str> {
        let named = self.function_names().get(index);
        named.or_else(|| self.names.exported(&self.exports, index))
    }
}

impl MemoryShapes for Module {
    fn imported_memories(&self) -> usize {
        self.num_imported_memories as usize
    }

    fn defined_memories(&self) -> usize {
        self.memories.len() - self.imported_memories()
    }

    fn minimum_bytes(&self, memory: MemoryIndex) -> u64 {
        self.memories[memory].minimum_bytes().unwrap_or(u64::MAX)
    }
}
