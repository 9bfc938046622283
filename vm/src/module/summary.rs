//! `FuncSummary`: what validating a function's body tells the tiers about it.
//!
//! The summary is gathered by a visitor that stands before the validator's and
//! tells a [`UseCounter`] of uses, loops and calls; other operators cost nothing. A body
//! that was validated before it turned out to be called is read once more, by [`Valid`].
//! A local's weight is the number of its uses (get, set and tee), each counted 8^d
//! times at loop depth d, where depths past 5 count as 5.

use bitflags::bitflags;
use wasmparser::{BlockType, FrameKind, FrameStack, Result, ValType, VisitOperator};

use super::Module;
use super::uses::UseCounter;

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
        /// A v128 local, a vector operator, or another operator with a v128 in its type.
        const V128 = 1 << 5;
        /// `memory.grow`.
        const MEMORY_GROW = 1 << 6;
    }
}

/// What is known about a valid function body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FuncSummary {
    /// How many slots the operand stack has at its highest (a v128 takes two).
    /// In functions with v128s this is an upper bound.
    pub max_stack_slots: u32,
    /// How many slots the parameters and locals take.
    pub local_slots: u32,
    /// The integer and reference locals with the greatest weights of at least
    /// two, greatest first; then [`NO_LOCAL`](Self::NO_LOCAL).
    pub int_locals: [u16; 8],
    /// The float and vector locals with the greatest weights, likewise.
    pub float_locals: [u16; 7],
    /// What occurs in the body.
    pub flags: SummaryFlags,
    /// First the code outside every loop, then one region for each `loop`
    /// operator in the order of the operators, those in dead code included.
    /// There are at most [`MAX_REGIONS`](Self::MAX_REGIONS); later loops have no entry.
    pub regions: Box<[RegionSummary]>,
}

impl FuncSummary {
    /// Stands for no local.
    pub const NO_LOCAL: u16 = u16::MAX;

    /// Most entries of `regions`.
    pub const MAX_REGIONS: usize = 1 << 16;
}

/// What occurs in a loop but not in the loops in it, or outside every loop.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct RegionSummary {
    /// The integer and reference locals with the most uses here, most first,
    /// of equals the lower; then [`LocalUses::NONE`].
    pub ints: [LocalUses; 4],
    /// The float locals with the most uses here, likewise. Vectors are not among them.
    pub floats: [LocalUses; 4],
    /// Whether there is a call, direct or indirect, that returns here.
    pub calls: bool,
    /// What occurs here and in the loops in it.
    pub within: RegionTotals,
}

/// What occurs in a loop, or in a function, with all the loops in it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct RegionTotals {
    /// The integer and reference locals that are used most, most first, of equals the lower; a use in
    /// a loop counts twice as much as one around it. Then [`FuncSummary::NO_LOCAL`].
    ///
    /// What a loop passes on to the one around it are these locals alone.
    pub ints: [u16; 8],
    /// The float and vector locals that are used most, likewise.
    pub floats: [u16; 7],
    /// Which of these locals are set: first those of `ints`, then those of `floats`, from the lowest bit on.
    pub written: u16,
    /// Whether there is a call, direct or indirect, that returns here.
    pub calls: bool,
    /// Whether there is a loop, of which something is passed on, in this one.
    pub loops: bool,
}

impl Default for RegionTotals {
    fn default() -> Self {
        Self {
            ints: [FuncSummary::NO_LOCAL; 8],
            floats: [FuncSummary::NO_LOCAL; 7],
            written: 0,
            calls: false,
            loops: false,
        }
    }
}

/// How often a local is used.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct LocalUses {
    /// The local, or [`FuncSummary::NO_LOCAL`].
    pub local: u16,
    /// How many `local.get`, `local.set` and `local.tee` name it; `u16::MAX`
    /// stands for that many or more.
    pub uses: u16,
}

impl LocalUses {
    /// No local, without uses.
    pub const NONE: Self = Self {
        local: FuncSummary::NO_LOCAL,
        uses: 0,
    };
}

impl Default for LocalUses {
    fn default() -> Self {
        Self::NONE
    }
}

/// Stands for the validator of a body that is known to be valid.
pub(crate) struct Valid;

macro_rules! visit_valid {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
        #[inline(always)]
        fn $visit(&mut self $($(, _: $argty)*)?) -> Self::Output {
            Ok(())
        }
    )* };
}

impl<'a> VisitOperator<'a> for Valid {
    type Output = Result<()>;

    // As it is part of tables of methods, the default would be compiled, which is large and formats operators.
    fn visit_operator(&mut self, _: &wasmparser::Operator<'a>) -> Self::Output {
        unreachable!("operators are visited as they are read")
    }

