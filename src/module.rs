//! `Module`: a WebAssembly module, ready to be instantiated any number of times.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use selvedge_vm::index::EntityIndex;
use selvedge_vm::instance::InstanceAllocator;
use selvedge_vm::module::{Bodies, EntityRef, Module as VMModule, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::pool::Pool;

use crate::config::CompilationMode;
use crate::engine::Engine;
use crate::error::{Context, Error, LimitError, Result};
use crate::machine_code::CompiledFunction;
use crate::text;
use crate::tier::Code;
use crate::types::{ExportType, ExternType, ImportType};

/// A WebAssembly module. Cloning is cheap and gives the same module.
///
/// ```
/// use selvedge::{Engine, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module $shop
///     (import "host" "log" (func (param i32)))
///     (func (export "price") (param i32) (result f64) (f64.const 9.5))
///     (memory (export "memory") 1))"#)?;
/// assert_eq!(module.name(), Some("shop"));
/// let imports: Vec<_> = module.imports().map(|import| import.name()).collect();
/// assert_eq!(imports, ["log"]);
/// let price = module.get_export("price").and_then(|ty| ty.func().cloned());
/// assert_eq!(price.expect("a function").params().len(), 1);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct Module {
    inner: Arc<ModuleInner>,
}

struct ModuleInner {
    engine: Engine,
    module: Arc<VMModule>,
    offsets: VMOffsets,
    code: Code,
}

impl Drop for ModuleInner {
    fn drop(&mut self) {
        // Memories that wait for the module's next instance keep its image.
        if let Some(pool) = self.engine.pool() {
            pool.purge_module(self.module.pool_key);
        }
    }
}

/// Whether instances of `module` can be from `pool`.
fn check_pool(pool: &Pool, module: &VMModule) -> Result<()> {
    let memories = module.memories.len() - module.num_imported_memories as usize;
    let tables = module.tables.len() - module.num_imported_tables as usize;
    let layout = InstanceAllocator::layout_of(module);
    let layout = layout.map_err(|error| LimitError::new(error.to_string()))?;
    let checked = pool.config().check_module(memories, tables, layout.size());
    checked.map_err(|error| LimitError::new(error.to_string()).into())
}

/// An export of a module, found once by [`Module::get_export_index`] and then looked
/// up in instances without a search.
///
/// ```
/// use selvedge::{Engine, Extern, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "f")))"#)?;
/// let f = module.get_export_index("f").expect("it exports `f`");
/// for _ in 0..3 {
///     let mut store = Store::new(&engine, ());
///     let instance = Instance::new(&mut store, &module, &[])?;
///     let export = instance.get_module_export(&mut store, &f);
///     assert!(matches!(export, Some(Extern::Func(_))));
/// }
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, Debug)]
pub struct ModuleExport {
    /// The module, by address: alive or not, it is only compared.
    module: usize,
    index: usize,
}

/// A custom section of a module.
///
/// ```
/// use selvedge::{Engine, Module};
///
/// let module = Module::new(&Engine::default(), r#"(module (@custom "version" "1.2.3"))"#)?;
/// let version = module.custom_sections().find(|section| section.name() == "version");
/// assert_eq!(version.map(|section| section.data()), Some(&b"1.2.3"[..]));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct CustomSection<'module> {
    name: &'module str,
    data: &'module [u8],
}

impl<'module> CustomSection<'module> {
    /// The name.
    pub fn name(&self) -> &'module str {
        self.name
    }

    /// The content.
    pub fn data(&self) -> &'module [u8] {
        self.data
    }
}

