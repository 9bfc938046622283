//! How linear memories get their initial content: data segments in order, or
//! whole pages worked out beforehand.
//!
//! Readers may rely on: both forms leave the same content, and both fail in the same cases, with the
//! writes that precede the failure in place (as bulk memory semantics demand).

use std::ops::Range;

use crate::index::{DataIndex, DefinedMemoryIndex, EntityIndex, MemoryIndex, PrimaryMap};
use crate::memory::Memory;
use crate::trap::TrapCode;

/// The size of a page of a paged initialisation, whatever the memory's own page size.
pub const IMAGE_PAGE_BYTES: usize = 1 << 16;

/// What pages may take beyond [`DENSITY`] times the data before a module stays segmented.
const SPARSE_BYTES: usize = 16 << 20;

/// How many bytes of pages each byte of data may cost.
const DENSITY: usize = 2;

/// A page's initial content; `None` is a zero page.
pub type ImagePage = Option<Box<[u8]>>;

/// Where an active data segment goes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SegmentOffset {
    /// To this address (an `i32` offset is zero-extended).
    Constant(u64),
    /// To where the segment's offset expression says at instantiation: a global's value or an
    /// extended constant expression.
    Dynamic,
}

/// An active data segment.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MemoryInitializer {
    /// The segment, which has the offset expression.
    pub segment: DataIndex,
    /// The memory to initialise.
    pub memory_index: MemoryIndex,
    /// Where the data goes.
    pub offset: SegmentOffset,
    /// The data, as a range of the module's bytes.
    pub data: Range<usize>,
}

/// The type of linear memory initialisation to use for a module.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum MemoryInitialization {
    /// The data segments are processed in order at instantiation.
    ///
    /// Required if a segment references an imported memory, or if its offset
    /// is not a plain constant.
    Segmented(Vec<MemoryInitializer>),
    /// Whole pages are copied to each memory.
    Paged {
        /// For each defined memory its pages of [`IMAGE_PAGE_BYTES`], up to the last one that
        /// a segment writes to. A page that a memory's initial size cuts off is shorter.
        map: PrimaryMap<DefinedMemoryIndex, Vec<ImagePage>>,
        /// Whether a segment is out of bounds: instantiation fails once the pages are written.
        out_of_bounds: bool,
    },
}

impl Default for MemoryInitialization {
    fn default() -> Self {
        Self::Segmented(Vec::new())
    }
}

/// What [`MemoryInitialization::to_paged`] needs to know of a module.
pub trait MemoryShapes {
    /// How many memories are imported; they come first.
    fn imported_memories(&self) -> usize;
    /// How many memories the module defines.
    fn defined_memories(&self) -> usize;
    /// The initial size of a memory in bytes, saturated to `u64::MAX`.
    fn minimum_bytes(&self, memory: MemoryIndex) -> u64;
}

impl MemoryInitialization {
    /// Converts segmented to paged initialisation. `wasm` is the module's bytes, of which the
    /// segments are ranges.
    ///
    /// `None` if it is paged already, if a segment references an imported memory or has
    /// an offset that is not a plain constant (even one after an out-of-bounds segment), or if the
    /// data is so sparse that the pages would take much more memory than it.
    ///
    /// # Panics
    ///
    /// If a segment's range is not within `wasm`, or its memory not among `shapes`.
    pub fn to_paged(&self, wasm: &[u8], shapes: &impl MemoryShapes) -> Option<Self> {
        let Self::Segmented(segments) = self else {
            return None;
        };
        let segments = segments
            .iter()
            .map(|segment| constant_segment(segment, wasm, shapes))
            .collect::<Option<Vec<_>>>()?;
        let data_bytes: usize = segments.iter().map(|segment| segment.data.len()).sum();
        let mut budget = data_bytes
            .saturating_mul(DENSITY)
            .saturating_add(SPARSE_BYTES);
        let mut map: PrimaryMap<_, Vec<ImagePage>> =
            (0..shapes.defined_memories()).map(|_| Vec::new()).collect();
        let mut out_of_bounds = false;
        for segment in segments {
            let end = segment.offset.checked_add(segment.data.len() as u64);
            if end.is_none_or(|end| end > segment.minimum_bytes) {
                out_of_bounds = true;
                break;
            }
            let pages = &mut map[segment.memory];
            write_pages(pages, &segment, &mut budget)?;
        }
        Some(Self::Paged { map, out_of_bounds })
    }
}

