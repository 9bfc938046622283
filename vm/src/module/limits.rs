//! `ModuleLimits`: how large a module may be.

use super::error::ModuleError;

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $ty:ty = $default:expr;)*) => {
        /// How large a module may be. Counts include imports.
        ///
        /// The defaults are the limits that engines have agreed on; a higher value
        /// has no effect except for `table_elements` and `memory_pages`, which
        /// are unlimited by default: what a table or memory may take is
        /// decided when it is made.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub struct ModuleLimits {
            $($(#[$doc])* pub $name: $ty,)*
        }

        impl Default for ModuleLimits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl ModuleLimits {
            /// These limits, each at most its default.
            pub(crate) fn clamped(&self) -> Self {
                let most = Self::default();
                Self { $($name: self.$name.min(most.$name),)* }
            }
        }
    };
}

limits! {
    /// Most types.
    types: u32 = 1_000_000;
    /// Most parameters of a function type.
    params: u32 = 1_000;
    /// Most results of a function type.
    results: u32 = 1_000;
    /// Most imports.
    imports: u32 = 1_000_000;
    /// Most exports.
    exports: u32 = 1_000_000;
    /// Most functions.
    functions: u32 = 1_000_000;
    /// Most tables.
    tables: u32 = 100_000;
    /// Most linear memories.
    memories: u32 = 100;
    /// Most globals.
    globals: u32 = 1_000_000;
    /// Most element segments.
    element_segments: u32 = 100_000;
    /// Most data segments.
    data_segments: u32 = 100_000;
    /// Most custom sections.
    custom_sections: u32 = 100_000;
    /// Most bytes of a function's body.
    body_bytes: u32 = 7_654_321;
    /// Most locals of a function, parameters included.
    locals: u32 = 50_000;
    /// Most operands at a time on a function's stack. Without it a call that
    /// returns many values, repeated, makes validation take a thousand times a body's size.
    operand_stack: u32 = 1_000_000;
    /// Most elements that a table may have to begin with.
    table_elements: u64 = u64::MAX;
    /// Most pages that a memory may have to begin with.
    memory_pages: u64 = u64::MAX;
    /// Most bytes of the name of an import or export.
    name_bytes: u32 = 100_000;
}

impl ModuleLimits {
    /// Fails if `count`, of what `limit` limits to `max`, is too many.
    pub(crate) fn check(
        limit: &'static str,
        count: impl Into<u64>,
        max: impl Into<u64>,
        offset: usize,
    ) -> Result<(), ModuleError> {
        let max = max.into();
        if count.into() > max {
            Err(ModuleError::Limit { limit, max, offset })
        } else {
            Ok(())
        }
    }

    /// The limit that `wasmparser` found exceeded, where it looks before we can.
    pub(crate) fn exceeded(&self, error: &wasmparser::Error) -> Option<ModuleError> {
        let (limit, max) = match error.message() {
            "function params size is out of bounds" => ("params", self.params),
            "function returns size is out of bounds" => ("results", self.results),
            "string size out of bounds" => ("name_bytes", self.name_bytes),
            "too many locals: locals exceed maximum" => ("locals", self.locals),
            _ => return None,
        };
        Some(ModuleError::Limit {
            limit,
            max: max.into(),
            offset: error.offset() as usize,
        })
    }
}
