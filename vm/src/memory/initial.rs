//! Where the memories of a module get their initial contents from: images, or data segments.

use std::sync::{Arc, OnceLock};

use super::MemoryImage;
use crate::index::{DefinedMemoryIndex, DefinedTableIndex, FuncIndex, PrimaryMap};
use crate::init::MemoryInitialization;
use crate::module::{DataSegment, ElementItems, Module, SegmentMode, TableInit};

/// How much data an image must have to be mapped into memories without a pool.
const MIN_IMAGE_BYTES: usize = 64 << 10;

/// How a memory of a module gets its initial content.
#[derive(Clone, Debug)]
pub enum InitialContent {
    /// It stays zero.
    Zero,
    /// It is an image, zero around it.
    Image(Arc<MemoryImage>),
    /// Data segments are to be applied: their places are not known beforehand, or their data
    /// is too sparse for an image.
    Segments,
}

/// The initial contents of the memories of one module, and what is known of its tables beforehand, worked
/// out when they are first asked for.
#[derive(Debug, Default)]
pub struct ModuleImages {
    contents: OnceLock<Contents>,
    /// Whether there is much data, and an instance has been made without a pool.
    much_data: OnceLock<bool>,
    /// Which tables hold the same in every instance, but for the address of its functions.
    kept_tables: OnceLock<PrimaryMap<DefinedTableIndex, bool>>,
}

#[derive(Debug)]
struct Contents {
    memories: PrimaryMap<DefinedMemoryIndex, InitialContent>,
    out_of_bounds: bool,
}

impl ModuleImages {
    /// Nothing is worked out yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How memory `memory` of `module`, always the same one, gets its content.
    ///
    /// Those that get it by segments, get it as before; if one is so because a segment's place is not
    /// known beforehand, all are.
    pub fn content(&self, module: &Module, memory: DefinedMemoryIndex) -> &InitialContent {
        &self.contents(module).memories[memory]
    }

    /// The image of memory `memory` of `module`, if it has one.
    pub fn image(&self, module: &Module, memory: DefinedMemoryIndex) -> Option<&Arc<MemoryImage>> {
        match self.content(module, memory) {
            InitialContent::Image(image) => Some(image),
            InitialContent::Zero | InitialContent::Segments => None,
        }
    }

    /// Whether images pay for instances without a pool. No at the first call: making images takes longer than
    /// applying the segments once. From then on, if there is so much data that mapping it wins.
    pub fn pay(&self, module: &Module) -> bool {
        match self.much_data.get() {
            Some(&much_data) => much_data,
            None => {
                let active =
                    |segment: &&DataSegment| matches!(segment.mode, SegmentMode::Active { .. });
                let active = module.data.values().filter(active);
                let bytes: usize = active.map(|segment| segment.range.len()).sum();
                let _ = self.much_data.set(bytes >= MIN_IMAGE_BYTES); // or another thread did
                false
            }
        }
    }

    /// Whether table `index` of `module`, always the same one, is made of functions that the module defines and nothing else, at
    /// places that are known beforehand: then an instance in the block of another finds it as it would make it.
    pub(crate) fn keeps_table(&self, module: &Module, index: DefinedTableIndex) -> bool {
        self.kept_tables.get_or_init(|| {
            let is_null = |init: &TableInit| matches!(init, TableInit::Null);
            let mut kept: PrimaryMap<_, _> = module.table_inits.values().map(is_null).collect();
            for segment in module.elements.values() {
                let SegmentMode::Active { target, offset } = &segment.mode else {
                    continue;
                };
                let Some(table) = module.defined_table(*target) else {
                    continue;
                };
                let own = |func: &FuncIndex| module.defined_func(*func).is_some();
                let own = match &segment.items {
                    ElementItems::Functions(items) => items.iter().all(own),
                    ElementItems::Expressions(_) => false,
                };
                kept[table] &= own && offset.as_constant().is_some();
            }
            kept
        })[index]
    }

    /// Whether a segment is out of bounds, so that instantiation fails once the memories have their
    /// contents. Always false when they get them by segments, which tell themselves.
    pub fn out_of_bounds(&self, module: &Module) -> bool {
        self.contents(module).out_of_bounds
    }

    fn contents(&self, module: &Module) -> &Contents {
        self.contents.get_or_init(|| {
            let paged = module.memory_initialization.to_paged(&module.bytes, module);
            let memories = module.memories.len() - module.num_imported_memories as usize;
            let segments = || Contents {
                memories: (0..memories).map(|_| InitialContent::Segments).collect(),
                out_of_bounds: false,
            };
            match paged.as_ref().unwrap_or(&module.memory_initialization) {
                MemoryInitialization::Segmented(_) => segments(),
                MemoryInitialization::Paged { map, out_of_bounds } => {
                    let memories = map.values().map(|pages| MemoryImage::from_pages(pages));
                    let memories: PrimaryMap<_, _> = memories.collect();
                    let is_segments = |content| matches!(content, &InitialContent::Segments);
                    if memories.values().any(is_segments) {
                        return segments();
                    }
                    Contents {
                        memories,
                        out_of_bounds: *out_of_bounds,
                    }
                }
            }
        })
    }
}