impl Module {
    /// A module from the binary format, or from the text format if the feature `wat` is on.
    ///
    /// # Errors
    ///
    /// If the bytes are no valid module, use a feature that is off, or pass a limit.
    pub fn new(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Self> {
        let bytes = bytes.as_ref();
        match text::parse(bytes)? {
            Some(binary) => Self::from_binary(engine, &binary),
            None => Self::from_binary(engine, bytes),
        }
    }

    /// A module from a file in the binary format, or in the text format if the feature `wat` is on.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, and as [`Module::new`].
    pub fn from_file(engine: &Engine, file: impl AsRef<Path>) -> Result<Self> {
        let file = file.as_ref();
        let name = || format!("failed to read {}", file.display());
        let bytes = std::fs::read(file).with_context(name)?;
        Self::new(engine, bytes)
    }

    /// A module from the binary format.
    ///
    /// # Errors
    ///
    /// As [`Module::new`].
    pub fn from_binary(engine: &Engine, binary: &[u8]) -> Result<Self> {
        let mode = engine.config().resolved_compilation_mode();
        let module = Arc::new(parse(engine, binary, mode)?);
        let offsets = VMOffsets::new(&VMShape::of(&module))
            .ok_or_else(|| LimitError::new("the module needs too large an instance"))?;
        if let Some(pool) = engine.pool() {
            check_pool(pool, &module)?;
        }
        let code = Code::new(engine, &module, &offsets);
        match mode {
            CompilationMode::Eager => code.prepare_all()?,
            CompilationMode::LazyTranslation => code.prepare_large()?,
            CompilationMode::Lazy => {}
        }
        Ok(Self {
            inner: Arc::new(ModuleInner {
                engine: engine.clone(),
                module,
                offsets,
                code,
            }),
        })
    }

    /// Whether `binary` is a valid module for the settings of `engine`.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub fn validate(engine: &Engine, binary: &[u8]) -> Result<()> {
        parse(engine, binary, CompilationMode::LazyTranslation).map(drop)
    }

    /// Validates the bodies that [`CompilationMode::Lazy`] has left for their first call.
    ///
    /// # Errors
    ///
    /// The first error, in the order of the functions.
    pub fn validate_all(&self) -> Result<()> {
        self.inner.module.validate_all().map_err(Error::new)
    }

    /// The name, from the name section.
    pub fn name(&self) -> Option<&str> {
        self.inner.module.name.as_deref()
    }

