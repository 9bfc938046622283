//! `FuncSummary`: what validating a function's body tells the tiers about it.
//!
//! The summary is gathered by a visitor that stands before the validator's, so
//! it costs a few additions per local access and nothing per other operator.
//! A local's weight is the number of its uses (get, set and tee), each counted 8^d
//! times at loop depth d, where depths past 5 count as 5.

use bitflags::bitflags;
use wasmparser::{FrameKind, FrameStack, Result, ValType, VisitOperator, VisitSimdOperator};

bitflags! {
    /// What occurs in a function's body, dead code included.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
    pub struct SummaryFlags: u16 {
        /// A loop.
        const LOOP = 1 << 0;
        /// A call, direct or indirect, that returns here.
        const CALL = 1 << 1;
        /// An indirect call, tail calls included.
        const INDIRECT_CALL = 1 << 2;
        /// A tail call.
        const TAIL_CALL = 1 << 3;
        /// A load or store.
        const MEMORY = 1 << 4;
        /// A v128 local or a vector operator.
        const V128 = 1 << 5;
        /// `memory.grow`.
        const MEMORY_GROW = 1 << 6;
    }
}

/// What is known about a valid function body.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct FuncSummary {
    /// How many slots the operand stack has at its highest (a v128 takes two).
    /// In functions with v128s this is an upper bound.
    pub max_stack_slots: u32,
    /// How many slots the parameters and locals take.
    pub local_slots: u32,
    /// The integer and reference locals with the greatest weights of at least
    /// two, greatest first; then [`NO_LOCAL`](Self::NO_LOCAL).
    pub int_locals: [u16; 8],
    /// The float locals with the greatest weights, likewise.
    pub float_locals: [u16; 7],
    /// What occurs in the body.
    pub flags: SummaryFlags,
}

impl FuncSummary {
    /// Stands for no local.
    pub const NO_LOCAL: u16 = u16::MAX;
}

/// Counts uses of locals; reused from function to function.
#[derive(Default)]
pub(crate) struct UseCounter {
    /// By local; zero between functions.
    weights: Vec<u32>,
    /// The locals with a weight, each once.
    touched: Vec<u16>,
    /// The depth of control below the function's own block.
    depth: u32,
    /// The depths at which the open loops begin.
    loops: Vec<u32>,
    /// The binary logarithm of what a use weighs here.
    log2_step: u32,
    flags: SummaryFlags,
}

impl UseCounter {
    const MAX_LOG2_STEP: u32 = 3 * 5;

    #[inline(always)]
    fn use_local(&mut self, local: u32) {
        let Ok(id) = u16::try_from(local) else { return };
        let index = usize::from(id);
        if index >= self.weights.len() {
            self.weights.resize(index + 1, 0);
        }
        let weight = &mut self.weights[index];
        if *weight == 0 {
            self.touched.push(id);
        }
        *weight = weight.saturating_add(1 << self.log2_step.min(Self::MAX_LOG2_STEP));
    }

    fn enter_block(&mut self) {
        self.depth += 1;
    }

    fn enter_loop(&mut self) {
        self.flags |= SummaryFlags::LOOP;
        self.depth += 1;
        self.loops.push(self.depth);
        self.log2_step += 3;
    }

