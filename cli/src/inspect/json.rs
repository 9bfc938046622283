//! The summary of a module as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::summary::{Item, Summary};

/// Everything that the text has, and all sizes of functions.
pub(super) fn value(file: &Path, summary: &Summary, error: Option<&str>) -> Value {
    let sections = summary.sections.iter().map(|section| {
        let size = section.range.end.saturating_sub(section.range.start);
        json!({ "name": section.name, "offset": section.range.start, "size": size })
    });
    let imports = summary.imports.iter().map(|(module, item)| {
        json!({ "module": module, "name": item.name, "kind": item.kind, "type": item.ty })
    });
    let bodies = summary.bodies.iter().map(
        |(index, size)| json!({ "index": index, "name": summary.names.get(index), "size": size }),
    );
    let producers = summary.producers.iter();
    let producers = producers.map(|(field, values)| (field.clone(), json!(values)));
    json!({
        "file": file.display().to_string(),
        "size": summary.len_bytes,
        "name": summary.name,
        "error": error,
        "producers": producers.collect::<serde_json::Map<_, _>>(),
        "features": summary.features,
        "target_features": summary.target_features,
        "start": summary.start,
        "counts": {
            "types": summary.types,
            "functions": summary.function_types.len(),
            "imported_functions": summary.imported_functions,
            "tables": summary.tables.len(),
            "memories": summary.memories.len(),
            "globals": summary.globals.len(),
            "tags": summary.tags,
            "elements": summary.elements,
            "data": summary.data,
        },
        "sections": sections.collect::<Vec<_>>(),
        "memories": summary.memories,
        "tables": summary.tables,
        "imports": imports.collect::<Vec<_>>(),
        "exports": summary.exports.iter().map(export).collect::<Vec<_>>(),
        "functions": bodies.collect::<Vec<_>>(),
    })
}

fn export(item: &Item) -> Value {
    json!({ "name": item.name, "kind": item.kind, "type": item.ty })
}
