//! Lowering: one linear pass turns a validated function body into register code.
//!
//! A symbolic operand stack stands in for wasm's: `local.get`, constants and `drop`
//! emit nothing, they are operands of the next instruction. A result is first
//! left in the accumulator; when it turns out to be needed elsewhere (its home slot, a
//! local), the instruction that made it is *retargeted*: its handler word and
//! destination field are rewritten. A comparison or addition that turns out to
//! feed a branch or an address is taken back and fused.
//!
//! Invariants between operators:
//! - an operand's home slot is fixed by its height, whatever holds its value;
//! - at most one operand per class is in the accumulator without being in a slot; vectors never are;
//! - every operand that stands for a local is on that local's chain, so a write to
//!   the local first saves exactly those;
//! - at every label all operands are in their home slots and the accumulators are unknown.

mod branch;
mod bulk;
mod call;
mod compare;
mod control;
mod count;
mod emit;
mod float;
mod function;
mod fused;
mod heat;
mod last;
mod loop_counter;
mod memory;
mod numeric;
mod operand;
mod pins;
mod scratch;
#[cfg(feature = "simd")]
mod simd;
#[cfg(feature = "simd")]
mod simd_fused;
#[cfg(feature = "simd")]
mod simd_memory;
mod stack;
mod table;
mod variable;
#[cfg_attr(
    not(feature = "simd"),
    allow(dead_code, reason = "no operator makes a vector")
)]
mod vector;
mod visit;
#[cfg(feature = "simd")]
mod visit_simd;

use selvedge_vm::code::VMFuncCode;
use selvedge_vm::frame::{FrameLayout, LocalTypes};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::module::{FuncSummary, Module, OperatorReader, RegionSummary};
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::ops::simd::{Relaxed, V128};
use selvedge_vm::types::{FuncType, RefType, ValType};
use wasmparser::{BinaryReader, FunctionBody};

use self::control::Control;
pub(crate) use self::emit::Mark;
use self::emit::{Buffer, Listed};
use self::last::Last;
use self::loop_counter::Counter;
use self::pins::{Detour, PinSet};
use self::scratch::Scratch;
use self::stack::{Accumulator, Entry, Flushed};
use self::vector::{LastVector, WrittenVector};
use crate::exec::row::PINS;
use crate::exec::simd::Available;
use crate::heat::HeatCounters;
use crate::{Dispatch, Optimisations};

/// What a translation needs to know.
pub(crate) struct Input<'a> {
    pub module: &'a Module,
    pub offsets: &'a VMOffsets,
    pub func: DefinedFuncIndex,
    /// The code entries of the module's defined functions.
    pub codes: &'a [VMFuncCode],
    pub body: &'a [u8],
    /// Offset of the body in the module.
    pub body_offset: usize,
    pub summary: &'a FuncSummary,
    pub dispatch: Dispatch,
    pub optimisations: Optimisations,
    /// Whether code counts what it spends.
    pub counts: bool,
    /// What relaxed operators mean.
    pub relaxed: Relaxed,
    /// Whether float operators make no NaNs but the canonical ones.
    pub canonical_nans: bool,
    /// What counts the function's heat, if anything does.
    pub counters: Option<&'a HeatCounters>,
    /// Whether to make a listing.
    pub listing: bool,
}

/// The register code of one function.
pub(crate) struct Lowered {
    pub words: Box<[u64]>,
    pub marks: Box<[Mark]>,
    pub header_slot: u32,
    pub listing: Option<Vec<Listed>>,
}

/// The most words of code for a body of `bytes` bytes. Ordinary code takes less than a word per
/// byte, or three in a wide function; what takes far more copies many operands at
/// many branches. Branch distances are 32-bit byte counts, which this stays below.
fn max_words(bytes: usize, layout: &FrameLayout) -> usize {
    let per_byte = if layout.scratch().is_some() { 16 } else { 4 };
    (128 << 10) + (per_byte * bytes).min(32 << 20)
}

/// The size of a body, in bytes, above which handlers have no copies. What loops in such code is
/// another program's interpreter, whose every turn is elsewhere: copies would only take room in caches.
const MAX_BODY_WITH_COPIES: usize = 16 << 10;

