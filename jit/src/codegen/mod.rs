//! Code generation: one pass over a valid body, operator by operator, into machine code.
//!
//! A symbolic operand stack stands in for wasm's: locals and constants emit nothing, they are
//! operands of the instruction that consumes them; a comparison stays in the processor's flags
//! until a branch or `select` takes it. The most used locals are *pinned* in registers.
//!
//! Between operators:
//! - an operand's home slot is fixed by its height, whatever holds its value;
//! - a register belongs to one entry of the operand stack, to one pinned local, or to nobody;
//! - integers of 32 bits are zero-extended, in registers and in slots;
//! - a pin that is not `valid` has its local's value in the slot; one that is `dirty` has it in
//!   the register alone;
//! - only the top entry is in the flags, and nothing but moves has been emitted since;
//! - below a block's parameters every entry is in its home slot or a constant.

mod ahead;
mod branch;
mod bulk;
mod call;
mod cold;
mod compare;
mod control;
mod convert;
mod count;
mod divide;
mod divide_constant;
mod float;
mod fold;
mod function;
mod memory;
mod numeric;
mod operand;
mod pins;
mod shift;
mod simd;
mod stack;
mod table;
mod variable;
mod visit;

use std::cell::Cell;

use selvedge_vm::frame::{FrameLayout, LocalTypes};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{FuncSummary, Module, OperatorReader, SummaryFlags};
use selvedge_vm::native::{Compiled, Site, SiteKind};
use selvedge_vm::offsets::VMOffsets;
use selvedge_vm::types::{FuncType, RefType, ValType};
use wasmparser::{BinaryReader, FunctionBody};

use self::cold::Cold;
use self::control::{Control, Label};
use self::pins::Pins;
use self::simd::Kept;
use self::stack::{Entry, NONE};
use crate::Options;
use crate::cpu::CpuFeatures;
use crate::masm::Masm;
use crate::regs::{Reg, RegSet};
use crate::sink::{Chain, Sink};

/// What a compilation needs to know.
#[derive(Copy, Clone)]
pub(crate) struct Input<'a> {
    pub module: &'a Module,
    pub offsets: &'a VMOffsets,
    pub func: DefinedFuncIndex,
    pub body: &'a [u8],
    /// Offset of the body in the module.
    pub body_offset: usize,
    pub summary: &'a FuncSummary,
    pub options: &'a Options,
}

/// Working memory that is reused from function to function.
#[derive(Default)]
pub(crate) struct Scratch {
    stack: Vec<Entry>,
    chains: Vec<u32>,
    labels: Vec<Label>,
    controls: Vec<Control>,
    cold: Vec<Cold>,
    constants: Vec<(u64, Chain)>,
    vectors: Vec<(u128, Chain)>,
    pins: Pins,
}

/// Why a function has no machine code.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// The slice is too short.
    Full,
    /// A limit, or something that the processor lacks.
    Limit(&'static str),
}

/// The state of one compilation.
pub(crate) struct Codegen<'a> {
    masm: Masm<'a>,
    module: &'a Module,
    offsets: &'a VMOffsets,
    options: &'a Options,
    ty: &'a FuncType,
    func: DefinedFuncIndex,
    layout: FrameLayout,
    locals: LocalTypes<'a>,
    summary: &'a FuncSummary,
    /// Whether memory 0 may be accessed without checks.
    plan: Option<MemoryPlan>,
    /// Whether memory 0 may move.
    memory_moves: bool,
    /// The operator being compiled, and those after it.
    rest: &'a [u8],
    /// How much of the body was left when operators ahead were last looked at, and the pin that one of them sets.
    hint_behind: Cell<(usize, Option<Reg>)>,
    /// How many of the next operators have been compiled already.
    skip_next: u8,
    /// Offset in the module of the operator being compiled.
    wasm_offset: u32,
    stack: Vec<Entry>,
    /// So many entries from the bottom are in their home slots or constants.
    flushed: usize,
    /// So many entries from the bottom are in their home slots.
    flushed_all: usize,
    /// The entry that is in the flags.
    flags_at: u32,
    /// By local, the topmost entry that stands for it.
    chains: Vec<u32>,
    /// The entry that each register belongs to.
    owners: [u32; 32],
    /// The registers that belong to entries.
    owned: RegSet,
    /// The registers that the operator being compiled uses.
    temps: RegSet,
    /// Registers that operands may be in.
    allocatable: RegSet,
    pins: Pins,
    /// The pins that hold their locals' values.
    valid: RegSet,
    /// The valid pins whose slots are stale.
    dirty: RegSet,
    /// Whether some entry from `copies_from` on may be a copy of a local in its slot; those below are none.
    has_copies: bool,
    copies_from: usize,
    /// A register that something is known of, and where that was so: the flags tell of its value, or the bytes
    /// of a vector are numbers of lanes or have their highest bits set.
    tested: Option<(Reg, crate::masm::Size, u32)>,
    /// The registers that hold vectors of unpinned locals.
    kept: Kept,
    /// The end of what charges the present block, if it has cost anything yet.
    charge: Option<u32>,
    controls: Vec<Control>,
    labels: Vec<Label>,
    /// How many `br_table`s there were.
    tables: u32,
    /// Where their tables are, with the numbers of entries.
    jump_tables: Vec<(u32, u32)>,
    /// Whether the code being compiled cannot be reached.
    dead: bool,
    /// Why there can be no machine code after all.
    refusal: Option<&'static str>,
    /// How many loops have begun.
    loops_seen: usize,
    cold: Vec<Cold>,
    /// Constants behind the code.
    constants: Vec<(u64, Chain)>,
    /// Constant vectors behind the code, as far as they are in memory.
    vectors: Vec<(u128, Chain)>,
    start: u32,
    sites: Vec<Site>,
    osr: Vec<(u32, u32)>,
    relocs: Vec<(u32, DefinedFuncIndex)>,
}

