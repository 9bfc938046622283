//! `selvedge inspect`.

use crate::backtrace::crash;
use crate::{FAILURE, SUCCESS, USAGE, file, run, run_with_input};

const PARTS: &str = r#"(module $parts
    (import "host" "log" (func $log (param i32)))
    (import "host" "count" (global (mut i32)))
    (memory (export "memory") 1 2)
    (memory 3)
    (table 3 funcref)
    (global i32 (i32.add (i32.const 1) (i32.const 2)))
    (func $start)
    (start $start)
    (data "passive")
    (func $twice (export "twice") (param i64) (result i64 i64)
      (return_call $twice (i64.extend32_s (local.get 0)))))"#;

#[test]
fn a_module_is_summed_up() {
    let path = file("summed-up.wat", PARTS);
    let ran = run(["inspect", &path]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    for part in [
        "name:         parts",
        "uses:         bulk-memory, extended-const, multi-memory, multi-value, mutable-global, \
         sign-extension, tail-call\n",
        "3 functions (1 imported), 1 table, 2 memories, 2 globals, 1 data segment",
        "start:        function 1",
        "  0: 1..=2 pages",
        "  0: 3.. of funcref",
        "imports (2):\n  from \"host\"\n    \"log\": function (i32) -> ()\n    \"count\": global mut i32",
        "exports (2):\n  \"memory\": memory 1..=2 pages\n  \"twice\": function (i64) -> (i64, i64)",
        "largest functions:",
        "2: twice",
    ] {
        assert!(ran.out.contains(part), "{part:?} in {}", ran.out);
    }
}

#[test]
fn sections_have_offsets_and_sizes() {
    // The magic number and version, then a custom section of 5 bytes.
    let module = b"\0asm\x01\0\0\0\0\x05\x03abcx";
    let ran = run_with_input(&["inspect", "-"], module);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    let line = ran.out.lines().find(|line| line.contains("custom \"abc\""));
    let fields: Vec<_> = line
        .expect("the section is listed")
        .split_whitespace()
        .collect();
    assert_eq!(fields, ["custom", "\"abc\"", "0xa", "5"]);
}

#[test]
fn tools_and_declared_features_are_named() {
    let ran = run(["inspect", &crash()]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    for part in [
        "language:     C_plus_plus_14",
        "processed-by: clang ",
        "declares:     ",
        "shapes::ratio(shapes::Square const&, int)",
    ] {
        assert!(ran.out.contains(part), "{part:?} in {}", ran.out);
    }
}

#[test]
fn programs_read_json() {
    let path = file("as-json.wat", PARTS);
    let ran = run(["inspect", "--json", &path]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(json["name"], "parts");
    assert_eq!(json["error"], serde_json::Value::Null);
    assert_eq!(json["start"], 1);
    assert_eq!(json["counts"]["functions"], 3);
    assert_eq!(json["counts"]["imported_functions"], 1);
    assert_eq!(json["imports"][0]["name"], "log");
    assert_eq!(json["exports"][1]["type"], "(i64) -> (i64, i64)");
    assert_eq!(json["functions"][1]["name"], "twice");
    let features = json["features"].as_array().expect("features are a list");
    assert!(features.contains(&"tail-call".into()), "{features:?}");
    let sections = json["sections"].as_array().expect("sections are a list");
    let end =
        |section: &serde_json::Value| section["offset"].as_u64().zip(section["size"].as_u64());
    let (offset, size) = sections.last().and_then(end).expect("there is a section");
    assert_eq!(offset + size, json["size"].as_u64().expect("a number"));
}

#[test]
fn what_can_be_read_is_shown_before_the_error() {
    // A memory, then a section that is cut off.
    let module = b"\0asm\x01\0\0\0\x05\x03\x01\0\x07\x0a\xff";
    let ran = run_with_input(&["inspect", "-"], module);
    ran.fails(FAILURE, &["error: -: ", "0x"]);
    assert!(ran.out.contains("0: 7.. pages"), "{}", ran.out);
    let ran = run_with_input(&["inspect", "--json", "-"], module);
    ran.fails(FAILURE, &["error: -: "]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert!(json["error"].is_string(), "{json}");
    run(["inspect"]).fails(USAGE, &["<FILE>"]);
}

#[test]
fn names_cannot_change_the_terminal() {
    let text = "(module (func $evil (@name \"\\1b[31mred\")) \
                (export \"\\1b[2J\" (func $evil)) (import \"\\07\" \"\\08\" (func)))";
    let text = text.replacen(
        "(func $evil",
        "(import \"\\07\" \"\\08\" (func)) (func $evil",
        1,
    );
    let text = text.replace(" (import \"\\07\" \"\\08\" (func)))", ")");
    let path = file("escapes.wat", text);
    for subcommand in ["inspect", "objdump"] {
        let ran = run([subcommand, &path]);
        assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
        let controls = ran.out.chars().filter(|c| c.is_control() && *c != '\n');
        assert_eq!(controls.count(), 0, "{subcommand}: {:?}", ran.out);
        assert!(ran.out.contains("[31mred"), "{}", ran.out);
    }
}

#[test]
fn vectors_are_a_feature() {
    let text = "(module (func (param v128 v128 v128) (result v128)
        (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2))))";
    let ran = run(["inspect", "--json", &file("vector-features.wat", text)]);
    assert_eq!((ran.status, ran.err.as_str()), (SUCCESS, ""));
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(
        json["features"],
        serde_json::json!(["relaxed-simd", "simd"])
    );
}