    fn leave(&mut self) {
        if self.loops.last() == Some(&self.depth) {
            self.loops.pop();
            self.log2_step -= 3;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Adds to what occurs in the body.
    pub(crate) fn note(&mut self, flags: SummaryFlags) {
        self.flags |= flags;
    }

    /// The summary of the function that was counted; the counter is as new afterwards.
    pub(crate) fn finish(
        &mut self,
        max_stack_values: u32,
        local_slots: u32,
        type_of: impl Fn(u32) -> Option<ValType>,
    ) -> FuncSummary {
        let mut ints = Hottest::<8>::default();
        let mut floats = Hottest::<7>::default();
        for id in self.touched.drain(..) {
            let weight = std::mem::take(&mut self.weights[usize::from(id)]);
            match type_of(id.into()) {
                Some(ValType::I32 | ValType::I64 | ValType::Ref(_)) => ints.add(id, weight),
                Some(ValType::F32 | ValType::F64) => floats.add(id, weight),
                Some(ValType::V128) | None => {}
            }
        }
        let flags = self.flags;
        self.reset();
        let slots_per_value = if flags.contains(SummaryFlags::V128) {
            2
        } else {
            1
        };
        FuncSummary {
            max_stack_slots: max_stack_values.saturating_mul(slots_per_value),
            local_slots,
            int_locals: ints.ids(),
            float_locals: floats.ids(),
            flags,
        }
    }

    /// Forgets a function that turned out to be invalid.
    pub(crate) fn reset(&mut self) {
        for id in self.touched.drain(..) {
            self.weights[usize::from(id)] = 0;
        }
        self.depth = 0;
        self.loops.clear();
        self.log2_step = 0;
        self.flags = SummaryFlags::empty();
    }
}

/// The `N` heaviest locals so far, heaviest first; of equal ones the lower ids.
struct Hottest<const N: usize>([(u32, u16); N]);

impl<const N: usize> Default for Hottest<N> {
    fn default() -> Self {
        Self([(0, FuncSummary::NO_LOCAL); N])
    }
}

impl<const N: usize> Hottest<N> {
    fn add(&mut self, id: u16, weight: u32) {
        let before = |other: &(u32, u16)| other.0 > weight || (other.0 == weight && other.1 < id);
        let at = self.0.iter().position(|other| !before(other)).unwrap_or(N);
        if weight >= 2 && at < N {
            self.0[at..].rotate_right(1);
            self.0[at] = (weight, id);
        }
    }

    fn ids(&self) -> [u16; N] {
        self.0.map(|(_, id)| id)
    }
}

/// A visitor that counts, then validates.
pub(crate) struct CountingVisitor<'c, V> {
    pub(crate) validator: V,
    pub(crate) uses: &'c mut UseCounter,
}

macro_rules! visit_counting {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
        #[inline(always)]
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            visit_counting!(@count self $visit $($($arg)*)?);
            self.validator.$visit($($($arg),*)?)
        }
    )* };
    (@count $this:ident visit_local_get $local:ident) => { $this.uses.use_local($local) };
    (@count $this:ident visit_local_set $local:ident) => { $this.uses.use_local($local) };
    (@count $this:ident visit_local_tee $local:ident) => { $this.uses.use_local($local) };
    (@count $this:ident visit_block $ty:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_if $ty:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_try $ty:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_try_table $table:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_loop $ty:ident) => { $this.uses.enter_loop() };
    (@count $this:ident visit_end) => { $this.uses.leave() };
    (@count $this:ident visit_delegate $depth:ident) => { $this.uses.leave() };
    (@count $this:ident visit_call $f:ident) => { $this.uses.note(SummaryFlags::CALL) };
    (@count $this:ident visit_call_indirect $ty:ident $table:ident) => {
        $this.uses.note(SummaryFlags::CALL | SummaryFlags::INDIRECT_CALL)
    };
    (@count $this:ident visit_call_ref $ty:ident) => {
        $this.uses.note(SummaryFlags::CALL | SummaryFlags::INDIRECT_CALL)
    };
    (@count $this:ident visit_return_call $f:ident) => {
        $this.uses.note(SummaryFlags::TAIL_CALL)
    };
    (@count $this:ident visit_return_call_indirect $ty:ident $table:ident) => {
        $this.uses.note(SummaryFlags::TAIL_CALL | SummaryFlags::INDIRECT_CALL)
    };
    (@count $this:ident visit_return_call_ref $ty:ident) => {
        $this.uses.note(SummaryFlags::TAIL_CALL | SummaryFlags::INDIRECT_CALL)
    };
    (@count $this:ident visit_memory_grow $memory:ident) => {
        $this.uses.note(SummaryFlags::MEMORY_GROW)
    };
    (@count $this:ident $visit:ident memarg $($rest:ident)*) => {
        $this.uses.note(SummaryFlags::MEMORY)
    };
    (@count $($other:tt)*) => {};
}

impl<'a, V> VisitOperator<'a> for CountingVisitor<'_, V>
where
    V: VisitOperator<'a, Output = Result<()>>,
{
    type Output = Result<()>;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Self::Output>> {
        self.uses.note(SummaryFlags::V128);
        self.validator.simd_visitor()
    }

    wasmparser::for_each_visit_operator!(visit_counting);
}

impl<V: FrameStack> FrameStack for CountingVisitor<'_, V> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.validator.current_frame()
    }
}
