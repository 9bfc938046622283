//! Modules without bytes, for memories, tables and globals that the host makes:
//! each defines one thing and exports it under the empty name.

use std::sync::Arc;

use super::const_expr::ConstExpr;
use super::{EntityRef, Module, TableInit};
use crate::types::{GlobalType, MemoryType, TableType};

impl Module {
    /// A module that defines and exports a memory.
    pub fn synthetic_memory(ty: MemoryType) -> Self {
        Self::synthetic(|module| EntityRef::Memory(module.memories.push(ty)))
    }

    /// A module that defines and exports a table of nulls.
    pub fn synthetic_table(ty: TableType) -> Self {
        Self::synthetic(|module| {
            module.table_inits.push(TableInit::Null);
            EntityRef::Table(module.tables.push(ty))
        })
    }

    /// A module that defines and exports a global, which is zero or null.
    pub fn synthetic_global(ty: GlobalType) -> Self {
        Self::synthetic(|module| {
            module.global_inits.push(ConstExpr::zero(ty.content));
            EntityRef::Global(module.globals.push(ty))
        })
    }

    fn synthetic(define: impl FnOnce(&mut Self) -> EntityRef) -> Self {
        let mut module = Self::empty(Arc::default());
        let entity = define(&mut module);
        module.add_export("".into(), entity);
        module
    }
}
