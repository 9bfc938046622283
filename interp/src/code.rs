//! A module's register code: translated on demand, published once.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use selvedge_vm::code::{CodeLocation, ModuleCode, PrepareError, VMFuncCode};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::Module;
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::ops::simd::Relaxed;

use crate::blocks::lazy_entry;
use crate::exec::function::OTHER_ENTRY_WORDS;
use crate::heat::{Heat, HeatCounters};
use crate::listing;
use crate::lower::{self, Input, Lowered, Mark};
use crate::{Dispatch, Optimisations};

/// The register code of one function. The words never move.
struct CodeBlock {
    func: DefinedFuncIndex,
    words: Box<[u64]>,
    marks: Box<[Mark]>,
    header_slot: u32,
}

impl CodeBlock {
    /// The mark of the operation at `word`, or, for a return address, of the call before it.
    fn wasm_offset(&self, word: u32, is_return: bool) -> u32 {
        let after = self.marks.partition_point(|mark| {
            if is_return {
                mark.word < word
            } else {
                mark.word <= word
            }
        });
        after
            .checked_sub(1)
            .map_or(0, |at| self.marks[at].wasm_offset)
    }
}

/// The register code of one module, shared by its instances.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use selvedge_interp::{Dispatch, InterpCode};
/// use selvedge_vm::code::ModuleCode;
/// use selvedge_vm::index::DefinedFuncIndex;
/// use selvedge_vm::module::{Module, ParseOptions};
/// use selvedge_vm::offsets::{VMOffsets, VMShape};
/// use selvedge_vm::types::TypeRegistry;
///
/// let wasm = wat::parse_str("(module (func (result i32) (i32.const 7)))").unwrap();
/// let registry = TypeRegistry::new();
/// let module = Module::parse(wasm.into(), &ParseOptions::new(&registry)).unwrap();
/// let offsets = VMOffsets::new(&VMShape::of(&module)).unwrap();
/// let code = InterpCode::new(Arc::new(module), offsets, Dispatch::best().expect("a dispatch"));
/// code.prepare(DefinedFuncIndex::from_u32(0)).unwrap();
/// assert!(code.size_bytes() > 0);
/// ```
pub struct InterpCode {
    module: Arc<Module>,
    offsets: VMOffsets,
    dispatch: Dispatch,
    optimisations: Optimisations,
    counts: bool,
    relaxed: Relaxed,
    canonical_nans: bool,
    codes: Box<[VMFuncCode]>,
    /// One entry per function, or none.
    counters: Box<[HeatCounters]>,
    /// The blocks by the address of their first word.
    blocks: Mutex<BTreeMap<usize, CodeBlock>>,
}

impl InterpCode {
    /// A module's code, with nothing translated yet.
    ///
    /// # Panics
    ///
    /// If `dispatch` is not available.
    pub fn new(module: Arc<Module>, offsets: VMOffsets, dispatch: Dispatch) -> Self {
        assert!(
            dispatch.is_available(),
            "{dispatch:?} dispatch is not available in this build"
        );
        let lazy = lazy_entry(dispatch);
        let codes = module
            .bodies
            .keys()
            .map(|_| VMFuncCode::new(lazy))
            .collect();
        Self {
            module,
            offsets,
            dispatch,
            optimisations: Optimisations::default(),
            counts: false,
            relaxed: Relaxed::detect(),
            canonical_nans: false,
            codes,
            counters: Box::default(),
            blocks: Mutex::default(),
        }
    }

    /// Limits what the translator does; before anything is translated.
    #[must_use]
    pub fn with_optimisations(mut self, optimisations: Optimisations) -> Self {
        self.optimisations = optimisations;
        self
    }

    /// Makes code count what it spends, or not; before anything is translated.
    #[must_use]
    pub fn with_counts(mut self, counts: bool) -> Self {
        self.counts = counts;
        self
    }

    /// Chooses what relaxed operators mean, which is what is fastest on this machine otherwise;
    /// before anything is translated.
    #[must_use]
    pub fn with_relaxed(mut self, relaxed: Relaxed) -> Self {
        self.relaxed = relaxed;
        self
    }

    /// Lets float operators give the canonical NaN in place of any other, or not; before
    /// anything is translated.
    #[must_use]
    pub fn with_canonical_nans(mut self, canonical_nans: bool) -> Self {
        self.canonical_nans = canonical_nans;
        self
    }

    /// Makes functions count down `heat` from their first call on, and leave with `STATUS_TIER_UP`
    /// once it is spent; before anything is translated.
    #[must_use]
    pub fn with_heat(mut self, heat: Heat) -> Self {
        let counters = self.codes.iter().map(|_| HeatCounters::new(heat));
        self.counters = counters.collect();
        self
    }

