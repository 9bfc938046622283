//! The modules that programs instantiate.

use selvedge::{Engine, Module};

/// Exports one thing of every kind, and functions that use them and call the host.
const EXPORTER: &str = r#"(module
    (import "host" "int" (func $int (param i32) (result i32)))
    (import "host" "refs" (func $refs (param funcref externref) (result externref funcref)))
    (memory (export "memory") 1 4)
    (table $t (export "table") 4 10 funcref)
    (table $x (export "externs") 3 8 externref)
    (global $g (export "global") (mut i64) (i64.const 5))
    (global $gf (export "func") (mut funcref) (ref.func $call_host))
    (global $gx (export "extern") (mut externref) (ref.null extern))
    (global (export "constant") i32 (i32.const 3))
    (type $int_to_int (func (param i32) (result i32)))
    (func $call_host (export "call_host") (type $int_to_int)
        (i32.add (call $int (local.get 0)) (i32.const 1)))
    (func (export "call_host_last") (type $int_to_int) (return_call $int (local.get 0)))
    (func (export "call_host_often") (param i32) (result i32) (local i32)
        (loop (local.set 1 (i32.add (local.get 1) (call $int (local.get 1))))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1))
    (func (export "pass") (param funcref externref) (result externref funcref)
        (call $refs (local.get 0) (local.get 1)))
    (func (export "keep") (param funcref externref i32) (local externref)
        (local.set 3 (local.get 1))
        (table.set $t (i32.and (local.get 2) (i32.const 3)) (local.get 0))
        (drop (call $int (i32.const 0)))
        (global.set $gx (local.get 3))
        (table.set $x (i32.rem_u (local.get 2) (i32.const 3)) (local.get 1))
        (global.set $gf (local.get 0)))
    (func (export "call_element") (param i32) (result i32)
        (call_indirect $t (type $int_to_int) (i32.const 7) (local.get 0)))
    (func (export "grow") (param i32) (result i32 i32)
        (memory.grow (local.get 0))
        (table.grow $t (ref.func $call_host) (local.get 0)))
    (func (export "store") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
    (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 9) (local.get 1)))
    (func (export "spin") (loop (br 0)))
    (func (export "trap") unreachable)
    (func $deep (export "deep") (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (local.get 0))))
    (elem (table $t) (i32.const 1) func $call_host $deep)
    (elem declare func $call_host)
    (data (i32.const 100) "data"))"#;

/// Imports what the other exports, and writes to it when it starts.
const IMPORTER: &str = r#"(module
    (import "m" "f" (func $f (param i32) (result i32)))
    (import "m" "memory" (memory 1))
    (import "m" "table" (table $t 1 funcref))
    (import "m" "externs" (table $x 1 externref))
    (import "m" "global" (global $g (mut i64)))
    (import "m" "extern" (global $gx (mut externref)))
    (export "memory" (memory 0)) (export "table" (table $t)) (export "f" (func $f))
    (func $own (export "own") (param i32) (result i32)
        (global.set $g (i64.add (global.get $g) (i64.const 1)))
        (i64.store (i32.const 8) (global.get $g))
        (call $f (local.get 0)))
    (func (export "share") (param i32) (table.set $t (local.get 0) (ref.func $own)))
    (func (export "swap") (param externref) (result externref)
        (global.get $gx) (global.set $gx (local.get 0)))
    (func (export "last") (param i32) (result i32) (return_call $f (local.get 0)))
    (elem (table $t) (i32.const 0) func $own)
    (elem declare func $own)
    (data (i32.const 0) "importer"))"#;

/// Calls the host when it starts.
const STARTER: &str = r#"(module
    (import "host" "int" (func $int (param i32) (result i32)))
    (global $g (export "g") (mut i32) (i32.const 0))
    (func $start (global.set $g (call $int (i32.const 1))))
    (start $start)
    (memory (export "memory") 1 1)
    (func (export "again") (result i32) (call $start) (global.get $g)))"#;

/// The modules that `engine` accepts: a small pool has no room for some.
pub(super) fn modules(engine: &Engine) -> Vec<Module> {
    let texts = [EXPORTER, IMPORTER, STARTER];
    let modules = texts.into_iter().filter_map(|text| {
        let wasm = wat::parse_str(text).expect("guests are valid");
        Module::from_binary(engine, &wasm).ok()
    });
    modules.collect()
}
