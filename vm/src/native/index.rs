//! What is known about the places of published machine code: a compact, immutable table.
//!
//! ```text
//! functions  by address; and their order by number
//! sites      one stream for the block, each:  code distance · wasm distance (zigzag) · kind
//!            as LEB128; a mark for every 64th says where it is, so few are decoded
//! kind       0 memory   1 division   2 + 4·code trap   3 + 4·(frame bytes / 8) call
//! ```
//!
//! Reading allocates nothing and takes no locks, so that a signal handler may.

use std::ops::Range;

use super::code::{Compiled, Site, SiteKind};
use crate::index::DefinedFuncIndex;
use crate::memory::MemoryPlan;
use crate::trap::TrapCode;

/// Sites per mark.
const MARK_EVERY: usize = 64;

/// A function in a block.
#[derive(Copy, Clone, Debug)]
struct Func {
    func: DefinedFuncIndex,
    start: u32,
    end: u32,
    header_slot: u32,
    /// Where its entries are in `CodeIndex::osr`.
    osr: (u32, u32),
}

/// The state of decoding before a site.
#[derive(Copy, Clone, Default, Debug)]
struct Mark {
    /// Offset of the site before.
    offset: u32,
    /// Its offset in the module.
    wasm_offset: u32,
    /// Where the next begins in the stream.
    at: u32,
    /// Offset of the next site.
    next: u32,
}

/// The places of one block of code; offsets are from its start.
#[derive(Debug)]
pub(super) struct CodeIndex {
    base: usize,
    plan: MemoryPlan,
    funcs: Box<[Func]>,
    /// Indices into `funcs`, by number of function; empty if that is the order already.
    by_number: Box<[u32]>,
    osr: Box<[(u32, u32)]>,
    stream: Box<[u8]>,
    marks: Box<[Mark]>,
}

/// A place in machine code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The function.
    pub func: DefinedFuncIndex,
    /// Offset in the module of the operator.
    pub wasm_offset: u32,
    /// The slot of the frame's header.
    pub header_slot: u32,
    /// For a call, how far the callee's frame is above this one, in bytes; else 0.
    pub frame_bytes: u32,
    /// What is there.
    pub kind: SiteKind,
}

impl CodeIndex {
    /// The index of code at `base`, of `len` bytes.
    ///
    /// # Panics
    ///
    /// If functions or sites are not in order, or not within the block.
    pub(super) fn new(base: usize, len: usize, plan: MemoryPlan, compiled: &[Compiled]) -> Self {
        let mut osr = Vec::new();
        let mut sites = Sites::default();
        let mut end = 0;
        let funcs: Box<[Func]> = compiled
            .iter()
            .map(|code| {
                assert!(
                    end <= code.start && code.start < code.end,
                    "functions are in order"
                );
                end = code.end;
                let first = osr.len() as u32;
                assert!(
                    code.osr.is_sorted_by(|a, b| a.0 < b.0),
                    "loops are in order"
                );
                osr.extend_from_slice(&code.osr);
                for &site in &code.sites {
                    // A return address may be behind the last instruction.
                    assert!(
                        (code.start..=code.end).contains(&site.offset),
                        "sites are in functions"
                    );
                    sites.push(site);
                }
                Func {
                    func: code.func,
                    start: code.start,
                    end: code.end,
                    header_slot: code.header_slot,
                    osr: (first, osr.len() as u32),
                }
            })
            .collect();
        assert!(end as usize <= len, "functions are within the block");
        let mut by_number = Vec::new();
        if !funcs.is_sorted_by_key(|func| func.func) {
            by_number.extend(0..funcs.len() as u32);
            by_number.sort_by_key(|&i| funcs[i as usize].func);
        }
        Self {
            base,
            plan,
            funcs,
            by_number: by_number.into(),
            osr: osr.into(),
            stream: sites.stream.into(),
            marks: sites.marks.into(),
        }
    }

    /// The address of the code.
    pub(super) fn base(&self) -> usize {
        self.base
    }

    /// The plan of the memories that loads and stores rely on.
    pub(super) fn plan(&self) -> &MemoryPlan {
        &self.plan
    }

    fn func(&self, func: DefinedFuncIndex) -> Option<&Func> {
        let found = if self.by_number.is_empty() {
            self.funcs.binary_search_by_key(&func, |f| f.func).ok()?
        } else {
            let key = |&i: &u32| self.funcs[i as usize].func;
            self.by_number[self.by_number.binary_search_by_key(&func, key).ok()?] as usize
        };
        Some(&self.funcs[found])
    }

    /// The entry of `func`.
    pub(super) fn entry(&self, func: DefinedFuncIndex) -> Option<usize> {
        Some(self.base + self.func(func)?.start as usize)
    }

