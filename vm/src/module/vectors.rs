//! `Vectors`: where a module's declarations have v128s.
//!
//! Operators of vectors and locals tell by themselves that a function has v128s on its operand stack. Calls,
//! blocks and globals do so only by their types, which this lets [`CountingVisitor`](super::summary) look up;
//! and a module without such a type does not look anything up.

use super::Module;
use crate::index::{EntityIndex, FuncIndex, GlobalIndex, TypeIndex};
use crate::types::{FuncType, ValType};

/// Which types have vectors, and whether anything has.
#[derive(Default, Debug)]
pub(crate) struct Vectors {
    /// By type, as far as the last with vectors.
    types: Vec<bool>,
    any: bool,
}

impl Vectors {
    /// Adds the function type `index`.
    pub(crate) fn add_type(&mut self, index: TypeIndex, ty: &FuncType) {
        if ty.params().iter().chain(ty.results()).any(is_vector) {
            self.types.resize(index.index(), false);
            self.types.push(true);
            self.any = true;
        }
    }

    /// Adds a global of type `ty`.
    pub(crate) fn add_global(&mut self, ty: ValType) {
        self.any |= is_vector(&ty);
    }
}

fn is_vector(ty: &ValType) -> bool {
    *ty == ValType::V128
}

impl Module {
    /// What looks vectors up; `None` if there are none in types and globals.
    pub(crate) fn with_vectors(&self) -> Option<&Self> {
        self.vectors.any.then_some(self)
    }

    /// Whether the type, which need not exist, has vectors.
    pub(super) fn type_has_vectors(&self, ty: u32) -> bool {
        self.vectors.types.get(ty as usize).is_some_and(|has| *has)
    }

    /// Whether the function, which need not exist, has a type with vectors.
    pub(super) fn func_has_vectors(&self, func: u32) -> bool {
        let func = self.functions.get(FuncIndex::from_u32(func));
        func.is_some_and(|func| self.type_has_vectors(func.ty.as_u32()))
    }

    /// Whether the global, which need not exist, is a vector.
    pub(super) fn global_has_vectors(&self, global: u32) -> bool {
        let global = self.globals.get(GlobalIndex::from_u32(global));
        global.is_some_and(|global| is_vector(&global.content))
    }
}
