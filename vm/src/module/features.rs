//! `Feature` and `Features`: the WebAssembly proposals, by the names of their
//! `Config` switches.
//!
//! One table says for every proposal its flag, its name, the `wasmparser` feature
//! that validates it, whether it is implemented and whether it is on by default.

use std::fmt;

use bitflags::bitflags;
use wasmparser::WasmFeatures;

macro_rules! features {
    ($($(#[$doc:ident $($text:tt)*])* $variant:ident $flag:ident $name:literal = $bit:literal, $wasm:expr, $state:ident;)*) => {
        /// One WebAssembly proposal.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum Feature {
            $($(#[$doc $($text)*])* $variant,)*
        }

        bitflags! {
            /// A set of WebAssembly proposals.
            #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
            pub struct Features: u32 {
                $($(#[$doc $($text)*])* const $flag = 1 << $bit;)*
            }
        }

        impl Feature {
            /// All proposals that have a name here, implemented ones first.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name, as in `Config::wasm_<name>`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The set of just this proposal.
            pub const fn flag(self) -> Features {
                match self { $(Self::$variant => Features::$flag,)* }
            }

            /// What `wasmparser` calls it; empty where it has no say.
            pub(crate) const fn wasmparser(self) -> WasmFeatures {
                match self { $(Self::$variant => $wasm,)* }
            }

            const fn state(self) -> State {
                match self { $(Self::$variant => State::$state,)* }
            }
        }
    };
}

/// What is done with a proposal.
#[derive(Copy, Clone, PartialEq, Eq)]
enum State {
    /// Implemented, on by default.
    On,
    /// Implemented, off by default.
    Off,
    /// Not implemented; has a name so that errors can say it.
    Missing,
}

features! {
    /// Import and export of mutable globals.
    MutableGlobal MUTABLE_GLOBAL "mutable_global" = 0, WasmFeatures::MUTABLE_GLOBAL, On;
    /// Sign-extension operators.
    SignExtension SIGN_EXTENSION "sign_extension" = 1, WasmFeatures::SIGN_EXTENSION, On;
    /// Saturating (non-trapping) conversions of floats to integers.
    SaturatingFloatToInt SATURATING_FLOAT_TO_INT "saturating_float_to_int" = 2, WasmFeatures::SATURATING_FLOAT_TO_INT, On;
    /// Blocks with parameters, functions and blocks with several results.
    MultiValue MULTI_VALUE "multi_value" = 3, WasmFeatures::MULTI_VALUE, On;
    /// Bulk memory and table operators, passive segments.
    BulkMemory BULK_MEMORY "bulk_memory" = 4, WasmFeatures::BULK_MEMORY, On;
    /// `funcref` and `externref` values, several tables.
    ReferenceTypes REFERENCE_TYPES "reference_types" = 5, WasmFeatures::REFERENCE_TYPES, On;
    /// Arithmetic in constant expressions, and the two other extensions that
    /// WebAssembly 3.0 makes to them: reading earlier immutable globals of the
    /// module itself, and initialising a table's elements.
    ExtendedConst EXTENDED_CONST "extended_const" = 6, WasmFeatures::EXTENDED_CONST, On;
    /// Tail calls.
    TailCall TAIL_CALL "tail_call" = 7, WasmFeatures::TAIL_CALL, On;
    /// Several memories.
    MultiMemory MULTI_MEMORY "multi_memory" = 8, WasmFeatures::MULTI_MEMORY, On;
    /// 64-bit memories and tables.
    Memory64 MEMORY64 "memory64" = 9, WasmFeatures::MEMORY64, On;
    /// 128-bit addition, subtraction and multiplication.
    WideArithmetic WIDE_ARITHMETIC "wide_arithmetic" = 10, WasmFeatures::WIDE_ARITHMETIC, Off;
    /// Memories with pages of one byte.
    CustomPageSizes CUSTOM_PAGE_SIZES "custom_page_sizes" = 11, WasmFeatures::CUSTOM_PAGE_SIZES, Off;
    /// 128-bit vectors.
    Simd SIMD "simd" = 12, WasmFeatures::SIMD, On;
    /// Vector operators whose results may differ between machines.
    RelaxedSimd RELAXED_SIMD "relaxed_simd" = 13, WasmFeatures::RELAXED_SIMD, On;
    /// Shared memories and atomic operators.
    Threads THREADS "threads" = 14, WasmFeatures::THREADS, Missing;
    /// Exceptions with `try_table`.
    Exceptions EXCEPTIONS "exceptions" = 15, WasmFeatures::EXCEPTIONS, Missing;
    /// The first exceptions proposal, with `try` and `catch`.
    LegacyExceptions LEGACY_EXCEPTIONS "legacy_exceptions" = 16, WasmFeatures::LEGACY_EXCEPTIONS, Missing;
    /// Typed function references.
    FunctionReferences FUNCTION_REFERENCES "function_references" = 17, WasmFeatures::FUNCTION_REFERENCES, Missing;
    /// Garbage-collected structs and arrays.
    Gc GC "gc" = 18, WasmFeatures::GC, Missing;
    /// Exact types and descriptors of structs.
    CustomDescriptors CUSTOM_DESCRIPTORS "custom_descriptors" = 19, WasmFeatures::CUSTOM_DESCRIPTORS, Missing;
    /// Continuations.
    StackSwitching STACK_SWITCHING "stack_switching" = 20, WasmFeatures::STACK_SWITCHING, Missing;
    /// Shared functions, tables, globals and references.
    SharedEverythingThreads SHARED_EVERYTHING_THREADS "shared_everything_threads" = 21, WasmFeatures::SHARED_EVERYTHING_THREADS, Missing;
    /// `memory.discard`.
    MemoryControl MEMORY_CONTROL "memory_control" = 22, WasmFeatures::MEMORY_CONTROL, Missing;
    /// Import sections that name a module once.
    CompactImports COMPACT_IMPORTS "compact_imports" = 23, WasmFeatures::COMPACT_IMPORTS, Missing;
    /// Components.
    ComponentModel COMPONENT_MODEL "component_model" = 24, WasmFeatures::empty(), Missing;
}

impl Feature {
    /// Whether modules that use this proposal can run here.
    pub(crate) const fn is_implemented(self) -> bool {
        !matches!(self.state(), State::Missing)
    }

    /// The proposal that a set of `wasmparser` features belongs to.
    pub(crate) fn from_wasmparser(features: WasmFeatures) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|f| f.wasmparser().intersects(features))
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Feature> for Features {
    fn from(feature: Feature) -> Self {
        feature.flag()
    }
}

const fn union(on: &[State]) -> Features {
    let mut set = Features::empty();
    let mut i = 0;
    while i < Feature::ALL.len() {
        let mut j = 0;
        while j < on.len() {
            if Feature::ALL[i].state() as u8 == on[j] as u8 {
                set = set.union(Feature::ALL[i].flag());
            }
            j += 1;
        }
        i += 1;
    }
    set
}

impl Features {
    /// Everything that modules may use here.
    pub const IMPLEMENTED: Self = union(&[State::On, State::Off]);

    /// Nothing but the first version of WebAssembly.
    pub const MVP: Self = Self::empty();

    const DEFAULT: Self = union(&[State::On]);

    /// The proposals in the set.
    pub fn features(self) -> impl Iterator<Item = Feature> {
        Feature::ALL
            .iter()
            .copied()
            .filter(move |f| self.contains(f.flag()))
    }
}

impl Default for Features {
    /// WebAssembly 3.0 as far as it is implemented.
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl From<Features> for WasmFeatures {
    fn from(features: Features) -> Self {
        features
            .features()
            .fold(WasmFeatures::MVP, |set, f| set | f.wasmparser())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_names_are_distinct() {
        let names: std::collections::HashSet<_> = Feature::ALL.iter().map(|f| f.name()).collect();
        assert_eq!(names.len(), Feature::ALL.len());
        assert_eq!(Features::all().iter().count(), Feature::ALL.len());
        for &feature in Feature::ALL {
            assert_eq!(feature.flag().features().collect::<Vec<_>>(), [feature]);
            assert_eq!(
                feature.flag().iter_names().next().unwrap().0,
                feature.name().to_uppercase()
            );
        }
    }

    #[test]
    fn defaults_are_implemented_and_leave_out_unfinished_proposals() {
        let default = Features::default();
        assert!(Features::IMPLEMENTED.contains(default));
        assert_eq!(
            Features::IMPLEMENTED - default,
            Features::WIDE_ARITHMETIC | Features::CUSTOM_PAGE_SIZES
        );
        assert!(!Features::IMPLEMENTED.intersects(Features::THREADS | Features::GC));
        assert_eq!(
            Feature::ALL.iter().filter(|f| f.is_implemented()).count(),
            14
        );
    }

    #[test]
    fn every_wasmparser_bit_leads_back_to_its_feature() {
        for &feature in Feature::ALL {
            if feature != Feature::ComponentModel {
                assert_eq!(
                    Feature::from_wasmparser(feature.wasmparser()),
                    Some(feature)
                );
            }
        }
        let overlong = WasmFeatures::CALL_INDIRECT_OVERLONG;
        assert_eq!(
            Feature::from_wasmparser(overlong),
            Some(Feature::ReferenceTypes)
        );
        assert!(WasmFeatures::from(Features::empty()).floats());
        assert!(!WasmFeatures::from(Features::IMPLEMENTED).threads());
        assert!(WasmFeatures::from(Features::IMPLEMENTED).memory64());
    }
}