/// Compiles a valid body to the end of `sink`'s slice.
pub(crate) fn compile(
    input: &Input<'_>,
    scratch: &mut Scratch,
    bytes: &mut [u8],
    base: u32,
) -> Result<Compiled, Failure> {
    const VALID: &str = "a valid body reads without errors";
    let module = input.module;
    let ty = module.func_type(module.func_index(input.func));
    let body = FunctionBody::new(BinaryReader::new(input.body, input.body_offset as u64));
    let mut runs = Vec::new();
    for run in body.get_locals_reader().expect(VALID) {
        let (count, ty) = run.expect(VALID);
        runs.push((count, val_type(ty)));
    }
    let cpu = input.options.cpu;
    if input.summary.flags.contains(SummaryFlags::V128) && !cpu.contains(CpuFeatures::SSE41) {
        return Err(Failure::Limit("SIMD without SSE4.1"));
    }
    let layout = FrameLayout::new(ty, &runs, input.summary.max_stack_slots)
        .ok_or(Failure::Limit("frame size"))?;
    let locals = LocalTypes::new(ty, runs);
    let mut codegen = Codegen::new(input, ty, layout, locals, scratch, Sink::new(bytes));
    codegen.begin();
    let mut operators = OperatorReader::new(body.get_binary_reader_for_operators().expect(VALID));
    while !operators.eof() {
        codegen.wasm_offset = operators.original_position() as u32;
        codegen.rest = operators.rest();
        codegen.temps = RegSet::EMPTY;
        operators.visit_operator(&mut codegen).expect(VALID);
        if codegen.options.spill && !codegen.dead {
            codegen.settle_flags(false);
            codegen.spill_all();
        }
        codegen.check();
    }
    codegen.finish(scratch, base)
}

impl<'a> Codegen<'a> {
    fn new(
        input: &Input<'a>,
        ty: &'a FuncType,
        layout: FrameLayout,
        locals: LocalTypes<'a>,
        scratch: &mut Scratch,
        sink: Sink<'a>,
    ) -> Self {
        let mut chains = std::mem::take(&mut scratch.chains);
        if chains.len() < locals.count() {
            chains.resize(locals.count(), NONE);
        }
        let memory = input.module.memories.values().next();
        let plan = input
            .options
            .memory
            .filter(|_| memory.is_some_and(|ty| !ty.memory64 && ty.page_size_log2 == 16));
        Self {
            masm: Masm {
                sink,
                cpu: input.options.cpu,
            },
            module: input.module,
            offsets: input.offsets,
            options: input.options,
            ty,
            func: input.func,
            layout,
            locals,
            summary: input.summary,
            plan,
            memory_moves: memory.is_some() && plan.is_none(),
            rest: &[],
            hint_behind: Cell::new((usize::MAX, None)),
            skip_next: 0,
            wasm_offset: input.body_offset as u32,
            stack: std::mem::take(&mut scratch.stack),
            flushed: 0,
            flushed_all: 0,
            flags_at: NONE,
            chains,
            owners: [NONE; 32],
            owned: RegSet::EMPTY,
            temps: RegSet::EMPTY,
            allocatable: RegSet::EMPTY,
            pins: std::mem::take(&mut scratch.pins),
            valid: RegSet::EMPTY,
            dirty: RegSet::EMPTY,
            has_copies: false,
            copies_from: 0,
            tested: None,
            kept: Kept::default(),
            charge: None,
            controls: std::mem::take(&mut scratch.controls),
            labels: std::mem::take(&mut scratch.labels),
            tables: 0,
            jump_tables: Vec::new(),
            dead: false,
            refusal: None,
            loops_seen: 0,
            cold: std::mem::take(&mut scratch.cold),
            constants: std::mem::take(&mut scratch.constants),
            vectors: std::mem::take(&mut scratch.vectors),
            start: 0,
            sites: Vec::new(),
            osr: Vec::new(),
            relocs: Vec::new(),
        }
    }

