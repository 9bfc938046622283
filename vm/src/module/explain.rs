//! Why a module is invalid: finding the proposal that it lacks, if it is one.
//!
//! A proposal is found by experiment: the module is validated again with each
//! proposal that it lacked, and the one with which validation gets further is named.
//! That happens only to modules that have failed, and if enabling everything
//! changes nothing, only once.

use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, Payload, Validator,
    ValidatorResources, WasmFeatures,
};

use super::error::ModuleError;
use super::features::{Feature, Features};
use super::limits::ModuleLimits;
use super::validate::declaration_features;
use crate::index::{DefinedFuncIndex, EntityIndex};

/// Names the proposal that the invalid module lacks, if it is one.
///
/// `error` is what validation with `features` found in the body of `body`, or in
/// the declarations.
pub(crate) fn explain(
    bytes: &[u8],
    features: Features,
    body: Option<DefinedFuncIndex>,
    limits: &ModuleLimits,
    error: &wasmparser::Error,
) -> ModuleError {
    if let Some(limit) = limits.exceeded(error) {
        return limit;
    }
    let message = error.message().to_owned();
    let offset = error.offset() as usize;
    match missing_feature(bytes, features, body, limits, error) {
        Some(feature) => ModuleError::Feature {
            feature,
            message,
            offset,
            implemented: feature.is_implemented(),
        },
        None => ModuleError::Invalid { message, offset },
    }
}

/// What `wasmparser` says of constant expressions that `extended_const` admits here.
const EXTENDED_CONST_MESSAGES: &[&str] = &[
    "constant expression required: global.get of locally defined global",
    "tables with expression initializers require the function-references proposal",
];

fn missing_feature(
    bytes: &[u8],
    features: Features,
    body: Option<DefinedFuncIndex>,
    limits: &ModuleLimits,
    error: &wasmparser::Error,
) -> Option<Feature> {
    let hint = error
        .missing_wasm_feature()
        .and_then(Feature::from_wasmparser);
    let base = match body {
        Some(_) => WasmFeatures::from(features),
        None => declaration_features(features),
    };
    let missing = || {
        Feature::ALL
            .iter()
            .copied()
            .filter(|f| !base.contains(f.wasmparser()))
    };
    let revalidate = |extra: WasmFeatures| {
        let body = body.map(|body| (body, base | extra));
        revalidate(bytes, declaration_features(features) | extra, body, limits)
    };

    let all = missing().fold(WasmFeatures::empty(), |set, f| set | f.wasmparser());
    if let Err(same) = revalidate(all)
        && (same.offset(), same.message()) == (error.offset(), error.message())
    {
        return None;
    }
    let helps = |feature: &Feature| match revalidate(feature.wasmparser()) {
        Ok(()) => true,
        Err(later) => later.offset() > error.offset(),
    };
    match hint
        .filter(helps)
        .or_else(|| missing().find(helps))
        .or(hint)
    {
        Some(_) if EXTENDED_CONST_MESSAGES.contains(&error.message()) => {
            Some(Feature::ExtendedConst)
        }
        feature => feature,
    }
}

/// Validates the declarations with `features` and then one body, or all declarations if there is none.
fn revalidate(
    bytes: &[u8],
    features: WasmFeatures,
    body: Option<(DefinedFuncIndex, WasmFeatures)>,
    limits: &ModuleLimits,
) -> wasmparser::Result<()> {
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut bodies = 0;
    for payload in parser.parse_all(bytes) {
        match payload? {
            Payload::CodeSectionEntry(entry) => {
                let mut func = validator.code_section_entry(&entry)?;
                if let Some((body, features)) = body
                    && body.index() == bodies
                {
                    func.features = features;
                    return revalidate_body(func, &entry, limits);
                }
                bodies += 1;
            }
            payload => drop(validator.payload(&payload)?),
        }
    }
    Ok(())
}

fn revalidate_body(
    func: FuncToValidate<ValidatorResources>,
    entry: &FunctionBody<'_>,
    limits: &ModuleLimits,
) -> wasmparser::Result<()> {
    let mut reader = entry.get_binary_reader();
    reader.set_features(func.features);
    let mut validator = func.into_validator(FuncValidatorAllocations::default());
    validator.read_locals(&mut reader)?;
    while !reader.eof() {
        reader.visit_operator(&mut validator.visitor(reader.original_position()))??;
        if validator.operand_stack_height() > limits.operand_stack {
            return Ok(()); // It got far enough.
        }
    }
    reader.read_bytes(reader.bytes_remaining())?;
    reader.finish_expression(&validator.visitor(reader.original_position()))
}
