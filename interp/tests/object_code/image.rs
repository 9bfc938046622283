//! An executable, as it is in memory: its handlers, and what the interpreter knows of them.
//!
//! The handlers are the instances of `tail::handler` and its variants, by the symbol table. What operation
//! a handler is of is not in its symbol; it is found where the interpreter keeps it:
//!
//! ```text
//! a `Code` of a row:  [tail handler][copies][step handler][name]…
//! copies:             [tail handler]…
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use object::elf::R_X86_64_RELATIVE;
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, SectionKind, SymbolKind};
use selvedge_interp::operation_name;

/// What the symbols of handlers contain: those of `tail::handler`, and with the instructions of machines that
/// have more.
const HANDLERS: [&str; 3] = [
    "4tail7handler",
    "4tail14handler_native",
    "4tail13handler_fused",
];

/// The bytes of a name in a `Code`.
const NAME_BYTES: u64 = 16;

/// The copies of a hot handler, beside the first one.
const COPIES: u64 = 3;

/// An executable as it is in memory.
#[derive(Default)]
pub struct Image<'data> {
    /// The address and content of each section, and whether it holds data.
    sections: Vec<(u64, &'data [u8], bool)>,
    /// The words that the loader sets to an address.
    relocated: HashMap<u64, u64>,
    /// The functions by address, demangled.
    pub functions: HashMap<u64, String>,
    /// The addresses and lengths of the handlers.
    pub handlers: BTreeMap<u64, u64>,
    /// The variables, by address.
    variables: BTreeMap<u64, String>,
}

impl<'data> Image<'data> {
    pub fn read(data: &'data [u8]) -> Self {
        let file: ElfFile64 = ElfFile64::parse(data).unwrap();
        assert!(
            file.symbols().next().is_some(),
            "the executable is stripped: its handlers cannot be told apart"
        );
        let mut image = Self::default();
        for section in file.sections() {
            let is_data = matches!(
                section.kind(),
                SectionKind::Data | SectionKind::ReadOnlyData | SectionKind::ReadOnlyDataWithRel
            );
            let bytes = section.data().unwrap();
            image.sections.push((section.address(), bytes, is_data));
        }
        for (at, relocation) in file.dynamic_relocations().into_iter().flatten() {
            let flags = relocation.flags();
            if matches!(flags, RelocationFlags::Elf { r_type } if r_type == R_X86_64_RELATIVE) {
                image.relocated.insert(at, relocation.addend() as u64);
            }
        }
        for symbol in file.symbols() {
            let name = symbol.name().unwrap();
            let demangled = format!("{:#}", rustc_demangle::demangle(name));
            match symbol.kind() {
                SymbolKind::Text => {
                    if HANDLERS.iter().any(|handler| name.contains(handler)) {
                        image.handlers.insert(symbol.address(), symbol.size());
                    }
                    image.functions.insert(symbol.address(), demangled);
                }
                SymbolKind::Data => drop(image.variables.insert(symbol.address(), demangled)),
                _ => {}
            }
        }
        image
    }

    /// The `len` bytes at `address`, or none.
    pub fn bytes(&self, address: u64, len: u64) -> &'data [u8] {
        // What is not in memory, like debugging information, has address 0.
        let mut loaded = self.sections.iter().filter(|(start, ..)| *start != 0);
        let bytes = loaded.find_map(|(start, bytes, _)| {
            let from = address.checked_sub(*start)?;
            bytes.get(from as usize..(from + len) as usize)
        });
        bytes.unwrap_or_default()
    }

    /// The word at `address`, or 0.
    pub fn word(&self, address: u64) -> u64 {
        let bytes = || self.bytes(address, 8).try_into();
        let relocated = self.relocated.get(&address).copied();
        relocated.unwrap_or_else(|| bytes().map_or(0, u64::from_le_bytes))
    }

    /// The operations of each handler that data refers to.
    pub fn operations(&self) -> HashMap<u64, BTreeSet<String>> {
        let data = self.sections.iter().filter(|(_, _, is_data)| *is_data);
        let words: Vec<_> = data
            .flat_map(|(start, bytes, _)| {
                (0..bytes.len() as u64 / 8).map(move |word| start.next_multiple_of(8) + word * 8)
            })
            .collect();
        let names_handler = |at: u64| self.handlers.contains_key(&self.word(at));
        let found: Vec<_> = words
            .iter()
            .copied()
            .filter(|&at| names_handler(at))
            .collect();
        // The layout of `Code` is the compiler's choice, the same in all of them.
        let nearby = |at: u64, distance: i64| at.wrapping_add_signed(distance);
        let most = |is_there: &dyn Fn(u64) -> bool| {
            let count = |&distance: &i64| {
                let found = found.iter();
                found.filter(|&&at| is_there(nearby(at, distance))).count()
            };
            (-8..=8).map(|words| words * 8).max_by_key(count).unwrap()
        };
        let name_at = |at: u64| operation_name(self.bytes(at, NAME_BYTES));
        let copies_at = |at: u64| {
            let copies = self.word(at);
            let copies = (0..COPIES).map(move |copy| copies + copy * 8);
            copies.clone().all(names_handler).then_some(copies)
        };
        let to_name = most(&|at| name_at(at).is_some());
        let to_copies = most(&|at| copies_at(at).is_some());

        let mut operations = HashMap::<_, BTreeSet<String>>::new();
        let mut listed = BTreeSet::new();
        for &at in &found {
            let Some(name) = name_at(nearby(at, to_name)) else {
                continue;
            };
            let copies = copies_at(nearby(at, to_copies)).into_iter().flatten();
            for place in copies.chain([at]) {
                let names = operations.entry(self.word(place)).or_default();
                names.insert(name.clone());
                listed.insert(place);
            }
        }
        // What is in no row is in a variable.
        for &at in found.iter().filter(|at| !listed.contains(at)) {
            let names = operations.entry(self.word(at)).or_default();
            names.extend(self.variable(at).as_deref().map(without_path));
        }
        operations
    }

    /// The variable that `address` is in, unless it is a constant without a name.
    fn variable(&self, address: u64) -> Option<String> {
        let (_, name) = self.variables.range(..=address).next_back()?;
        (!name.starts_with("anon.")).then(|| name.clone())
    }
}

/// `a::b::C` as `C`.
fn without_path(name: &str) -> String {
    name.rsplit("::").next().unwrap_or(name).to_owned()
}