    /// Emits what stands behind the code, and leaves working memory to the next function.
    fn finish(mut self, scratch: &mut Scratch, base: u32) -> Result<Compiled, Failure> {
        self.emit_cold();
        for (start, len) in std::mem::take(&mut self.jump_tables) {
            self.masm.sink.make_table(start, len);
        }
        self.emit_vectors();
        self.emit_constants();
        let (full, refusal) = (self.masm.sink.is_full(), self.refusal);
        self.stack.clear();
        self.labels.clear();
        self.controls.clear();
        self.cold.clear();
        self.constants.clear();
        self.vectors.clear();
        self.pins.clear();
        let compiled = Compiled {
            func: self.func,
            start: base + self.start,
            end: base + self.masm.pos(),
            header_slot: self.layout.header(),
            sites: shifted(self.sites, base),
            osr: self
                .osr
                .iter()
                .map(|&(loop_at, at)| (loop_at, base + at))
                .collect(),
            relocs: self
                .relocs
                .iter()
                .map(|&(at, func)| (base + at, func))
                .collect(),
        };
        *scratch = Scratch {
            stack: self.stack,
            chains: self.chains,
            labels: self.labels,
            controls: self.controls,
            cold: self.cold,
            constants: self.constants,
            vectors: self.vectors,
            pins: self.pins,
        };
        match refusal {
            Some(what) => Err(Failure::Limit(what)),
            None if full => Err(Failure::Full),
            None => Ok(compiled),
        }
    }

    /// Notes that the instruction at `offset` belongs to the operator being compiled.
    fn site(&mut self, offset: u32, kind: SiteKind) {
        self.site_of(offset, self.wasm_offset, kind);
    }

    fn site_of(&mut self, offset: u32, wasm_offset: u32, kind: SiteKind) {
        self.sites.push(Site {
            offset,
            wasm_offset,
            kind,
        });
    }

    /// The fixed size of the frame, in bytes.
    fn frame_bytes(&self) -> i32 {
        // A frame has at most 2^24 slots.
        ((self.layout.operands() + self.summary.max_stack_slots) * 8) as i32
    }

    /// Emits the constants behind the code.
    fn emit_constants(&mut self) {
        if !self.constants.is_empty() {
            self.masm.align(8);
        }
        for (value, chain) in std::mem::take(&mut self.constants) {
            self.masm.bind(chain);
            self.masm.quad(value);
        }
    }

    /// The data with this value: threads the field that ends here into its chain.
    fn constant(&mut self, value: u64) -> usize {
        // Looking further back would make the work quadratic in hostile code.
        const NEAR: usize = 32;
        let first = self.constants.len().saturating_sub(NEAR);
        let found = self.constants[first..]
            .iter()
            .position(|&(v, _)| v == value);
        found.map_or_else(
            || {
                self.constants.push((value, Chain::default()));
                self.constants.len() - 1
            },
            |at| first + at,
        )
    }

    /// In debug builds, checks what holds between operators.
    fn check(&self) {
        if cfg!(debug_assertions) {
            self.check_registers();
        }
    }
}

fn shifted(mut sites: Vec<Site>, base: u32) -> Vec<Site> {
    for site in &mut sites {
        site.offset += base;
    }
    sites
}

/// The value type of a valid module.
pub(crate) fn val_type(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) if ty.is_func_ref() => RefType::FuncRef.into(),
        wasmparser::ValType::Ref(_) => RefType::ExternRef.into(),
    }
}
