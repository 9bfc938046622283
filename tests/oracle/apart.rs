//! A way around a mistake of wasmi.

use wasmparser::{BlockType, FunctionBody, Operator, Parser, Payload, Result};

use super::widen::{CODE_SECTION, raw_section, vector};

/// A module that does what `wasm` does, with an empty block before each block, loop and `if` that has parameters or
/// several results.
///
/// wasmi 2.0.0 leaves locals where they are while they are on the operand stack, and copies them to slots of the stack before a block
/// begins: all but the block's parameters. But it leaves out as many *locals* as there are parameters
/// (`PreservedAllLocalsIter`), so if some parameter is not a local, a local below them is left out too. If the block sets
/// that local, the copy is made on this path only; on another path the slot holds anything, and in the next pass
/// of a loop the copy is made again, of the new value.
///
/// An empty block has no parameters, so all locals are copied before it.
///
/// # Errors
///
/// If `wasm` is malformed.
pub fn set_blocks_apart(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bodies, mut count) = (Vec::new(), 0);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::Version { range, .. } => {
                out.extend_from_slice(&wasm[range.start as usize..range.end as usize]);
            }
            Payload::CodeSectionStart { count: all, .. } => count = *all as usize,
            Payload::CodeSectionEntry(body) => {
                bodies.push(with_empty_blocks(wasm, body)?);
                if bodies.len() == count {
                    raw_section(&mut out, CODE_SECTION, &vector(&bodies));
                }
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section().filter(|&(id, _)| id != CODE_SECTION) {
            let contents = &wasm[range.start as usize..range.end as usize];
            raw_section(&mut out, id, contents);
        }
    }
    Ok(out)
}

fn with_empty_blocks(wasm: &[u8], body: &FunctionBody<'_>) -> Result<Vec<u8>> {
    const EMPTY_BLOCK: [u8; 3] = [0x02, 0x40, 0x0b];
    let mut out = Vec::new();
    let mut copied = body.range().start as usize;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset()?;
        if let Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } =
            operator
            && matches!(blockty, BlockType::FuncType(_))
        {
            out.extend_from_slice(&wasm[copied..at as usize]);
            out.extend_from_slice(&EMPTY_BLOCK);
            copied = at as usize;
        }
    }
    out.extend_from_slice(&wasm[copied..body.range().end as usize]);
    Ok(out)
}
