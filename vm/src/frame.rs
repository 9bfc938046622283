//! The canonical frame: where a function's values live, the same on every tier.
//!
//! ```text
//! frame:  slot[k] = fp + 8·k
//!         params · locals │ header (2 slots) │ operand stack at its validator height
//!         header = [return ip] [caller's VMContext]        v128 takes 2 slots
//! ```
//!
//! A call's arguments are the caller's top operand slots and become the callee's
//! first locals. A function whose frame passes [`NARROW_SLOTS`] (a *wide* function)
//! gets [`SCRATCH_SLOTS`] between its parameters and locals, through which code
//! with 16-bit slot numbers reaches the far slots.

use crate::types::{FuncType, ValType};

/// Slots of the frame header.
pub const HEADER_SLOTS: u32 = 2;
/// Slots that a 16-bit slot number reaches.
pub const NARROW_SLOTS: u32 = 1 << 16;
/// Scratch slots in the frame of a wide function.
pub const SCRATCH_SLOTS: u32 = 8;
/// The largest frame, in slots.
pub const MAX_FRAME_SLOTS: u32 = 1 << 24;

/// Where the locals, the header and the operands of one function live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameLayout {
    /// Slot of each local, if some local takes two slots.
    local_slots: Option<Box<[u32]>>,
    num_params: u32,
    param_slots: u32,
    scratch: u32,
    header: u32,
}

impl FrameLayout {
    /// The layout for a function of type `ty` with the declared `locals`
    /// (`(count, type)` runs) and at most `max_operand_slots` slots of operands.
    ///
    /// Returns `None` if the frame would pass [`MAX_FRAME_SLOTS`].
    pub fn new(ty: &FuncType, locals: &[(u32, ValType)], max_operand_slots: u32) -> Option<Self> {
        let num_params = ty.params().len() as u32;
        let param_slots = ty.param_slots();
        let mut declared = 0u64;
        let mut wide_values = param_slots != num_params;
        for &(count, ty) in locals {
            declared += u64::from(count) * u64::from(ty.slots());
            wide_values |= ty.slots() != 1 && count != 0;
        }
        let narrow = u64::from(param_slots) + declared + u64::from(HEADER_SLOTS);
        let total = narrow + u64::from(max_operand_slots);
        if total + u64::from(SCRATCH_SLOTS) > u64::from(MAX_FRAME_SLOTS) {
            return None;
        }
        let scratch = if total > u64::from(NARROW_SLOTS) {
            SCRATCH_SLOTS
        } else {
            0
        };
        let header = param_slots + scratch + declared as u32;
        let local_slots = wide_values.then(|| {
            let mut slots = Vec::new();
            let mut next = 0;
            for ty in ty.params() {
                slots.push(next);
                next += ty.slots();
            }
            next += scratch;
            for &(count, ty) in locals {
                for _ in 0..count {
                    slots.push(next);
                    next += ty.slots();
                }
            }
            slots.into_boxed_slice()
        });
        Some(Self {
            local_slots,
            num_params,
            param_slots,
            scratch,
            header,
        })
    }

    /// The (first) slot of local `index`.
    #[inline]
    pub fn local(&self, index: u32) -> u32 {
        match &self.local_slots {
            Some(slots) => slots[index as usize],
            None if index < self.num_params => index,
            None => index + self.scratch,
        }
    }

    /// The first scratch slot, if this is a wide function.
    pub fn scratch(&self) -> Option<u32> {
        (self.scratch != 0).then_some(self.param_slots)
    }

    /// The slots that are zeroed at entry (declared locals).
    pub fn zeroed(&self) -> std::ops::Range<u32> {
        self.param_slots + self.scratch..self.header
    }

    /// The slot of the header.
    pub const fn header(&self) -> u32 {
        self.header
    }

    /// The slot of the operand at height 0.
    pub const fn operands(&self) -> u32 {
        self.header + HEADER_SLOTS
    }
}

/// The types of a function's locals. Declared locals stay runs: a body of a few bytes may
/// declare fifty thousand.
#[derive(Debug)]
pub struct LocalTypes<'a> {
    params: &'a [ValType],
    /// Runs of declared locals: the index after the last, and the type.
    runs: Vec<(u32, ValType)>,
    /// The types of the first locals, which nearly all operators are about.
    first: [ValType; FIRST_LOCALS],
    count: usize,
}

/// How many locals' types are looked up without a search.
const FIRST_LOCALS: usize = 64;

impl<'a> LocalTypes<'a> {
    /// The locals of a function of type `ty` that declares these `(count, type)` runs.
    pub fn new(ty: &'a FuncType, declared: Vec<(u32, ValType)>) -> Self {
        let params = ty.params();
        let mut first = [ValType::I32; FIRST_LOCALS];
        for (place, &ty) in first.iter_mut().zip(params) {
            *place = ty;
        }
        let mut end = params.len();
        let mut runs = declared;
        for (count, ty) in &mut runs {
            let start = end.min(FIRST_LOCALS);
            end += *count as usize;
            first[start..end.min(FIRST_LOCALS)].fill(*ty);
            *count = end as u32;
        }
        Self {
            params,
            runs,
            first,
            count: end,
        }
    }

    /// How many there are, parameters included.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The type of local `index`.
    ///
    /// # Panics
    ///
    /// If there is no such local.
    #[inline]
    pub fn get(&self, index: u32) -> ValType {
        if (index as usize) < FIRST_LOCALS.min(self.count) {
            return self.first[index as usize];
        }
        self.search(index)
    }

    #[inline(never)]
    fn search(&self, index: u32) -> ValType {
        match self.params.get(index as usize) {
            Some(&ty) => ty,
            None => self.runs[self.runs.partition_point(|&(end, _)| end <= index)].1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ValType::{I32, V128};

    #[test]
    fn locals_follow_parameters_and_the_header_follows_locals() {
        let ty = FuncType::new([I32, I32], [I32]);
        let layout = FrameLayout::new(&ty, &[(3, ValType::F64)], 10).unwrap();
        assert_eq!((layout.local(0), layout.local(4)), (0, 4));
        assert_eq!((layout.header(), layout.operands()), (5, 7));
        assert_eq!(layout.zeroed(), 2..5);
        assert_eq!(layout.scratch(), None);
    }

    #[test]
    fn vectors_take_two_slots() {
        let ty = FuncType::new([I32, V128, I32], []);
        let layout = FrameLayout::new(&ty, &[(2, V128)], 10).unwrap();
        let slots: Vec<_> = (0..5).map(|i| layout.local(i)).collect();
        assert_eq!(slots, [0, 1, 3, 4, 6]);
        assert_eq!(layout.header(), 8);
    }

    #[test]
    fn wide_functions_get_scratch_slots_after_the_parameters() {
        let ty = FuncType::new([I32], []);
        let fits = NARROW_SLOTS - HEADER_SLOTS - 1;
        assert_eq!(FrameLayout::new(&ty, &[], fits).unwrap().scratch(), None);
        let wide = FrameLayout::new(&ty, &[(4, I32)], fits).unwrap();
        assert_eq!(wide.scratch(), Some(1));
        assert_eq!((wide.local(0), wide.local(1)), (0, 1 + SCRATCH_SLOTS));
        assert_eq!(FrameLayout::new(&ty, &[], MAX_FRAME_SLOTS), None);
    }
}