    /// What the module imports, in order.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = ImportType<'_>> {
        let module = &self.inner.module;
        module.imports.iter().map(|import| ImportType {
            module: &import.module,
            name: &import.name,
            ty: ExternType::from_vm(module.entity_type(import.entity)),
        })
    }

    /// What the module exports, in order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = ExportType<'_>> {
        let module = &self.inner.module;
        module.exports.iter().map(|export| ExportType {
            name: &export.name,
            ty: ExternType::from_vm(module.entity_type(export.entity)),
        })
    }

    /// The type of the export `name`.
    pub fn get_export(&self, name: &str) -> Option<ExternType> {
        let module = &self.inner.module;
        let (_, export) = module.export(name)?;
        Some(ExternType::from_vm(module.entity_type(export.entity)))
    }

    /// The export `name`, to be looked up in instances without a search.
    pub fn get_export_index(&self, name: &str) -> Option<ModuleExport> {
        let (index, _) = self.inner.module.export(name)?;
        Some(ModuleExport {
            module: Arc::as_ptr(&self.inner.module).addr(),
            index,
        })
    }

    /// The custom sections, in order.
    pub fn custom_sections(&self) -> impl ExactSizeIterator<Item = CustomSection<'_>> {
        let module = &self.inner.module;
        module.custom_sections.iter().map(|section| CustomSection {
            name: &section.name,
            data: &module.bytes()[section.range.clone()],
        })
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Whether two modules are the same.
    pub fn same(a: &Self, b: &Self) -> bool {
        Arc::ptr_eq(&a.inner, &b.inner)
    }

    /// A listing of the interpreter's register code, function by function. For
    /// reading; its form changes with versions.
    ///
    /// # Errors
    ///
    /// If a function is invalid ([`CompilationMode::Lazy`]) or passes a limit.
    pub fn register_code(&self) -> Result<String> {
        let mut listing = String::new();
        for func in self.inner.module.bodies.keys() {
            let index = self.inner.module.func_index(func);
            let name = self.inner.module.func_name(index);
            let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
            listing.push_str(&format!("func {}{name}:\n", index.index()));
            listing.push_str(&self.inner.code.disassemble(func)?);
            listing.push('\n');
        }
        Ok(listing)
    }

    /// The bytes of the register code of the functions that have been translated so far.
    ///
    /// ```
    /// use selvedge::{CompilationMode, Config, Engine, Module};
    ///
    /// let text = "(module (func (export \"seven\") (result i32) (i32.const 7)))";
    /// let lazy = Module::new(&Engine::default(), text)?;
    /// assert_eq!(lazy.register_code_bytes(), 0);
    /// let mut config = Config::new();
    /// let engine = Engine::new(config.compilation_mode(CompilationMode::Eager))?;
    /// assert!(Module::new(&engine, text)?.register_code_bytes() > 0);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn register_code_bytes(&self) -> usize {
        self.inner.code.size_bytes()
    }

    /// The machine code of the functions that have been compiled so far, by function. Empty where there is no
    /// compiler. A function is there twice if it runs with memories of two kinds; see
    /// [`CompiledFunction::checks_memory`].
    ///
    /// ```
    /// use selvedge::{CodeSiteKind, Config, Engine, Module, Strategy, Trap};
    ///
    /// # if cfg!(all(feature = "jit", target_arch = "x86_64", target_os = "linux", not(feature = "portable-sys"))) {
    /// let mut config = Config::new();
    /// let engine = Engine::new(config.strategy(Strategy::Baseline))?;
    /// let module = Module::new(&engine, "(module (func unreachable))")?;
    /// let functions = module.machine_code();
    /// let traps = functions[0].sites();
    /// let kind = CodeSiteKind::Trap(Trap::UnreachableCodeReached);
    /// assert!(traps.iter().any(|site| site.kind == kind));
    /// # }
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn machine_code(&self) -> Vec<CompiledFunction> {
        let mut functions = self.inner.code.machine_code();
        functions.sort_by_key(|function| (function.func_index(), function.checks_memory()));
        functions
    }

    /// The bytes of machine code of the functions that have been compiled so far, with what is between them.
    pub fn machine_code_bytes(&self) -> usize {
        self.inner.code.machine_code_bytes()
    }

    /// Makes ready what [`CompilationMode::LazyTranslation`] and [`CompilationMode::Lazy`] have left for
    /// first calls: functions are compiled with [`Strategy::Baseline`](crate::Strategy::Baseline), and translated for the
    /// interpreter with the other strategies.
    ///
    /// ```
    /// use selvedge::{Engine, Module};
    ///
    /// let text = "(module (func (export \"seven\") (result i32) (i32.const 7)))";
    /// let module = Module::new(&Engine::default(), text)?;
    /// assert_eq!(module.register_code_bytes(), 0);
    /// module.prepare_all()?;
    /// assert!(module.register_code_bytes() > 0);
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a function is invalid ([`CompilationMode::Lazy`]) or passes a limit.
    pub fn prepare_all(&self) -> Result<()> {
        self.inner.code.prepare_all()
    }

    pub(crate) fn vm(&self) -> &Arc<VMModule> {
        &self.inner.module
    }

    pub(crate) fn offsets(&self) -> &VMOffsets {
        &self.inner.offsets
    }

    pub(crate) fn code(&self) -> &Code {
        &self.inner.code
    }
}

impl ModuleExport {
    /// What is exported, if the export is one of `module`.
    pub(crate) fn entity(&self, module: &Arc<VMModule>) -> Option<EntityRef> {
        if self.module != Arc::as_ptr(module).addr() {
            return None;
        }
        module.exports.get(self.index).map(|export| export.entity)
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

fn parse(engine: &Engine, binary: &[u8], mode: CompilationMode) -> Result<VMModule> {
    let config = engine.config();
    let options = ParseOptions {
        features: config.features,
        limits: config.limits,
        bodies: match mode {
            CompilationMode::Eager => Bodies::Summarised,
            CompilationMode::LazyTranslation => Bodies::Valid,
            CompilationMode::Lazy => Bodies::Deferred,
        },
        registry: engine.registry(),
    };
    VMModule::parse(Arc::from(binary), &options).map_err(Error::new)
}