/// Translates a validated function body.
///
/// # Errors
///
/// The name of the limit that the function exceeds.
pub(crate) fn lower(input: &Input<'_>) -> Result<Lowered, &'static str> {
    const VALIDATED: &str = "a validated body reads without errors";
    let module = input.module;
    let ty = module.func_type(module.func_index(input.func));
    let body = FunctionBody::new(BinaryReader::new(input.body, input.body_offset as u64));
    let mut runs = Vec::new();
    for run in body.get_locals_reader().expect(VALIDATED) {
        let (count, ty) = run.expect(VALIDATED);
        runs.push((count, val_type(ty)));
    }
    let layout = FrameLayout::new(ty, &runs, input.summary.max_stack_slots).ok_or("frame size")?;
    let max_words = max_words(input.body.len(), &layout);
    let mut lowering = Lowering::new(input, ty, layout, LocalTypes::new(ty, runs));
    lowering.begin();
    let mut operators =
        OperatorReader::new(body.get_binary_reader_for_operators().expect(VALIDATED));
    while !operators.eof() {
        lowering.wasm_offset = operators.original_position() as usize;
        operators.visit_operator(&mut lowering).expect(VALIDATED);
        if lowering.buffer.words.len() > max_words {
            return Err("code size");
        }
    }
    assert!(
        lowering.controls.is_empty(),
        "a validated body ends with its last end"
    );
    lowering.truncate(0);
    Ok(lowering.finish())
}

/// The state of one translation.
pub(crate) struct Lowering<'a> {
    module: &'a Module,
    offsets: &'a VMOffsets,
    codes: &'a [VMFuncCode],
    ty: &'a FuncType,
    layout: FrameLayout,
    locals: LocalTypes<'a>,
    /// The topmost operand that stands for each local, by position; `NONE` if none.
    chains: Vec<u32>,
    /// What is not in use.
    spare: Scratch,
    buffer: Buffer,
    /// Offset in the module of the operator being translated.
    wasm_offset: usize,
    stack: Vec<Entry>,
    /// All entries below this position are in their home slots.
    settled: usize,
    int_acc: Accumulator,
    float_acc: Accumulator,
    controls: Vec<Control<'a>>,
    /// Whether the code being translated cannot be reached.
    dead: bool,
    /// The last instruction, if it may be taken back.
    last: Option<Last>,
    /// The instruction before the last one, likewise.
    before_last: Option<Last>,
    /// The last instruction, if it made a vector.
    last_vector: Option<LastVector>,
    /// The instruction before the last one, likewise, if nothing is between them.
    before_vector: Option<LastVector>,
    /// The last instruction, if it wrote a local that the next one may write again.
    written_vector: Option<WrittenVector>,
    /// The constant vectors so far.
    vectors: Vec<V128>,
    /// What handlers of operations on vectors may use.
    available: Available,
    /// The operand that the last result drove from its accumulator, if one.
    flushed: Option<Flushed>,
    /// The last instruction, if it increments a local by a constant.
    counter: Option<Counter>,
    /// What is optimised.
    optimisations: Optimisations,
    /// Whether code counts what it spends.
    counts: bool,
    /// What relaxed operators mean.
    #[cfg_attr(
        not(feature = "simd"),
        expect(dead_code, reason = "relaxed operators are on vectors")
    )]
    relaxed: Relaxed,
    /// Whether float operators make no NaNs but the canonical ones.
    canonical_nans: bool,
    /// What charges the present block, if it has cost anything yet.
    charge: Option<u32>,
    /// The function's code, and what counts its heat, if anything does.
    heat: Option<(&'a VMFuncCode, &'a HeatCounters)>,
    /// The uses of locals by region, in the order of the operators that begin them.
    regions: &'a [RegionSummary],
    /// How many regions have begun.
    regions_seen: usize,
    /// How many loops are open.
    open_loops: u32,
    /// The pins for all of the function, if regions have none of their own.
    hottest: PinSet,
    /// The pinned locals here.
    pins: PinSet,
    /// Branches that need loads on their way.
    detours: Vec<Detour>,
    /// The next scratch slot of a wide function.
    scratch: u32,
    /// The end of the highest home slot so far.
    frame_end: u32,
    max_frame_end: u32,
}