    /// Gives `func` another heat to spend, unless another thread spends some at the same moment.
    /// Without [`with_heat`](Self::with_heat) nothing counts.
    pub fn set_heat(&self, func: DefinedFuncIndex, heat: Heat) {
        if let Some(counters) = self.counters.get(func.as_u32() as usize) {
            counters.set(heat);
        }
    }

    /// Makes `entry` the entry of every function for machine code.
    #[must_use]
    pub fn with_native_entry(self, entry: *const u8) -> Self {
        for code in &self.codes {
            code.set_native(entry);
        }
        self
    }

    /// How the code dispatches.
    pub fn dispatch(&self) -> Dispatch {
        self.dispatch
    }

    /// The size of the code translated so far, in bytes.
    pub fn size_bytes(&self) -> usize {
        let blocks = self.blocks.lock().expect("code lock");
        blocks.values().map(|block| block.words.len() * 8).sum()
    }

    /// Translates every function that is not translated yet.
    ///
    /// # Errors
    ///
    /// As [`ModuleCode::prepare`].
    pub fn prepare_all(&self) -> Result<(), PrepareError> {
        self.module
            .bodies
            .keys()
            .try_for_each(|func| self.prepare(func))
    }

    /// Translates the functions whose bodies have more than `bytes` bytes.
    ///
    /// # Errors
    ///
    /// As [`ModuleCode::prepare`].
    pub fn prepare_larger_than(&self, bytes: usize) -> Result<(), PrepareError> {
        let large = self
            .module
            .bodies
            .iter()
            .filter(|(_, body)| body.range.len() > bytes);
        large
            .map(|(func, _)| func)
            .try_for_each(|func| self.prepare(func))
    }

    /// The register code of `func` as text, one instruction a line.
    ///
    /// # Errors
    ///
    /// As [`ModuleCode::prepare`].
    pub fn disassemble(&self, func: DefinedFuncIndex) -> Result<String, PrepareError> {
        Ok(listing::list(&self.translate(func, true)?, |address| {
            let first = self.codes.as_ptr().addr() as u64;
            let defined = (address - first) / size_of::<VMFuncCode>() as u64;
            let index = DefinedFuncIndex::from_u32(defined as u32);
            self.module.func_index(index).as_u32()
        }))
    }

    fn translate(&self, func: DefinedFuncIndex, listing: bool) -> Result<Lowered, PrepareError> {
        let body = self.module.body(func)?;
        let input = Input {
            module: &self.module,
            offsets: &self.offsets,
            func,
            codes: &self.codes,
            body: body.bytes,
            body_offset: body.offset,
            summary: body.summary,
            dispatch: self.dispatch,
            optimisations: self.optimisations,
            counts: self.counts,
            relaxed: self.relaxed,
            canonical_nans: self.canonical_nans,
            counters: self.counters.get(func.as_u32() as usize),
            listing,
        };
        lower::lower(&input).map_err(|what| PrepareError::Limit {
            func: self.module.func_index(func).as_u32(),
            offset: body.offset,
            what,
        })
    }
}

impl ModuleCode for InterpCode {
    fn func_codes(&self) -> &[VMFuncCode] {
        &self.codes
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        let code = &self.codes[func.as_u32() as usize];
        let is_lazy = || std::ptr::eq(code.ip(), lazy_entry(self.dispatch));
        if !is_lazy() {
            return Ok(());
        }
        let Lowered {
            words,
            marks,
            header_slot,
            ..
        } = self.translate(func, false)?;
        let block = CodeBlock {
            func,
            words,
            marks,
            header_slot,
        };
        let mut blocks = self.blocks.lock().expect("code lock");
        // Another thread may have been faster; its code is as good.
        if is_lazy() {
            let start = block.words.as_ptr();
            start.expose_provenance();
            blocks.insert(start.addr(), block);
            code.set_ip(start.wrapping_add(OTHER_ENTRY_WORDS));
        }
        Ok(())
    }

    fn for_memory(self: Arc<Self>, _guarded: bool) -> Arc<dyn ModuleCode> {
        self
    }

    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation> {
        let blocks = self.blocks.lock().expect("code lock");
        // A return address may be the end of its block, where another may begin.
        let last = if is_return {
            Bound::Excluded(ip.addr())
        } else {
            Bound::Included(ip.addr())
        };
        let (&start, block) = blocks.range((Bound::Unbounded, last)).next_back()?;
        let word = (ip.addr() - start) / 8;
        (word <= block.words.len()).then(|| CodeLocation {
            func: block.func,
            wasm_offset: block.wasm_offset(word as u32, is_return),
            header_slot: block.header_slot,
        })
    }
}

impl fmt::Debug for InterpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterpCode")
            .field("functions", &self.codes.len())
            .field("dispatch", &self.dispatch)
            .finish_non_exhaustive()
    }
}
