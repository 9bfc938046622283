//! Proposals that a module may use, and what is said of those it may not.

use super::*;

/// A module that needs `feature`, and the bytes at which it needs it.
const IMPLEMENTED: &[(Feature, &str, &[u8])] = &[
    (
        Feature::MutableGlobal,
        r#"(module (global (export "g") (mut i32) (i32.const 1)))"#,
        &[1, b'g', 3],
    ),
    (
        Feature::SignExtension,
        "(module (func (param i32) local.get 0 i32.extend8_s drop))",
        &[0xc0],
    ),
    (
        Feature::SaturatingFloatToInt,
        "(module (func (param f32) local.get 0 i32.trunc_sat_f32_s drop))",
        &[0xfc, 0],
    ),
    (
        Feature::MultiValue,
        "(module (func (result i32 i64) unreachable))",
        &[0x60, 0, 2],
    ),
    (
        Feature::BulkMemory,
        "(module (memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.fill))",
        &[0xfc, 11],
    ),
    (
        Feature::BulkMemory,
        r#"(module (memory 1) (data "x"))"#,
        &[1, 1, b'x'],
    ),
    (
        Feature::ReferenceTypes,
        "(module (func (param externref)))",
        &[0x60, 1],
    ),
    (
        Feature::ReferenceTypes,
        "(module (func ref.null func drop))",
        &[0xd0, 0x70],
    ),
    (
        Feature::ExtendedConst,
        "(module (global i32 (i32.add (i32.const 1) (i32.const 1))))",
        &[0x6a],
    ),
    (
        Feature::ExtendedConst,
        "(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))",
        &[0x23],
    ),
    (
        Feature::ExtendedConst,
        "(module (table 1 funcref (ref.null func)))",
        &[0x40],
    ),
    (
        Feature::TailCall,
        "(module (func $f return_call $f))",
        &[0x12],
    ),
    (
        Feature::MultiMemory,
        "(module (memory 1) (memory 1))",
        &[5, 5],
    ),
    (Feature::Memory64, "(module (memory i64 1))", &[4, 1]),
    (
        Feature::Memory64,
        "(module (table i64 1 funcref))",
        &[0x70, 4],
    ),
    (
        Feature::WideArithmetic,
        "(module (func (param i64 i64) (result i64 i64)
           local.get 0 local.get 0 local.get 1 local.get 1 i64.add128))",
        &[0xfc, 19],
    ),
    (
        Feature::CustomPageSizes,
        "(module (memory 1 (pagesize 1)))",
        &[8, 1, 0],
    ),
    (Feature::Simd, "(module (func (param v128)))", &[0x60, 1]),
    (
        Feature::Simd,
        "(module (func v128.const i64x2 0 0 drop))",
        &[0xfd, 12],
    ),
    (Feature::Simd, "(module (func (local v128)))", &[1, 0x7b]),
    (
        Feature::Simd,
        "(module (global v128 (v128.const i64x2 0 0)))",
        &[1, 0x7b],
    ),
    (
        Feature::RelaxedSimd,
        "(module (func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))",
        &[0xfd, 0x80],
    ),
];

