//! Vectors of unpinned locals that are still in the registers they were set from.
//!
//! A local that is not pinned is set by a store to its slot, and to load it from there at once takes several times
//! as long as an instruction on vectors. So it is remembered which registers hold what was stored, until they are
//! used for something else or paths meet. Such a register belongs to nobody, or to the entry that a `local.tee` has
//! left; whoever takes it for something else ([`Codegen::alloc`] and its kind) makes it forgotten.

use super::super::Codegen;
use super::super::stack::{Entry, Value};
use crate::regs::{Class, Reg, RegSet};

/// Which registers hold vectors that are in the slots of unpinned locals.
#[derive(Copy, Clone, Default)]
pub(in crate::codegen) struct Kept {
    regs: RegSet,
    /// By number of the register, the local.
    locals: [u32; 16],
    /// When each was set, by order.
    order: [u32; 16],
    last: u32,
}

impl Kept {
    /// That `reg` holds something else from now on.
    #[inline(always)]
    pub(in crate::codegen) fn forget(&mut self, reg: Reg) {
        self.regs = self.regs.without(reg);
    }

    /// That nothing is known of any register.
    pub(in crate::codegen) fn forget_all(&mut self) {
        self.regs = RegSet::EMPTY;
    }

    fn reg(&self, local: u32) -> Option<Reg> {
        let holds = |reg: &Reg| self.locals[usize::from(reg.code())] == local;
        self.regs.iter().find(holds)
    }

    /// That `local` changes.
    pub(in crate::codegen) fn forget_local(&mut self, local: u32) {
        if let Some(reg) = self.reg(local) {
            self.forget(reg);
        }
    }

    fn oldest_of(&self, set: RegSet) -> Option<Reg> {
        let set = set.and(self.regs);
        set.iter()
            .min_by_key(|reg| self.order[usize::from(reg.code())])
    }
}

impl Codegen<'_> {
    /// Remembers that `local`, which is not pinned, has been set to the vector in `reg`.
    pub(in crate::codegen) fn keep(&mut self, local: u32, reg: Reg) {
        self.kept.forget_local(local);
        if !self.allocatable.contains(reg) {
            return;
        }
        let kept = &mut self.kept;
        kept.last += 1;
        kept.regs = kept.regs.with(reg);
        kept.locals[usize::from(reg.code())] = local;
        kept.order[usize::from(reg.code())] = kept.last;
    }

    /// The register that still holds the vector of a local.
    pub(in crate::codegen) fn kept_reg(&self, local: u32) -> Option<Reg> {
        self.kept.reg(local)
    }

    /// That register for the operator, if no entry may have to give it up. It may be overwritten if
    /// [`Codegen::may_overwrite`] says so.
    pub(in crate::codegen) fn kept_for_use(&mut self, local: u32) -> Option<Reg> {
        let reg = self.kept_reg(local)?;
        if self.owned.contains(reg) {
            return None;
        }
        self.temps = self.temps.with(reg);
        Some(reg)
    }

    /// A register for a vector: one that holds nothing, or else what was set longest ago.
    pub(in crate::codegen) fn alloc_vector(&mut self) -> Reg {
        let free = self.free().class(Class::Float);
        let unused = free.minus(self.kept.regs).first();
        match unused.or_else(|| self.kept.oldest_of(free)) {
            Some(reg) => {
                self.kept.forget(reg);
                self.temps = self.temps.with(reg);
                reg
            }
            None => self.alloc(Class::Float),
        }
    }

    /// Whether the operator may write its result to `reg`, an operand's register. What a local is in is
    /// better left as it is, as long as there is another.
    pub(super) fn may_overwrite(&self, reg: Reg) -> bool {
        let is_kept = self.kept.regs.contains(reg);
        let is_free = |free: RegSet| !free.class(Class::Float).minus(self.kept.regs).is_empty();
        self.temps.contains(reg) && !(is_kept && is_free(self.free()))
    }

    /// Whether a popped vector is in memory alone.
    pub(super) fn is_in_memory(&self, entry: Entry) -> bool {
        let is_kept = match entry.value {
            Value::Local { local, .. } => self.kept_reg(local).is_some(),
            _ => false,
        };
        !is_kept && self.memory_of(entry).is_some()
    }
}
