//! The name section.

use super::*;

fn func_name(module: &Module, func: u32) -> Option<&str> {
    module.func_name(FuncIndex::from_u32(func))
}

#[test]
fn come_from_the_name_section_or_an_export() {
    let module = parse(
        r#"(module $m (import "" "" (func $imported)) (func $own) (func (export "b") (export "a")) (func))"#,
    );
    assert_eq!(module.name.as_deref(), Some("m"));
    let names: Vec<_> = (0..5).map(|f| func_name(&module, f)).collect();
    assert_eq!(
        names,
        [Some("imported"), Some("own"), Some("b"), None, None]
    );
    let all: Vec<_> = module
        .function_names()
        .iter()
        .map(|(f, n)| (f.as_u32(), n.to_owned()))
        .collect();
    assert_eq!(all, [(0, "imported".to_owned()), (1, "own".to_owned())]);
}

/// A module of three functions with a name section of these bytes.
fn with_section(section: &[u8]) -> Module {
    let mut bytes = wasm("(module (func) (func) (func))");
    bytes.extend([0, u8::try_from(section.len() + 5).expect("short"), 4]);
    bytes.extend(b"name");
    bytes.extend(section);
    parse_with(&bytes, |_| ()).expect("a name section cannot make a module invalid")
}

#[test]
fn may_be_malformed() {
    // Functions 0 "a", then 1 with bytes that are no text, then 2 "c".
    let module = with_section(&[1, 10, 3, 0, 1, b'a', 1, 1, 0xff, 2, 1, b'c']);
    assert_eq!(
        (0..3).map(|f| func_name(&module, f)).collect::<Vec<_>>(),
        [Some("a"), None, None]
    );
    // Out of order, twice, and beyond the functions.
    let module = with_section(&[1, 13, 4, 1, 1, b'b', 0, 1, b'a', 1, 1, b'x', 9, 1, b'n']);
    assert_eq!(
        (0..3).map(|f| func_name(&module, f)).collect::<Vec<_>>(),
        [None, Some("b"), None]
    );
    assert_eq!(func_name(&module, 9), None);
    // A count and a length that the section does not have.
    let module = with_section(&[1, 5, 0xff, 0xff, 0xff, 0xff, 0xf]);
    assert_eq!(func_name(&module, 0), None);
    let module = with_section(&[0, 0x7f, 1]);
    assert_eq!(module.name, None);
    // An unknown subsection before, a broken one after.
    let module = with_section(&[0x20, 1, 0xff, 1, 4, 1, 2, 1, b'c', 1, 0x7f]);
    assert_eq!(func_name(&module, 2), Some("c"));
    assert_eq!(with_section(&[]).name, None);
}