impl<'a> Lowering<'a> {
    fn new(
        input: &Input<'a>,
        ty: &'a FuncType,
        layout: FrameLayout,
        locals: LocalTypes<'a>,
    ) -> Self {
        let mut spare = Scratch::take();
        let mut chains = std::mem::take(&mut spare.chains);
        if chains.len() < locals.count() {
            chains.resize(locals.count(), stack::NONE);
        }
        let mut optimisations = input.optimisations;
        if input.dispatch == Dispatch::Step || !PINS {
            optimisations.remove(Optimisations::PINS | Optimisations::COPIES);
        }
        if !cfg!(feature = "specialized") {
            optimisations.remove(Optimisations::FUSIONS);
        }
        if layout.scratch().is_some() {
            optimisations.remove(Optimisations::PINS);
        }
        if input.counts {
            // The test would be charged for once, at the top.
            optimisations.remove(Optimisations::BOTTOM_TESTS);
        }
        if input.body.len() > MAX_BODY_WITH_COPIES {
            optimisations.remove(Optimisations::COPIES);
        }
        let available = if optimisations.contains(Optimisations::NATIVE_VECTORS) {
            Available::detect()
        } else {
            Available::NOTHING
        };
        if !available.is_best() {
            optimisations.remove(Optimisations::VECTOR_PAIRS | Optimisations::VECTOR_LOADS);
        }
        let mut buffer = Buffer::new(input.dispatch, input.func.as_u32(), input.listing);
        buffer.words = std::mem::take(&mut spare.words);
        buffer.marks = std::mem::take(&mut spare.marks);
        let frame_end = layout.operands();
        let max_frame_end = frame_end + input.summary.max_stack_slots;
        Self {
            module: input.module,
            offsets: input.offsets,
            codes: input.codes,
            ty,
            layout,
            chains,
            locals,
            buffer,
            detours: std::mem::take(&mut spare.detours),
            stack: std::mem::take(&mut spare.stack),
            spare,
            optimisations,
            counts: input.counts,
            relaxed: input.relaxed,
            canonical_nans: input.canonical_nans,
            charge: None,
            heat: input
                .counters
                .map(|counters| (&input.codes[input.func.as_u32() as usize], counters)),
            regions: &input.summary.regions,
            regions_seen: 0,
            open_loops: 0,
            hottest: Self::hottest(input.summary),
            pins: PinSet::EMPTY,
            wasm_offset: input.body_offset,
            settled: 0,
            int_acc: Accumulator::default(),
            float_acc: Accumulator::default(),
            controls: Vec::with_capacity(8),
            dead: false,
            last: None,
            before_last: None,
            last_vector: None,
            before_vector: None,
            written_vector: None,
            vectors: Vec::new(),
            available,
            flushed: None,
            counter: None,
            scratch: 0,
            frame_end,
            max_frame_end,
        }
    }

    /// The code. Working memory is left to the next translation.
    fn finish(self) -> Lowered {
        let lowered = Lowered {
            words: self.buffer.words.as_slice().into(),
            marks: self.buffer.marks.as_slice().into(),
            header_slot: self.layout.header(),
            listing: self.buffer.listing,
        };
        let scratch = Scratch {
            chains: self.chains,
            words: self.buffer.words,
            marks: self.buffer.marks,
            stack: self.stack,
            detours: self.detours,
            ..self.spare
        };
        scratch.leave();
        lowered
    }

    /// Whether an optimisation is on.
    fn does(&self, what: Optimisations) -> bool {
        self.optimisations.contains(what)
    }

    /// Notes that the next instruction can trap or call.
    fn mark(&mut self) {
        self.buffer.mark(self.wasm_offset);
    }
}

/// The value type of a validated module.
pub(crate) fn val_type(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ref_type(ty).into(),
    }
}

/// The reference type of a validated module.
pub(crate) fn ref_type(ty: wasmparser::RefType) -> RefType {
    if ty.is_func_ref() {
        RefType::FuncRef
    } else {
        assert!(
            ty.is_extern_ref(),
            "validation admits funcref and externref only"
        );
        RefType::ExternRef
    }
}
