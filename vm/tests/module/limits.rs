//! Limits on the size of modules.

use super::*;

/// Fails with `limit` one below what `text` needs, and passes with just that.
fn check(limit: &str, need: u64, text: &str, set: fn(&mut ModuleLimits, u64)) {
    let bytes = wasm(text);
    for bodies in Bodies::ALL {
        let parse = |max| {
            let module = parse_with(&bytes, |o| {
                set(&mut o.limits, max);
                o.bodies = bodies;
            })?;
            module.validate_all()
        };
        parse(need).unwrap_or_else(|e| panic!("{limit}: {e}"));
        let error = parse(need - 1).expect_err(limit);
        let ModuleError::Limit {
            limit: name,
            max,
            offset,
        } = error
        else {
            panic!("{limit}: {error}");
        };
        assert_eq!((name, max), (limit, need - 1));
        assert!((8..bytes.len()).contains(&offset), "{limit}: at {offset}");
    }
}

#[test]
fn are_typed_errors() {
    check(
        "types",
        2,
        "(module (type (func)) (type (func)))",
        |l, n| l.types = n as u32,
    );
    check(
        "params",
        2,
        "(module (type (func (param i32 i32))))",
        |l, n| l.params = n as u32,
    );
    let results = "(module (type (func (result i32 i32))))";
    check("results", 2, results, |l, n| l.results = n as u32);
    let imports = r#"(module (import "" "" (func)) (import "" "" (func)))"#;
    check("imports", 2, imports, |l, n| l.imports = n as u32);
    check("functions", 2, imports, |l, n| l.functions = n as u32);
    let func =
        r#"(module (import "" "" (func)) (func) (export "a" (func 0)) (export "b" (func 1)))"#;
    check("functions", 2, func, |l, n| l.functions = n as u32);
    check("exports", 2, func, |l, n| l.exports = n as u32);
    let tables = r#"(module (import "" "" (table 0 funcref)) (table 0 funcref))"#;
    check("tables", 2, tables, |l, n| l.tables = n as u32);
    let memories = r#"(module (import "" "" (memory 0)) (memory 0))"#;
    check("memories", 2, memories, |l, n| l.memories = n as u32);
    let globals = r#"(module (import "" "" (global i32)) (global i32 (i32.const 1)))"#;
    check("globals", 2, globals, |l, n| l.globals = n as u32);
    let elements = "(module (elem func) (elem func))";
    check("element_segments", 2, elements, |l, n| {
        l.element_segments = n as u32
    });
    let data = r#"(module (data "") (data ""))"#;
    check("data_segments", 2, data, |l, n| l.data_segments = n as u32);
    let custom = r#"(module (@custom "a" "") (@custom "a" ""))"#;
    check("custom_sections", 2, custom, |l, n| {
        l.custom_sections = n as u32
    });
    let body = "(module (func nop nop))";
    check("body_bytes", 4, body, |l, n| l.body_bytes = n as u32);
    let locals = "(module (func (param i32) (local i32 i64)))";
    check("locals", 3, locals, |l, n| l.locals = n as u32);
    let stack = "(module (func i32.const 1 i32.const 2 drop drop))";
    check("operand_stack", 2, stack, |l, n| l.operand_stack = n as u32);
    let table = r#"(module (import "" "" (table 10 funcref)))"#;
    check("table_elements", 10, table, |l, n| l.table_elements = n);
    check("memory_pages", 10, "(module (memory i64 10))", |l, n| {
        l.memory_pages = n
    });
    let name = r#"(module (func (export "abc")))"#;
    check("name_bytes", 3, name, |l, n| l.name_bytes = n as u32);
    let name = r#"(module (import "abc" "" (func)))"#;
    check("name_bytes", 3, name, |l, n| l.name_bytes = n as u32);
}

#[test]
fn have_values_that_raising_does_not_raise() {
    let raise = |o: &mut ParseOptions<'_>| {
        o.limits.params = u32::MAX;
        o.limits.locals = u32::MAX;
        o.limits.name_bytes = u32::MAX;
        o.limits.memories = u32::MAX;
        o.limits.results = u32::MAX;
    };
    let limit = |text: String| match parse_with(&wasm(&text), raise) {
        Err(ModuleError::Limit { limit, max, .. }) => (limit, max),
        other => panic!("{other:?}"),
    };
    let many = |n: usize| "i32 ".repeat(n);
    assert_eq!(
        limit(format!("(module (func (param {})))", many(1001))),
        ("params", 1000)
    );
    let results = format!("(module (type (func (result {}))))", many(1001));
    assert_eq!(limit(results), ("results", 1000));
    assert_eq!(
        limit(format!("(module (func (local {})))", many(50_001))),
        ("locals", 50_000)
    );
    let name = "n".repeat(100_001);
    let text = format!("(module (func (export \"{name}\")))");
    assert_eq!(limit(text), ("name_bytes", 100_000));
    assert_eq!(
        limit(format!("(module {})", "(memory 0)".repeat(101))),
        ("memories", 100)
    );
}

#[test]
fn are_told_with_their_name_and_value() {
    let error = parse_with(&wasm("(module (func) (func))"), |o| o.limits.functions = 1);
    let text = error.expect_err("two functions").to_string();
    assert_eq!(
        text,
        "module exceeds the limit `functions` of 1 (at offset 0x10)"
    );
}

#[test]
fn do_not_apply_to_what_instances_may_refuse() {
    parse("(module (memory i64 0x1000000000000) (table i64 0xffffffffffffffff funcref))");
}
