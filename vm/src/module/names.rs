//! `FunctionNames`: the function names of the name section, decoded at the
//! first question.
//!
//! A malformed name section is never an error: what cannot be read is ignored,
//! and so are names out of order and names of functions that do not exist. So
//! there are at most as many names as functions.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use wasmparser::{BinaryReader, Name, NameSectionReader};

use super::{EntityRef, Export};
use crate::index::FuncIndex;

/// Names of functions, ordered by function.
#[derive(Clone, Default)]
pub struct FunctionNames {
    bytes: Arc<[u8]>,
    names: Box<[Entry]>,
}

/// The name of function `func` is `len` bytes at `start` of the module.
#[derive(Copy, Clone)]
struct Entry {
    func: u32,
    len: u32,
    start: usize,
}

impl FunctionNames {
    /// The name of `func`.
    pub fn get(&self, func: FuncIndex) -> Option<&str> {
        let i = self
            .names
            .binary_search_by_key(&func.as_u32(), |e| e.func)
            .ok()?;
        self.text(&self.names[i])
    }

    /// All functions that have names, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FuncIndex, &str)> {
        self.names
            .iter()
            .filter_map(|e| Some((FuncIndex::from_u32(e.func), self.text(e)?)))
    }

    fn text(&self, entry: &Entry) -> Option<&str> {
        let bytes = self.bytes.get(entry.start..)?.get(..entry.len as usize)?;
        std::str::from_utf8(bytes).ok()
    }

    /// The function names in the name section at `section`, of functions below `functions`.
    fn decode(bytes: &Arc<[u8]>, section: Range<usize>, functions: u32) -> Self {
        let mut names: Vec<Entry> = Vec::new();
        let base = bytes.as_ptr().addr();
        let mut next = 0;
        for subsection in subsections(bytes, section) {
            let Name::Function(map) = subsection else {
                continue;
            };
            for naming in map.names.map_while(Result::ok) {
                if naming.index < next || naming.index >= functions {
                    continue;
                }
                next = naming.index + 1;
                let (func, len) = (naming.index, naming.name.len() as u32);
                names.push(Entry {
                    func,
                    len,
                    start: naming.name.as_ptr().addr() - base,
                });
            }
        }
        Self {
            bytes: bytes.clone(),
            names: names.into(),
        }
    }
}

impl fmt::Debug for FunctionNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Where the name section is, and names of functions once someone asked.
#[derive(Default, Debug)]
pub(crate) struct NameSection {
    section: Range<usize>,
    functions: OnceLock<FunctionNames>,
    /// The first export of each exported function, ordered by function.
    exported: OnceLock<Box<[(FuncIndex, u32)]>>,
}

impl NameSection {
    /// The name section whose content is `section` of the module's bytes.
    pub(crate) fn new(section: Range<usize>) -> Self {
        Self {
            section,
            ..Self::default()
        }
    }

    /// The function names of a module of so many `functions`.
    pub(crate) fn functions(&self, bytes: &Arc<[u8]>, functions: u32) -> &FunctionNames {
        self.functions
            .get_or_init(|| FunctionNames::decode(bytes, self.section.clone(), functions))
    }

    /// The first of `exports` that exports `func`.
    pub(crate) fn exported<'a>(&self, exports: &'a [Export], func: FuncIndex) -> Option<&'a str> {
        let exported = self.exported.get_or_init(|| {
            let entity = |export: &Export| match export.entity {
                EntityRef::Func(func) => Some(func),
                _ => None,
            };
            let all = (0..)
                .zip(exports)
                .filter_map(|(i, export)| Some((entity(export)?, i)));
            let mut exported: Vec<(FuncIndex, u32)> = all.collect();
            exported.sort_unstable();
            exported.dedup_by_key(|(func, _)| *func);
            exported.into()
        });
        let i = exported
            .binary_search_by_key(&func, |(func, _)| *func)
            .ok()?;
        Some(&exports[exported[i].1 as usize].name)
    }

    /// The module's name.
    pub(crate) fn module(&self, bytes: &[u8]) -> Option<String> {
        subsections(bytes, self.section.clone()).find_map(|s| match s {
            Name::Module { name, .. } => Some(name.to_owned()),
            _ => None,
        })
    }
}

/// The subsections up to the first that cannot be read, in whatever order.
fn subsections(bytes: &[u8], section: Range<usize>) -> impl Iterator<Item = Name<'_>> {
    let offset = section.start as u64;
    let reader = NameSectionReader::new(BinaryReader::new(&bytes[section], offset));
    reader.sections.map_while(Result::ok)
}