/// A segment that can be paged.
struct ConstantSegment<'a> {
    memory: DefinedMemoryIndex,
    minimum_bytes: u64,
    offset: u64,
    data: &'a [u8],
}

/// `segment`, if it has a constant offset in a defined memory.
fn constant_segment<'a>(
    segment: &MemoryInitializer,
    wasm: &'a [u8],
    shapes: &impl MemoryShapes,
) -> Option<ConstantSegment<'a>> {
    let SegmentOffset::Constant(offset) = segment.offset else {
        return None;
    };
    let index = segment.memory_index.index();
    let defined = index.checked_sub(shapes.imported_memories())?;
    Some(ConstantSegment {
        memory: DefinedMemoryIndex::new(defined),
        minimum_bytes: shapes.minimum_bytes(segment.memory_index),
        offset,
        data: &wasm[segment.data.clone()],
    })
}

/// Writes an in-bounds segment to its memory's pages, or returns `None` when the pages would take
/// more than `budget`, from which what they take is subtracted.
fn write_pages(
    pages: &mut Vec<ImagePage>,
    segment: &ConstantSegment<'_>,
    budget: &mut usize,
) -> Option<()> {
    let mut offset = segment.offset;
    let mut data = segment.data;
    while !data.is_empty() {
        let index = usize::try_from(offset / IMAGE_PAGE_BYTES as u64).ok()?;
        if index >= pages.len() {
            let entries = index.checked_add(1)? - pages.len();
            let list_bytes = entries.checked_mul(size_of::<ImagePage>())?;
            *budget = budget.checked_sub(list_bytes)?;
            pages.resize(index + 1, None);
        }
        if pages[index].is_none() {
            let page_bytes = page_bytes(index, segment.minimum_bytes);
            *budget = budget.checked_sub(page_bytes)?;
            pages[index] = Some(vec![0; page_bytes].into());
        }
        let page = pages[index].as_deref_mut().expect("the page was just made");
        let start = (offset % IMAGE_PAGE_BYTES as u64) as usize;
        let (now, later) = data.split_at(data.len().min(page.len() - start));
        page[start..start + now.len()].copy_from_slice(now);
        offset += now.len() as u64;
        data = later;
    }
    Some(())
}

/// The length of page `index`, which begins within a memory of `minimum_bytes`.
fn page_bytes(index: usize, minimum_bytes: u64) -> usize {
    let left = minimum_bytes - index as u64 * IMAGE_PAGE_BYTES as u64;
    left.min(IMAGE_PAGE_BYTES as u64) as usize
}

/// Copies `data` to `memory` at `offset`: one segment of a segmented
/// initialisation. If it is out of bounds, nothing is written.
pub fn apply_segment(memory: &mut Memory, offset: u64, data: &[u8]) -> Result<(), TrapCode> {
    memory
        .write(offset, data)
        .map_err(|_| TrapCode::MemoryOutOfBounds)
}