const MISSING: &[(Feature, &str)] = &[
    (Feature::Threads, "(module (memory 1 1 shared))"),
    // Invalid besides, at the same place.
    (
        Feature::Threads,
        "(module (memory 1) (func i32.atomic.load drop))",
    ),
    (Feature::Threads, "(module (func atomic.fence))"),
    (Feature::Exceptions, "(module (tag))"),
    (Feature::Exceptions, r#"(module (import "" "" (tag)))"#),
    (Feature::Exceptions, "(module (func (block try_table end)))"),
    (Feature::Exceptions, "(module (func (param exnref)))"),
    (Feature::LegacyExceptions, "(module (func try end))"),
    (
        Feature::FunctionReferences,
        "(module (func (param (ref func))))",
    ),
    (
        Feature::FunctionReferences,
        "(module (type $t (func)) (func (param (ref null $t))))",
    ),
    (
        Feature::FunctionReferences,
        "(module (type $t (func)) (func (local (ref null $t))))",
    ),
    (
        Feature::FunctionReferences,
        "(module (type $t (func)) (global (ref null $t) (ref.null $t)))",
    ),
    (
        Feature::FunctionReferences,
        "(module (func) (table 1 (ref func) (ref.func 0)))",
    ),
    (
        Feature::FunctionReferences,
        "(module (func) (elem (ref func) (ref.func 0)))",
    ),
    (
        Feature::FunctionReferences,
        "(module (func (param funcref) local.get 0 ref.as_non_null drop))",
    ),
    (Feature::Gc, "(module (type (struct)))"),
    (Feature::Gc, "(module (type (array i8)))"),
    (Feature::Gc, "(module (type (sub (func))))"),
    (Feature::Gc, "(module (rec (type (func)) (type (func))))"),
    (Feature::Gc, "(module (func (param anyref)))"),
    (Feature::Gc, "(module (func (local i31ref)))"),
    (Feature::Gc, "(module (global funcref (ref.null nofunc)))"),
    (
        Feature::Gc,
        "(module (global externref (extern.convert_any (ref.null any))))",
    ),
    (Feature::Gc, "(module (elem anyref (ref.null any)))"),
    (Feature::Gc, "(module (func i32.const 1 ref.i31 drop))"),
    (
        Feature::SharedEverythingThreads,
        "(module (global (shared i32) (i32.const 1)))",
    ),
    (
        Feature::StackSwitching,
        "(module (type $f (func)) (type (cont $f)))",
    ),
];

#[test]
fn that_are_off_are_named_with_their_offset() {
    for (feature, text, at) in IMPLEMENTED {
        let bytes = wasm(text);
        for bodies in Bodies::ALL {
            assert_eq!(
                error_of(&bytes, Features::IMPLEMENTED, bodies),
                None,
                "{text}"
            );
            let off = Features::IMPLEMENTED - feature.flag();
            let error = error_of(&bytes, off, bodies).expect(text);
            let ModuleError::Feature {
                feature: named,
                offset,
                implemented,
                ..
            } = error
            else {
                panic!("{text}: {error}");
            };
            assert_eq!((named, implemented), (*feature, true), "{text}");
            let expected = offset_of(&bytes, at);
            let near = expected..=expected + at.len();
            assert!(
                near.contains(&offset),
                "{text}: {offset} is not in {near:?}"
            );
        }
    }
    for feature in Features::IMPLEMENTED.features() {
        assert!(
            IMPLEMENTED.iter().any(|(f, ..)| *f == feature),
            "{feature} has a case"
        );
    }
}

#[test]
fn that_are_missing_are_named_whatever_is_asked_for() {
    for (feature, text) in MISSING {
        let bytes = wasm(text);
        for features in [Features::IMPLEMENTED, Features::all()] {
            for bodies in Bodies::ALL {
                let error = error_of(&bytes, features, bodies).expect(text);
                let ModuleError::Feature {
                    feature: named,
                    offset,
                    implemented,
                    ..
                } = error
                else {
                    panic!("{text}: {error}");
                };
                assert_eq!((named, implemented), (*feature, false), "{text}");
                assert!((8..bytes.len()).contains(&offset), "{text}");
            }
        }
    }
}

#[test]
fn are_found_with_everything_off() {
    // Nothing is on that a feature's module might need besides it, so the
    // feature that is named may be another one; it is never none.
    for (text, missing) in IMPLEMENTED
        .iter()
        .map(|(_, text, _)| (text, true))
        .chain(MISSING.iter().map(|(_, text)| (text, true)))
    {
        let error = error_of(&wasm(text), Features::MVP, Bodies::Valid).expect(text);
        assert_eq!(
            matches!(error, ModuleError::Feature { .. }),
            missing,
            "{text}: {error}"
        );
    }
}

#[test]
fn are_told_in_words() {
    let error = |text, features| error_of(&wasm(text), features, Bodies::Valid).expect(text);
    let tail = error("(module (func $f return_call $f))", Features::MVP).to_string();
    assert!(
        tail.ends_with(": requires the `tail_call` feature, which is disabled (at offset 0x17)"),
        "{tail}"
    );
    let threads = error("(module (memory 1 1 shared))", Features::default()).to_string();
    assert!(
        threads.ends_with("the `threads` feature, which is not supported (at offset 0xb)"),
        "{threads}"
    );
}

#[test]
fn are_not_blamed_for_plain_mistakes() {
    let cases = [
        wasm("(module (func (result i32) i64.const 1))"),
        wasm("(module (func call 7))"),
        wasm("(module (func) (export \"a\" (func 0)) (export \"a\" (func 0)))"),
        wasm("(module (func local.get 0 drop))"),
        wasm("(module (import \"\" \"\" (global (mut i32))) (global i32 (global.get 0)))"),
        wasm("(module (import \"\" \"\" (memory 2 1)))"),
        b"\0asm\x01\0\0\0\x01\x02\x01".to_vec(),
        b"\0asm\x02\0\0\0".to_vec(),
        b"not wasm".to_vec(),
        Vec::new(),
    ];
    for bytes in cases {
        for features in [
            Features::MUTABLE_GLOBAL,
            Features::default(),
            Features::all(),
        ] {
            let error = error_of(&bytes, features, Bodies::Deferred).expect("invalid");
            assert!(matches!(error, ModuleError::Invalid { .. }), "{error}");
        }
    }
}

#[test]
fn include_components_only_by_name() {
    let component = b"\0asm\x0d\0\x01\0";
    let error = error_of(component, Features::all(), Bodies::Summarised).expect("no module");
    assert!(matches!(
        error,
        ModuleError::Feature {
            feature: Feature::ComponentModel,
            implemented: false,
            ..
        }
    ));
}
