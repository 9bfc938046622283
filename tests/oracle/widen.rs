//! Modules whose functions are made wide: what they do stays the same, but their
//! operands move up to slots that 16 bits cannot number.

use wasmparser::{CompositeInnerType, FunctionBody, Parser, Payload, TypeRef};

/// How the frames of functions are filled.
#[derive(Copy, Clone, Debug)]
pub struct Width {
    /// Locals added to each function.
    pub locals: u32,
    /// The slot where a function's first operand comes to be.
    pub first_operand: u32,
}

/// Slots of a frame's header, and of the scratch area of a wide function.
const FIXED_SLOTS: u32 = 2 + 8;

/// Fills the frames of all functions of `wasm` according to `width`: locals are added
/// behind those that are there, and constants are pushed below everything else.
pub fn widen(wasm: &[u8], width: Width) -> Vec<u8> {
    let mut out = Vec::with_capacity(wasm.len());
    // The number of parameters of each type, and the types of the defined functions.
    let (mut types, mut functions) = (Vec::new(), Vec::new());
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.expect("the module is valid") {
            Payload::Version { range, .. } => out.extend_from_slice(&wasm[usize_range(&range)]),
            Payload::TypeSection(section) => {
                for ty in section.clone().into_iter_err_on_gc_types() {
                    types.push(ty.expect("the module is valid").params().len() as u32);
                }
                raw_section(&mut out, 1, &wasm[usize_range(&section.range())]);
            }
            Payload::FunctionSection(section) => {
                functions.extend(section.clone().into_iter().map(|ty| ty.unwrap() as usize));
                raw_section(&mut out, 3, &wasm[usize_range(&section.range())]);
            }
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => {
                let params = types[functions[bodies.len()]];
                bodies.push(widen_body(wasm, &body, params, width));
                if bodies.len() == functions.len() {
                    let mut section = Vec::new();
                    leb128(&mut section, bodies.len() as u64);
                    for body in &bodies {
                        leb128(&mut section, body.len() as u64);
                        section.extend_from_slice(body);
                    }
                    raw_section(&mut out, 10, &section);
                }
            }
            Payload::End(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    raw_section(&mut out, id, &wasm[usize_range(&range)]);
                }
            }
        }
    }
    out
}

fn widen_body(wasm: &[u8], body: &FunctionBody<'_>, params: u32, width: Width) -> Vec<u8> {
    let mut runs = Vec::new();
    let mut locals = body.get_locals_reader().expect("the module is valid");
    let mut declared = params;
    for _ in 0..locals.get_count() {
        let (count, _) = locals.read().expect("the module is valid");
        declared += count;
    }
    let start = locals.original_position() as usize;
    let range = usize_range(&body.range());
    // What follows the count of runs, up to the code.
    let count_len = leb128_len(u64::from(locals.get_count()));
    leb128(&mut runs, u64::from(locals.get_count()) + 1);
    runs.extend_from_slice(&wasm[range.start + count_len..start]);
    leb128(&mut runs, u64::from(width.locals));
    runs.push(0x7e);

    let code = &wasm[start..range.end];
    let (&end, code) = code.split_last().expect("a body ends with `end`");
    let filled = declared + width.locals + FIXED_SLOTS;
    for number in 0..width.first_operand.saturating_sub(filled) {
        // `i64.const`, each with a value of its own.
        runs.extend_from_slice(&[0x42, (number % 64) as u8]);
    }
    runs.extend_from_slice(code);
    // `return` leaves what was pushed first behind.
    runs.extend_from_slice(&[0x0f, end]);
    runs
}

fn raw_section(out: &mut Vec<u8>, id: u8, contents: &[u8]) {
    out.push(id);
    leb128(out, contents.len() as u64);
    out.extend_from_slice(contents);
}

fn leb128(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn leb128_len(value: u64) -> usize {
    let mut bytes = Vec::new();
    leb128(&mut bytes, value);
    bytes.len()
}
