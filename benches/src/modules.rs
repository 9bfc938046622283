//! What modules are made of: the bytes of their function bodies, and the same module hollow.

use wasm_encoder::{CodeSection, Function, Module, RawSection};
use wasmparser::{Parser, Payload};

use crate::Error;

/// The bytes of the function bodies of a module in the binary format, their locals included.
///
/// # Errors
///
/// If the module is malformed.
pub fn body_bytes(wasm: &[u8]) -> Result<usize, Error> {
    let mut bytes: u64 = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload? {
            let range = body.range();
            bytes += range.end - range.start;
        }
    }
    Ok(usize::try_from(bytes)?)
}

/// The module with functions that do nothing but trap; everything else, custom sections
/// apart, is the same.
///
/// # Errors
///
/// If the module is malformed.
pub fn hollow(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let mut module = Module::new();
    let mut functions = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::CodeSectionStart { count, .. } => {
                functions = *count;
                let mut code = CodeSection::new();
                for _ in 0..functions {
                    let mut function = Function::new([]);
                    function.instructions().unreachable().end();
                    code.function(&function);
                }
                module.section(&code);
            }
            Payload::CustomSection(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = &wasm[usize::try_from(range.start)?..usize::try_from(range.end)?];
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    if functions == 0 {
        return Err("the module has no functions".into());
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"(module
        (memory (export "m") 1)
        (func (export "run") (param i32) (result i32) (local i64)
            (i32.add (local.get 0) (i32.const 1)))
        (data (i32.const 0) "abc"))"#;

    #[test]
    fn bodies_are_counted_with_their_locals() {
        let wasm = wat::parse_str(TEXT).unwrap();
        // Locals: 01 01 7e. Code: local.get 0, i32.const 1, i32.add, end.
        assert_eq!(body_bytes(&wasm).unwrap(), 3 + 2 + 2 + 1 + 1);
        assert_eq!(body_bytes(b"\0asm\x01\0\0\0").unwrap(), 0);
        assert!(body_bytes(&wasm[..wasm.len() - 1]).is_err());
    }

    #[test]
    fn a_hollow_module_has_the_same_exports_and_traps() {
        let wasm = hollow(&wat::parse_str(TEXT).unwrap()).unwrap();
        // No locals, unreachable, end.
        assert_eq!(body_bytes(&wasm).unwrap(), 3);
        let engine = selvedge::Engine::default();
        let module = selvedge::Module::new(&engine, &wasm).unwrap();
        assert_eq!(module.exports().len(), 2);
        let mut store = selvedge::Store::new(&engine, ());
        let instance = selvedge::Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance
            .get_typed_func::<i32, i32>(&mut store, "run")
            .unwrap();
        assert!(run.call(&mut store, 1).is_err());
    }
}
