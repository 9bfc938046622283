//! From offsets in a module to places in its source, by the module's DWARF.
//!
//! Nothing here runs before a guest has failed. The sections come from the
//! guest: what makes no sense in them is as good as not there.

use addr2line::Context;
use gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};
use wasmparser::{Parser, Payload};

/// Inlined functions that one frame may show.
const MAX_PLACES: usize = 64;

/// The DWARF of a module.
pub(crate) struct Symbols<'a> {
    context: Context<EndianSlice<'a, LittleEndian>>,
    /// Where the content of the code section starts, from which DWARF counts.
    code_start: usize,
}

/// A place in the source.
pub(crate) struct Place {
    /// The function, as the linker names it.
    pub(crate) function: Option<String>,
    /// File, line and column.
    pub(crate) position: Option<String>,
}

impl<'a> Symbols<'a> {
    /// The DWARF in the custom sections of `binary`, if there is any.
    pub(crate) fn read(binary: &'a [u8]) -> Option<Self> {
        let mut code_start = None;
        let mut sections: Vec<(&str, &'a [u8])> = Vec::new();
        for payload in Parser::new(0).parse_all(binary) {
            match payload.ok()? {
                Payload::CodeSectionStart {
                    unchecked_range, ..
                } => {
                    code_start = usize::try_from(unchecked_range.start).ok();
                }
                Payload::CustomSection(section) if section.name().starts_with(".debug_") => {
                    sections.push((section.name(), section.data()));
                }
                _ => {}
            }
        }
        let section = |id: SectionId| {
            let found = sections.iter().find(|(name, _)| *name == id.name());
            let data = found.map_or(&[][..], |(_, data)| *data);
            Ok::<_, gimli::Error>(EndianSlice::new(data, LittleEndian))
        };
        if sections.is_empty() {
            return None;
        }
        let dwarf = Dwarf::load(section).ok()?;
        Some(Self {
            context: Context::from_dwarf(dwarf).ok()?,
            code_start: code_start?,
        })
    }

    /// What is at `offset` of the module: the functions inlined there, innermost
    /// first, and last the one that they are inlined into.
    pub(crate) fn places(&self, offset: usize) -> Vec<Place> {
        let mut places = Vec::new();
        let Some(address) = offset.checked_sub(self.code_start) else {
            return places;
        };
        let frames = self.context.find_frames(address as u64);
        let Ok(mut frames) = frames.skip_all_loads() else {
            return places;
        };
        while let Ok(Some(frame)) = frames.next() {
            if places.len() == MAX_PLACES {
                break;
            }
            let function = frame.function.as_ref();
            let function = function.and_then(|function| function.raw_name().ok());
            places.push(Place {
                function: function.map(|name| name.into_owned()),
                position: frame.location.as_ref().and_then(position),
            });
        }
        places
    }
}

/// `file:line:column`, as far as it is known.
fn position(location: &addr2line::Location<'_>) -> Option<String> {
    let mut text = location.file?.to_owned();
    for number in [location.line, location.column].into_iter().flatten() {
        if number == 0 {
            break;
        }
        text.push_str(&format!(":{number}"));
    }
    Some(text)
}