/// Copies the pages of a paged initialisation to a zeroed `memory`.
///
/// When every memory has its pages, instantiation fails if `out_of_bounds` is set.
pub fn apply_pages(memory: &mut Memory, pages: &[ImagePage]) -> Result<(), TrapCode> {
    for (index, page) in pages.iter().enumerate() {
        if let Some(page) = page {
            apply_segment(memory, index as u64 * IMAGE_PAGE_BYTES as u64, page)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported memory, then defined ones of these sizes in bytes.
    struct Shapes(&'static [u64]);

    impl MemoryShapes for Shapes {
        fn imported_memories(&self) -> usize {
            1
        }
        fn defined_memories(&self) -> usize {
            self.0.len()
        }
        fn minimum_bytes(&self, memory: MemoryIndex) -> u64 {
            self.0[memory.index() - 1]
        }
    }

    const PAGE: u64 = IMAGE_PAGE_BYTES as u64;

    fn segments(list: &[(u32, SegmentOffset, Range<usize>)]) -> MemoryInitialization {
        let segments = list.iter().enumerate();
        MemoryInitialization::Segmented(
            segments
                .map(|(i, (memory, offset, data))| MemoryInitializer {
                    segment: DataIndex::new(i),
                    memory_index: MemoryIndex::from_u32(*memory),
                    offset: *offset,
                    data: data.clone(),
                })
                .collect(),
        )
    }

    #[test]
    fn segments_are_laid_over_pages_in_order() {
        use SegmentOffset::Constant;
        let init = segments(&[
            (2, Constant(PAGE - 2), 0..4),
            (2, Constant(PAGE), 4..5),
            (2, Constant(3 * PAGE), 0..0),
            (1, Constant(0), 0..0),
        ]);
        let paged = init
            .to_paged(b"abcde", &Shapes(&[PAGE, 3 * PAGE]))
            .expect("paged");
        let MemoryInitialization::Paged { map, out_of_bounds } = &paged else {
            panic!("paged");
        };
        assert!(!out_of_bounds);
        let lists: Vec<usize> = map.values().map(Vec::len).collect();
        assert_eq!(lists, [0, 2]);
        let pages = &map[DefinedMemoryIndex::new(1)];
        let first = pages[0].as_deref().expect("written");
        assert_eq!(
            (first.len(), &first[IMAGE_PAGE_BYTES - 2..]),
            (IMAGE_PAGE_BYTES, &b"ab"[..])
        );
        assert_eq!(&pages[1].as_deref().expect("written")[..3], b"ed\0");
        assert_eq!(paged.to_paged(b"abcde", &Shapes(&[PAGE, 3 * PAGE])), None);
    }

    #[test]
    fn nothing_after_an_out_of_bounds_segment_is_written() {
        use SegmentOffset::Constant;
        let init = segments(&[
            (1, Constant(2 * PAGE), 0..1),
            (1, Constant(u64::MAX), 0..1),
            (1, Constant(0), 0..1),
        ]);
        let MemoryInitialization::Paged { map, out_of_bounds } =
            init.to_paged(b"x", &Shapes(&[3 * PAGE])).expect("paged")
        else {
            panic!("paged");
        };
        assert!(out_of_bounds);
        let pages = &map[DefinedMemoryIndex::new(0)];
        assert_eq!(pages.len(), 3);
        assert!(pages[0].is_none() && pages[1].is_none() && pages[2].is_some());
    }

    #[test]
    fn an_empty_segment_past_the_end_is_out_of_bounds() {
        let init = segments(&[(1, SegmentOffset::Constant(PAGE + 1), 0..0)]);
        let paged = init.to_paged(b"", &Shapes(&[PAGE]));
        assert!(matches!(
            paged,
            Some(MemoryInitialization::Paged {
                out_of_bounds: true,
                ..
            })
        ));
    }

    #[test]
    fn imported_memories_and_dynamic_offsets_stay_segmented() {
        use SegmentOffset::{Constant, Dynamic};
        let shapes = Shapes(&[PAGE]);
        let out_of_bounds = (1, Constant(PAGE), 0..1);
        for other in [(0, Constant(0), 0..1), (1, Dynamic, 0..1)] {
            assert_eq!(
                segments(std::slice::from_ref(&other)).to_paged(b"x", &shapes),
                None
            );
            let after = segments(&[out_of_bounds.clone(), other]);
            assert_eq!(after.to_paged(b"x", &shapes), None);
        }
        let paged = MemoryInitialization::default().to_paged(b"", &shapes);
        assert!(matches!(
            paged,
            Some(MemoryInitialization::Paged {
                out_of_bounds: false,
                ..
            })
        ));
    }

    #[test]
    fn the_last_page_of_a_memory_may_be_short() {
        let init = segments(&[(1, SegmentOffset::Constant(PAGE + 1), 0..2)]);
        let MemoryInitialization::Paged { map, .. } =
            init.to_paged(b"xy", &Shapes(&[PAGE + 3])).expect("paged")
        else {
            panic!("paged");
        };
        let pages = &map[DefinedMemoryIndex::new(0)];
        assert_eq!(pages[1].as_deref(), Some(&b"\0xy"[..]));
    }

    #[test]
    fn sparse_data_stays_segmented() {
        let far = segments(&[(1, SegmentOffset::Constant(1 << 60), 0..1)]);
        assert_eq!(far.to_paged(b"x", &Shapes(&[u64::MAX])), None);
        let spread: Vec<_> = (0..1000)
            .map(|i| (1, SegmentOffset::Constant(i * PAGE), 0..1))
            .collect();
        assert_eq!(
            segments(&spread).to_paged(b"x", &Shapes(&[1000 * PAGE])),
            None
        );
        assert!(
            segments(&spread[..200])
                .to_paged(b"x", &Shapes(&[1000 * PAGE]))
                .is_some()
        );
    }
}
