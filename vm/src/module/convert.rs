//! Types as `wasmparser` has them, converted to ours, or refused by the name
//! of the proposal that they belong to.

use wasmparser::{AbstractHeapType, CompositeInnerType, HeapType, SubType};

use super::error::ModuleError;
use super::features::Feature;
use super::limits::ModuleLimits;
use crate::types::{FuncType, GlobalType, MemoryType, RefType, TableType, ValType};

/// The error for `what` at `offset`, which only `feature` would support.
pub(crate) fn unsupported(feature: Feature, what: &str, offset: usize) -> ModuleError {
    ModuleError::feature(feature, &format!("unsupported {what}"), offset)
}

/// The function type that `ty` is.
pub(crate) fn func_type(
    ty: &SubType,
    limits: &ModuleLimits,
    offset: usize,
) -> Result<FuncType, ModuleError> {
    let composite = &ty.composite_type;
    if composite.shared {
        let feature = Feature::SharedEverythingThreads;
        return Err(unsupported(feature, "shared function type", offset));
    }
    if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
        return Err(unsupported(
            Feature::CustomDescriptors,
            "descriptor",
            offset,
        ));
    }
    if !ty.is_final || !ty.supertype_idxs.is_empty() {
        return Err(unsupported(Feature::Gc, "subtype", offset));
    }
    let func = match &composite.inner {
        CompositeInnerType::Func(func) => func,
        CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) => {
            return Err(unsupported(Feature::Gc, "array or struct type", offset));
        }
        CompositeInnerType::Cont(_) => {
            return Err(unsupported(
                Feature::StackSwitching,
                "continuation type",
                offset,
            ));
        }
    };
    let (params, results) = (func.params(), func.results());
    ModuleLimits::check("params", params.len() as u64, limits.params, offset)?;
    ModuleLimits::check("results", results.len() as u64, limits.results, offset)?;
    let types = |types: &[wasmparser::ValType]| {
        types
            .iter()
            .map(|&ty| val_type(ty, offset))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(FuncType::new(types(params)?, types(results)?))
}

/// The table type that `ty` is.
pub(crate) fn table_type(
    ty: wasmparser::TableType,
    offset: usize,
) -> Result<TableType, ModuleError> {
    if ty.shared {
        return Err(unsupported(
            Feature::SharedEverythingThreads,
            "shared table",
            offset,
        ));
    }
    Ok(TableType {
        element: ref_type(ty.element_type, offset)?,
        minimum: ty.initial,
        maximum: ty.maximum,
        table64: ty.table64,
    })
}

/// The memory type that `ty` is.
pub(crate) fn memory_type(
    ty: wasmparser::MemoryType,
    offset: usize,
) -> Result<MemoryType, ModuleError> {
    if ty.shared {
        return Err(unsupported(Feature::Threads, "shared memory", offset));
    }
    let page_size_log2 = ty.page_size_log2.map_or(16, |log2| {
        u8::try_from(log2).expect("validated page sizes are 2^0 and 2^16")
    });
    Ok(MemoryType {
        minimum: ty.initial,
        maximum: ty.maximum,
        memory64: ty.memory64,
        shared: false,
        page_size_log2,
    })
}

/// The global type that `ty` is.
pub(crate) fn global_type(
    ty: wasmparser::GlobalType,
    offset: usize,
) -> Result<GlobalType, ModuleError> {
    if ty.shared {
        return Err(unsupported(
            Feature::SharedEverythingThreads,
            "shared global",
            offset,
        ));
    }
    Ok(GlobalType {
        content: val_type(ty.content_type, offset)?,
        mutable: ty.mutable,
    })
}

/// The value type that `ty` is.
pub(crate) fn val_type(ty: wasmparser::ValType, offset: usize) -> Result<ValType, ModuleError> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ref_type(ty, offset)?.into(),
    })
}

/// The reference type that `ty` is.
pub(crate) fn ref_type(ty: wasmparser::RefType, offset: usize) -> Result<RefType, ModuleError> {
    if ty == wasmparser::RefType::FUNCREF {
        return Ok(RefType::FuncRef);
    }
    if ty == wasmparser::RefType::EXTERNREF {
        return Ok(RefType::ExternRef);
    }
    let (feature, what) = match heap_type_feature(ty.heap_type()) {
        Feature::ReferenceTypes => (Feature::FunctionReferences, "non-nullable reference type"),
        Feature::FunctionReferences => (Feature::FunctionReferences, "typed function reference"),
        feature => (feature, "reference type"),
    };
    Err(unsupported(feature, what, offset))
}

/// The proposal that a heap type other than `func` and `extern` belongs to.
pub(crate) fn heap_type_feature(ty: HeapType) -> Feature {
    use AbstractHeapType::*;
    match ty {
        HeapType::Concrete(_) => Feature::FunctionReferences,
        HeapType::Exact(_) => Feature::CustomDescriptors,
        HeapType::Abstract { shared: true, .. } => Feature::SharedEverythingThreads,
        HeapType::Abstract { ty, .. } => match ty {
            Func | Extern => Feature::ReferenceTypes,
            Any | None | NoExtern | NoFunc | Eq | Struct | Array | I31 => Feature::Gc,
            Exn | NoExn => Feature::Exceptions,
            Cont | NoCont => Feature::StackSwitching,
        },
    }
}
