//! `selvedge objdump`: shows what a module consists of.
//!
//! The listing is made from the bytes alone, so a module that is not valid, or
//! uses what the runtime does not have, can be looked at too: whatever can be
//! read is printed, then the error.

#[cfg_attr(
    not(feature = "disassembler"),
    path = "objdump/machine_code_disabled.rs"
)]
mod machine_code;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;
use selvedge::{CompilationMode, CompiledFunction, Module, Strategy};
use wasmparser::{BinaryReaderError, CompositeInnerType, KnownCustom, Name, Payload, TypeRef};

use crate::describe::{func_type, global_type, kind_name, memory_type, table_type};
use crate::input;
use crate::options::EngineOptions;
use crate::outcome::{Failure, Outcome};

/// Shows what a module consists of.
#[derive(Args)]
pub(crate) struct Objdump {
    #[command(flatten)]
    pub(crate) options: EngineOptions,

    /// Show the interpreter's register code instead.
    #[arg(long, group = "code")]
    register_code: bool,

    /// Show the baseline compiler's machine code instead, beside the offsets of wasm operators.
    #[arg(long, group = "code")]
    machine_code: bool,

    /// Show only this function, by index or by name.
    #[arg(long, value_name = "INDEX|NAME", requires = "code")]
    function: Option<String>,

    /// The module (`.wasm` or `.wat`, `-` reads standard input).
    #[arg(value_name = "FILE", required_unless_present_any = ["wasm", "optimize", "codegen"])]
    file: Option<PathBuf>,
}

impl Objdump {
    /// Prints the listing.
    pub(crate) fn execute(self) -> Outcome {
        let mut out = std::io::stdout().lock();
        let Some(file) = &self.file else {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        };
        let binary = input::read_module(file)?;
        if self.register_code {
            let text = self.register_code(file, &binary)?;
            return Ok(write!(out, "{text}")?);
        }
        if self.machine_code {
            let text = self.machine_code(file, &binary)?;
            return Ok(write!(out, "{text}")?);
        }
        if self
            .options
            .given()
            .iter()
            .any(|(_, texts)| !texts.is_empty())
        {
            let message = "settings change nothing without --register-code or --machine-code";
            return Err(Failure::Usage(message.to_owned()));
        }
        let mut listing = Listing::default();
        let outcome = listing.read(&binary);
        write!(out, "{}", listing.text(file, binary.len()))?;
        outcome.map_err(|error| Failure::Message(format!("{}: {error}", file.display())))
    }

    /// The register code of the wanted functions.
    fn register_code(&self, file: &Path, binary: &[u8]) -> Outcome<String> {
        let message = |error| Failure::Message(format!("{}: {error}", file.display()));
        let engine = self.options.settings()?.engine()?;
        let module = Module::from_binary(&engine, binary).map_err(message)?;
        let mut text = String::new();
        for (index, name, code) in register_code(&module).map_err(message)? {
            if self.is_wanted(index, name.as_deref()) {
                let name = name.map(|name| format!(" {}", name.escape_debug()));
                let _ = writeln!(text, "func {index}{}:\n{code}", name.unwrap_or_default());
            }
        }
        self.found(file, text)
    }

    /// The machine code of the wanted functions.
    fn machine_code(&self, file: &Path, binary: &[u8]) -> Outcome<String> {
        let message = |error| Failure::Message(format!("{}: {error}", file.display()));
        let settings = self.options.settings()?;
        let engine = settings.engine_with(|config| {
            config.strategy(Strategy::Baseline);
            config.compilation_mode(CompilationMode::Eager);
        })?;
        let module = Module::from_binary(&engine, binary).map_err(message)?;
        let functions = module.machine_code();
        let is_wanted = |function: &&CompiledFunction| {
            self.is_wanted(function.func_index(), function.func_name())
        };
        let listings: Vec<_> = functions
            .iter()
            .filter(is_wanted)
            .map(|function| machine_code::listing(function, &functions))
            .collect();
        self.found(file, listings.join("\n"))
    }

    /// Whether a function is to be shown.
    fn is_wanted(&self, index: u32, name: Option<&str>) -> bool {
        match &self.function {
            None => true,
            Some(wanted) => wanted.parse() == Ok(index) || name == Some(wanted.as_str()),
        }
    }

