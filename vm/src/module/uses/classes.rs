//! Where locals may be pinned, by their types.

use wasmparser::ValType;

/// Where a local may be pinned.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Integers and references.
    Int,
    Float,
    Vector,
}

impl From<ValType> for Class {
    fn from(ty: ValType) -> Self {
        match ty {
            ValType::I32 | ValType::I64 | ValType::Ref(_) => Self::Int,
            ValType::F32 | ValType::F64 => Self::Float,
            ValType::V128 => Self::Vector,
        }
    }
}

impl From<crate::types::ValType> for Class {
    fn from(ty: crate::types::ValType) -> Self {
        if ty.is_float() {
            Self::Float
        } else if ty == crate::types::ValType::V128 {
            Self::Vector
        } else {
            Self::Int
        }
    }
}

/// The classes of a function's locals: of the first 64 at hand, and of all as
/// runs of equal ones, since a declaration may stand for many locals.
#[derive(Default)]
pub(super) struct LocalClasses {
    /// Bit by bit which of the first locals are floats, and which vectors.
    first_floats: u64,
    first_vectors: u64,
    /// The class of a run and the first local after it.
    runs: Vec<(u32, Class)>,
}

impl LocalClasses {
    pub(super) fn clear(&mut self) {
        self.first_floats = 0;
        self.first_vectors = 0;
        self.runs.clear();
    }

    pub(super) fn push(&mut self, count: u32, class: Class) {
        if count == 0 {
            return; // Such declarations are not limited, runs are.
        }
        let start = self.runs.last().map_or(0, |&(end, _)| end);
        if class != Class::Int && start < 64 {
            let below = |end: u32| 1_u64.checked_shl(end).map_or(u64::MAX, |bit| bit - 1);
            let bits = below(start + count) & !below(start);
            match class {
                Class::Float => self.first_floats |= bits,
                _ => self.first_vectors |= bits,
            }
        }
        match self.runs.last_mut() {
            Some((end, last)) if *last == class => *end += count,
            _ => self.runs.push((start + count, class)),
        }
    }

    /// The class of a local that has been declared.
    #[inline(always)]
    pub(super) fn get(&self, id: u16) -> Class {
        if id >= 64 {
            return self.search(id);
        }
        match (self.first_floats >> id & 1, self.first_vectors >> id & 1) {
            (0, 0) => Class::Int,
            (1, _) => Class::Float,
            _ => Class::Vector,
        }
    }

    #[inline(never)]
    pub(super) fn search(&self, id: u16) -> Class {
        let run = self.runs.partition_point(|&(end, _)| end <= id.into());
        self.runs[run].1
    }
}