    #[cfg(feature = "simd")]
    fn simd_visitor(
        &mut self,
    ) -> Option<&mut dyn wasmparser::VisitSimdOperator<'a, Output = Self::Output>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(visit_valid);
}

#[cfg(feature = "simd")]
impl wasmparser::VisitSimdOperator<'_> for Valid {
    wasmparser::for_each_visit_simd_operator!(visit_valid);
}

impl FrameStack for Valid {
    /// What an `else` must follow; nothing else depends on it.
    fn current_frame(&self) -> Option<FrameKind> {
        Some(FrameKind::If)
    }
}

/// A visitor that counts, then validates.
pub(crate) struct CountingVisitor<'c, V> {
    pub(crate) validator: V,
    pub(crate) uses: &'c mut UseCounter,
    /// The module, as far as it has been read, if its types or globals have vectors.
    pub(crate) vectors: Option<&'c Module>,
}

impl<V> CountingVisitor<'_, V> {
    /// Notes that there are vectors if `has` says so of the module.
    #[inline(always)]
    fn note_vectors(&mut self, has: impl FnOnce(&Module) -> bool) {
        if let Some(module) = self.vectors
            && has(module)
        {
            self.uses.note(SummaryFlags::V128);
        }
    }

    #[inline(always)]
    fn note_block(&mut self, ty: BlockType) {
        match ty {
            BlockType::Type(ty) => self.note_type(ty),
            BlockType::FuncType(ty) => self.note_vectors(|module| module.type_has_vectors(ty)),
            BlockType::Empty => {}
        }
    }

    #[inline(always)]
    fn note_type(&mut self, ty: ValType) {
        if ty == ValType::V128 {
            self.uses.note(SummaryFlags::V128);
        }
    }
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
    (@count $this:ident visit_local_set $local:ident) => { $this.uses.set_local($local) };
    (@count $this:ident visit_local_tee $local:ident) => { $this.uses.set_local($local) };
    (@count $this:ident visit_block $ty:ident) => {
        $this.note_block($ty);
        $this.uses.enter_block()
    };
    (@count $this:ident visit_if $ty:ident) => {
        $this.note_block($ty);
        $this.uses.enter_block()
    };
    (@count $this:ident visit_try $ty:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_try_table $table:ident) => { $this.uses.enter_block() };
    (@count $this:ident visit_loop $ty:ident) => {
        $this.note_block($ty);
        $this.uses.enter_loop()
    };
    (@count $this:ident visit_end) => { $this.uses.leave() };
    (@count $this:ident visit_delegate $depth:ident) => { $this.uses.leave() };
    (@count $this:ident visit_call $f:ident) => {
        $this.note_vectors(|module| module.func_has_vectors($f));
        $this.uses.call(SummaryFlags::empty())
    };
    (@count $this:ident visit_call_indirect $ty:ident $table:ident) => {
        $this.note_vectors(|module| module.type_has_vectors($ty));
        $this.uses.call(SummaryFlags::INDIRECT_CALL)
    };
    (@count $this:ident visit_call_ref $ty:ident) => {
        $this.uses.call(SummaryFlags::INDIRECT_CALL)
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
    (@count $this:ident visit_global_get $global:ident) => {
        $this.note_vectors(|module| module.global_has_vectors($global))
    };
    (@count $this:ident visit_typed_select $ty:ident) => { $this.note_type($ty) };
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

    // As it is part of tables of methods, the default would be compiled, which is large and formats operators.
    fn visit_operator(&mut self, _: &wasmparser::Operator<'a>) -> Self::Output {
        unreachable!("operators are visited as they are read")
    }

    #[cfg(feature = "simd")]
    fn simd_visitor(
        &mut self,
    ) -> Option<&mut dyn wasmparser::VisitSimdOperator<'a, Output = Self::Output>> {
        self.uses.note(SummaryFlags::V128);
        Some(self)
    }

    wasmparser::for_each_visit_operator!(visit_counting);
}

#[cfg(feature = "simd")]
macro_rules! visit_counting_simd {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            visit_counting!(@count self $visit $($($arg)*)?);
            let validator = self.validator.simd_visitor();
            validator.expect("validators know vectors").$visit($($($arg),*)?)
        }
    )* };
}

#[cfg(feature = "simd")]
impl<'a, V> wasmparser::VisitSimdOperator<'a> for CountingVisitor<'_, V>
where
    V: VisitOperator<'a, Output = Result<()>>,
{
    wasmparser::for_each_visit_simd_operator!(visit_counting_simd);
}

impl<V: FrameStack> FrameStack for CountingVisitor<'_, V> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.validator.current_frame()
    }
}
