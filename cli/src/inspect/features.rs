//! Which proposals a module uses, beyond the first version of WebAssembly.
//!
//! The names are those of the settings of `-W`, as far as there are settings.

use std::collections::BTreeSet;

use wasmparser::{
    BinaryReaderError, BlockType, CompositeInnerType, ConstExpr, FunctionBody, GlobalType,
    MemoryType, Operator, RefType, SubType, TableType, ValType,
};

/// The proposals seen so far.
pub(super) type Features = BTreeSet<&'static str>;

/// The name of the proposal that an operator comes from.
fn proposal(name: &'static str) -> Option<&'static str> {
    Some(match name {
        "mvp" => return None,
        "acquire_release_atomics" => "acquire-release-atomics",
        "bulk_memory" => "bulk-memory",
        "custom_descriptors" => "custom-descriptors",
        "function_references" => "function-references",
        "legacy_exceptions" => "legacy-exceptions",
        "memory_control" => "memory-control",
        "reference_types" => "reference-types",
        "relaxed_simd" => "relaxed-simd",
        "saturating_float_to_int" => "saturating-float-to-int",
        "shared_everything_threads" => "shared-everything-threads",
        "sign_extension" => "sign-extension",
        "stack_switching" => "stack-switching",
        "tail_call" => "tail-call",
        "wide_arithmetic" => "wide-arithmetic",
        other => other,
    })
}

macro_rules! proposal_of {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        /// The proposal that `operator` comes from.
        fn proposal_of(operator: &Operator<'_>) -> Option<&'static str> {
            match operator {
                $( Operator::$op { .. } => proposal(stringify!($proposal)), )*
                _ => None,
            }
        }
    };
}
wasmparser::for_each_operator!(proposal_of);

/// What the operators and locals of a function use.
pub(super) fn of_body(
    features: &mut Features,
    body: &FunctionBody<'_>,
) -> Result<(), BinaryReaderError> {
    for local in body.get_locals_reader()? {
        of_value(features, local?.1);
    }
    for operator in body.get_operators_reader()? {
        of_operator(features, &operator?);
    }
    Ok(())
}

fn of_operator(features: &mut Features, operator: &Operator<'_>) {
    features.extend(proposal_of(operator));
    match operator {
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
            match *blockty {
                BlockType::Empty => {}
                BlockType::Type(ty) => of_value(features, ty),
                BlockType::FuncType(_) => {
                    features.insert("multi-value");
                }
            }
        }
        Operator::CallIndirect { table_index, .. } if *table_index > 0 => {
            features.insert("reference-types");
        }
        _ => {}
    }
}

/// What a constant expression uses.
pub(super) fn of_const_expr(
    features: &mut Features,
    expr: &ConstExpr<'_>,
) -> Result<(), BinaryReaderError> {
    for operator in expr.get_operators_reader() {
        let operator = operator?;
        if matches!(
            operator,
            Operator::I32Add
                | Operator::I32Sub
                | Operator::I32Mul
                | Operator::I64Add
                | Operator::I64Sub
                | Operator::I64Mul
        ) {
            features.insert("extended-const");
        }
        of_operator(features, &operator);
    }
    Ok(())
}

/// What a type of the type section uses.
pub(super) fn of_type(features: &mut Features, ty: &SubType) {
    match &ty.composite_type.inner {
        CompositeInnerType::Func(ty) => {
            if ty.results().len() > 1 {
                features.insert("multi-value");
            }
            let values = ty.params().iter().chain(ty.results());
            values.for_each(|&ty| of_value(features, ty));
        }
        CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) => {
            features.insert("gc");
        }
        CompositeInnerType::Cont(_) => {
            features.insert("stack-switching");
        }
    }
    if !ty.supertype_idxs.is_empty() {
        features.insert("gc");
    }
}

fn of_value(features: &mut Features, ty: ValType) {
    match ty {
        ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => {}
        ValType::V128 => {
            features.insert("simd");
        }
        ValType::Ref(ty) => of_reference(features, ty),
    }
}

fn of_reference(features: &mut Features, ty: RefType) {
    features.insert(match ty {
        RefType::FUNCREF | RefType::EXTERNREF => "reference-types",
        RefType::EXNREF => "exceptions",
        ty if ty.is_concrete_type_ref() || !ty.is_nullable() => "function-references",
        _ => "gc",
    });
}

/// What a table uses; `is_first` if it is table 0.
pub(super) fn of_table(features: &mut Features, ty: &TableType, is_first: bool) {
    if !is_first || ty.element_type != RefType::FUNCREF {
        of_reference(features, ty.element_type);
    }
    if ty.table64 {
        features.insert("memory64");
    }
    if ty.shared {
        features.insert("shared-everything-threads");
    }
}

/// What a memory uses; `is_first` if it is memory 0.
pub(super) fn of_memory(features: &mut Features, ty: &MemoryType, is_first: bool) {
    let uses = [
        (!is_first, "multi-memory"),
        (ty.memory64, "memory64"),
        (ty.shared, "threads"),
        (ty.page_size_log2.is_some(), "custom-page-sizes"),
    ];
    features.extend(uses.iter().filter(|(used, _)| *used).map(|(_, name)| *name));
}

/// What a global uses; `crosses` if it is imported or exported.
pub(super) fn of_global(features: &mut Features, ty: &GlobalType, crosses: bool) {
    of_value(features, ty.content_type);
    if crosses && ty.mutable {
        features.insert("mutable-global");
    }
}