    /// The text, unless a function was asked for that is not there.
    fn found(&self, file: &Path, text: String) -> Outcome<String> {
        match &self.function {
            Some(wanted) if text.is_empty() => Err(Failure::Message(format!(
                "{}: no function {wanted:?} is defined",
                file.display()
            ))),
            _ => Ok(text),
        }
    }
}

/// Index, name and register code of each function that `module` defines. The
/// only place that knows how the engine hands it out: as one text, in which a
/// function starts with a line `func INDEX (NAME):` or `func INDEX:`.
fn register_code(module: &Module) -> Result<Vec<(u32, Option<String>, String)>, selvedge::Error> {
    let mut functions: Vec<(u32, Option<String>, String)> = Vec::new();
    for line in module.register_code()?.lines() {
        if let Some((index, name)) = function_header(line) {
            functions.push((index, name.map(str::to_owned), String::new()));
        } else if let Some((_, _, code)) = functions.last_mut() {
            code.push_str(line);
            code.push('\n');
        }
    }
    Ok(functions)
}

fn function_header(line: &str) -> Option<(u32, Option<&str>)> {
    let header = line.strip_prefix("func ")?.strip_suffix(':')?;
    let Some((index, name)) = header.split_once(' ') else {
        return Some((header.parse().ok()?, None));
    };
    let name = name.strip_prefix('(')?.strip_suffix(')')?;
    Some((index.parse().ok()?, Some(name)))
}

/// What was read of a module, as lines of text.
#[derive(Default)]
struct Listing {
    sections: Vec<String>,
    types: Vec<String>,
    imports: Vec<String>,
    functions: Vec<Function>,
    tables: Vec<String>,
    memories: Vec<String>,
    globals: Vec<String>,
    exports: Vec<String>,
    names: BTreeMap<u32, String>,
    imported_functions: usize,
    bodies: usize,
}

/// A function of the module, imported ones first.
struct Function {
    ty: u32,
    /// Where an imported function comes from.
    import: Option<String>,
    /// The bytes of the body, if the code section was reached.
    body: Option<Range<u64>>,
}

impl Listing {
    /// Reads `binary` up to its end or the first error.
    fn read(&mut self, binary: &[u8]) -> Result<(), String> {
        input::for_each_payload(binary, |payload| self.payload(payload))
    }

