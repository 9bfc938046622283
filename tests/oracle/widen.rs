//! Modules whose functions are made wide: what they do stays the same, but their
//! operands move up to slots that 16 bits cannot number.

use wasmparser::{FunctionBody, Parser, Payload, ValType};

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
    let mut out = wasm[..8].to_vec();
    // The slots of the parameters of each type, the types of the defined functions, their bodies.
    let (mut types, mut functions, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.expect("the module is valid");
        match &payload {
            Payload::TypeSection(section) => {
                for ty in section.clone().into_iter_err_on_gc_types() {
                    let params = ty.expect("the module is valid");
                    types.push(params.params().iter().map(slots).sum());
                }
            }
            Payload::FunctionSection(section) => {
                functions.extend(section.clone().into_iter().map(|ty| ty.unwrap() as usize));
            }
            Payload::CodeSectionEntry(body) => {
                let params = types[functions[bodies.len()]];
                bodies.push(widen_body(wasm, body, params, width));
                if bodies.len() == functions.len() {
                    raw_section(&mut out, CODE_SECTION, &vector(&bodies));
                }
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section().filter(|&(id, _)| id != CODE_SECTION) {
            raw_section(
                &mut out,
                id,
                &wasm[range.start as usize..range.end as usize],
            );
        }
    }
    out
}

fn slots(ty: &ValType) -> u32 {
    if *ty == ValType::V128 { 2 } else { 1 }
}

pub(super) const CODE_SECTION: u8 = 10;

fn widen_body(wasm: &[u8], body: &FunctionBody<'_>, params: u32, width: Width) -> Vec<u8> {
    let mut runs = Vec::new();
    let mut locals = body.get_locals_reader().expect("the module is valid");
    let mut declared = params;
    for _ in 0..locals.get_count() {
        let (count, ty) = locals.read().expect("the module is valid");
        declared += count * slots(&ty);
    }
    let start = locals.original_position() as usize;
    let range = body.range();
    let (body_start, body_end) = (range.start as usize, range.end as usize);
    // What follows the count of runs, up to the code.
    let count_len = leb128_len(u64::from(locals.get_count()));
    leb128(&mut runs, u64::from(locals.get_count()) + 1);
    runs.extend_from_slice(&wasm[body_start + count_len..start]);
    leb128(&mut runs, u64::from(width.locals));
    runs.push(0x7e);

    let code = &wasm[start..body_end];
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

pub(super) fn vector(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    leb128(&mut out, items.len() as u64);
    for item in items {
        leb128(&mut out, item.len() as u64);
        out.extend_from_slice(item);
    }
    out
}

pub(super) fn raw_section(out: &mut Vec<u8>, id: u8, contents: &[u8]) {
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