    /// The entry of the loop at `wasm_offset` of `func`.
    pub(super) fn osr_entry(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        let (first, end) = self.func(func)?.osr;
        let entries = &self.osr[first as usize..end as usize];
        let found = entries
            .binary_search_by_key(&wasm_offset, |entry| entry.0)
            .ok()?;
        Some(self.base + entries[found].1 as usize)
    }

    /// Functions by address, and their bytes' offsets.
    pub(super) fn functions(
        &self,
    ) -> impl ExactSizeIterator<Item = (DefinedFuncIndex, Range<usize>)> {
        let range = |func: &Func| func.start as usize..func.end as usize;
        self.funcs.iter().map(move |func| (func.func, range(func)))
    }

    /// All sites, by address.
    pub(super) fn sites(&self) -> impl Iterator<Item = Site> {
        Decoder {
            stream: &self.stream,
            mark: Mark::default(),
        }
    }

    /// The site at the address `pc`: a call that returns there, or an instruction that traps.
    pub(super) fn locate(&self, pc: usize, is_return: bool) -> Option<Located> {
        let offset = u32::try_from(pc.checked_sub(self.base)?).ok()?;
        // Sites of one offset may be on either side of a mark.
        let mark = self
            .marks
            .partition_point(|mark| mark.next < offset)
            .saturating_sub(1);
        let sites = Decoder {
            stream: &self.stream,
            mark: *self.marks.get(mark)?,
        };
        let site = sites
            .skip_while(|site| site.offset < offset)
            .take_while(|site| site.offset == offset)
            .find(|site| matches!(site.kind, SiteKind::Call { .. }) == is_return)?;
        // The call that returns to the end of a function is the last in it.
        let within = offset - u32::from(is_return);
        let func = self.funcs.partition_point(|func| func.end <= within);
        let func = self.funcs.get(func).filter(|func| func.start <= within)?;
        Some(Located {
            func: func.func,
            wasm_offset: site.wasm_offset,
            header_slot: func.header_slot,
            frame_bytes: match site.kind {
                SiteKind::Call { frame_bytes } => frame_bytes,
                _ => 0,
            },
            kind: site.kind,
        })
    }
}

/// Sites being coded.
#[derive(Default)]
struct Sites {
    stream: Vec<u8>,
    marks: Vec<Mark>,
    count: usize,
    offset: u32,
    wasm_offset: u32,
}

impl Sites {
    fn push(&mut self, site: Site) {
        assert!(self.offset <= site.offset, "sites are in order");
        if self.count.is_multiple_of(MARK_EVERY) {
            self.marks.push(Mark {
                offset: self.offset,
                wasm_offset: self.wasm_offset,
                at: u32::try_from(self.stream.len()).expect("tables are smaller than 4 GiB"),
                next: site.offset,
            });
        }
        self.count += 1;
        let distance = site.wasm_offset.wrapping_sub(self.wasm_offset) as i32;
        write(&mut self.stream, site.offset - self.offset);
        write(
            &mut self.stream,
            ((distance << 1) ^ (distance >> 31)) as u32,
        );
        write(
            &mut self.stream,
            match site.kind {
                SiteKind::Memory => 0,
                SiteKind::Divide => 1,
                SiteKind::Trap(code) => 2 | u32::from(code as u8) << 2,
                SiteKind::Call { frame_bytes } => {
                    assert!(frame_bytes.is_multiple_of(8), "frames are made of slots");
                    3 | (frame_bytes / 8) << 2
                }
            },
        );
        (self.offset, self.wasm_offset) = (site.offset, site.wasm_offset);
    }
}

/// Sites being decoded, from a mark on.
struct Decoder<'a> {
    stream: &'a [u8],
    mark: Mark,
}

impl Iterator for Decoder<'_> {
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        let Mark {
            offset,
            wasm_offset,
            at,
            ..
        } = &mut self.mark;
        *offset += read(self.stream, at)?;
        let distance = read(self.stream, at)?;
        *wasm_offset = wasm_offset.wrapping_add((distance >> 1) ^ (distance & 1).wrapping_neg());
        let kind = read(self.stream, at)?;
        let kind = match (kind & 3, kind >> 2) {
            (0, _) => SiteKind::Memory,
            (1, _) => SiteKind::Divide,
            (2, code) => SiteKind::Trap(TrapCode::from_u8(code as u8)?),
            (_, slots) => SiteKind::Call {
                frame_bytes: 8 * slots,
            },
        };
        Some(Site {
            offset: *offset,
            wasm_offset: *wasm_offset,
            kind,
        })
    }
}

/// Appends `value` as LEB128.
fn write(stream: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        stream.push(value as u8 | 0x80);
        value >>= 7;
    }
    stream.push(value as u8);
}

/// Reads a number that [`write()`] has written.
fn read(stream: &[u8], at: &mut u32) -> Option<u32> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = *stream.get(*at as usize)?;
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}