    fn payload(&mut self, payload: Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(reader) => {
                self.section("type", reader.range(), Some(reader.count()));
                for group in reader {
                    for ty in group?.into_types() {
                        self.types.push(match ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => func_type(&ty),
                            _ => ty.to_string(),
                        });
                    }
                }
            }
            Payload::ImportSection(reader) => {
                self.section("import", reader.range(), Some(reader.count()));
                for import in reader.into_imports() {
                    let import = import?;
                    self.import(import.module, import.name, import.ty);
                }
            }
            Payload::FunctionSection(reader) => {
                self.section("function", reader.range(), Some(reader.count()));
                for ty in reader {
                    self.functions.push(Function {
                        ty: ty?,
                        import: None,
                        body: None,
                    });
                }
            }
            Payload::TableSection(reader) => {
                self.section("table", reader.range(), Some(reader.count()));
                for table in reader {
                    self.tables.push(table_type(&table?.ty));
                }
            }
            Payload::MemorySection(reader) => {
                self.section("memory", reader.range(), Some(reader.count()));
                for memory in reader {
                    self.memories.push(memory_type(&memory?));
                }
            }
            Payload::TagSection(reader) => {
                self.section("tag", reader.range(), Some(reader.count()));
            }
            Payload::GlobalSection(reader) => {
                self.section("global", reader.range(), Some(reader.count()));
                for global in reader {
                    self.globals.push(global_type(&global?.ty));
                }
            }
            Payload::ExportSection(reader) => {
                self.section("export", reader.range(), Some(reader.count()));
                for export in reader {
                    let export = export?;
                    let kind = kind_name(export.kind);
                    let line = format!("{:?} is {kind} {}", export.name, export.index);
                    self.exports.push(line);
                }
            }
            Payload::StartSection { func, range } => {
                self.section(&format!("start (function {func})"), range, None);
            }
            Payload::ElementSection(reader) => {
                self.section("element", reader.range(), Some(reader.count()));
            }
            Payload::DataCountSection { count, range } => {
                self.section("data count", range, Some(count));
            }
            Payload::CodeSectionStart {
                count,
                unchecked_range,
                ..
            } => {
                self.section("code", unchecked_range, Some(count));
            }
            Payload::CodeSectionEntry(body) => {
                let index = self.imported_functions + self.bodies;
                self.bodies += 1;
                if let Some(function) = self.functions.get_mut(index) {
                    function.body = Some(body.range());
                }
            }
            Payload::DataSection(reader) => {
                self.section("data", reader.range(), Some(reader.count()));
            }
            Payload::CustomSection(reader) => {
                let name = format!("custom {:?}", reader.name());
                self.section(&name, reader.range(), None);
                if let KnownCustom::Name(names) = reader.as_known() {
                    // A broken name section does not make a module invalid.
                    let _ = self.read_names(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn section(&mut self, name: &str, range: Range<u64>, entries: Option<u32>) {
        let mut line = format!("{:<24} {}", name, span(&range));
        if let Some(entries) = entries {
            let noun = if entries == 1 { "entry" } else { "entries" };
            let _ = write!(line, ", {entries} {noun}");
        }
        self.sections.push(line);
    }

    fn import(&mut self, module: &str, name: &str, ty: TypeRef) {
        let what = match ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                self.imported_functions += 1;
                self.functions.push(Function {
                    ty,
                    import: Some(format!("{module:?} {name:?}")),
                    body: None,
                });
                format!("function {}", self.type_text(ty))
            }
            TypeRef::Table(ty) => format!("table {}", table_type(&ty)),
            TypeRef::Memory(ty) => format!("memory {}", memory_type(&ty)),
            TypeRef::Global(ty) => format!("global {}", global_type(&ty)),
            TypeRef::Tag(ty) => format!("tag {}", self.type_text(ty.func_type_idx)),
        };
        self.imports.push(format!("{module:?} {name:?}: {what}"));
    }

    fn read_names(
        &mut self,
        names: wasmparser::NameSectionReader<'_>,
    ) -> Result<(), BinaryReaderError> {
        for name in names {
            if let Name::Function(functions) = name? {
                for naming in functions {
                    let naming = naming?;
                    self.names.insert(naming.index, naming.name.to_owned());
                }
            }
        }
        Ok(())
    }

    fn type_text(&self, index: u32) -> String {
        match self.types.get(index as usize) {
            Some(ty) => ty.clone(),
            None => format!("of type {index}"),
        }
    }

    /// The whole listing.
    fn text(&self, file: &Path, len_bytes: usize) -> String {
        let mut text = format!("{}: {len_bytes} bytes\n", file.display());
        let mut part = |title: &str, lines: &mut dyn Iterator<Item = String>| {
            let mut lines = lines.peekable();
            if lines.peek().is_none() {
                return;
            }
            let _ = writeln!(text, "\n{title}:");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        };
        let numbered = |lines: &[String]| {
            let lines = lines.iter().enumerate();
            let lines = lines.map(|(number, line)| format!("{number:>5}: {line}"));
            lines.collect::<Vec<_>>().into_iter()
        };
        part("sections", &mut self.sections.iter().cloned());
        part("types", &mut numbered(&self.types));
        part("imports", &mut self.imports.iter().cloned());
        part(
            "functions",
            &mut (0..)
                .zip(&self.functions)
                .map(|(index, function)| self.function_line(index, function)),
        );
        part("tables", &mut numbered(&self.tables));
        part("memories", &mut numbered(&self.memories));
        part("globals", &mut numbered(&self.globals));
        part("exports", &mut self.exports.iter().cloned());
        text
    }

    fn function_line(&self, index: u32, function: &Function) -> String {
        let mut line = format!("{index:>5}: {}", self.type_text(function.ty));
        if let Some(name) = self.names.get(&index) {
            let _ = write!(line, " {:?}", name);
        }
        if let Some(import) = &function.import {
            let _ = write!(line, ", import {import}");
        }
        if let Some(body) = &function.body {
            let _ = write!(line, ", {}", span(body));
        }
        line
    }
}

/// Where something is, and its size.
fn span(range: &Range<u64>) -> String {
    format!(
        "{:#x}..{:#x}, {} bytes",
        range.start,
        range.end,
        range.end.saturating_sub(range.start)
    )
}
