//! Operators that the compiler makes one of, or knows something of by the one before.

use selvedge_vm::ops::simd::{BinaryKind, V128};

use super::differential::{Guest, hex, to_bytes};
use super::engines::engines;
use super::forms::OUT;
use super::inputs::{INPUTS, Input};

/// A body that computes a vector of `$a`, `$b`, `$c` and of memory at `$in`, where these are, and its meaning.
type Case = (&'static str, fn(Input) -> V128);

const NIBBLES: V128 = [0x0f; 16];

fn bit(holds: bool) -> V128 {
    let mut vector = [0; 16];
    vector[0] = holds.into();
    vector
}

fn and(a: V128, b: V128) -> V128 {
    BinaryKind::V128And.eval(a, b)
}

const CASES: [Case; 14] = [
    (
        "(i32x4.add (v128.load (local.get $in)) (local.get $b))",
        |[a, b, _]| BinaryKind::I32x4Add.eval(a, b),
    ),
    (
        "(i32x4.sub (v128.load (local.get $in)) (local.get $b))",
        |[a, b, _]| BinaryKind::I32x4Sub.eval(a, b),
    ),
    (
        "(i16x8.sub_sat_u (local.get $b) (v128.load (local.get $in)))",
        |[a, b, _]| BinaryKind::I16x8SubSatU.eval(b, a),
    ),
    (
        "(local.set $b (v128.xor (v128.load offset=32 (local.get $in)) (local.get $b))) (local.get $b)",
        |[_, b, c]| BinaryKind::V128Xor.eval(c, b),
    ),
    (
        "(local.set $a (i8x16.max_u (local.get $b) (v128.load offset=32 (local.get $in)))) (local.get $a)",
        |[_, b, c]| BinaryKind::I8x16MaxU.eval(c, b),
    ),
    (
        "(i64x2.add (v128.load (local.get $in)) (local.get $b)) (v128.xor (local.get $b))",
        |[a, b, _]| BinaryKind::V128Xor.eval(BinaryKind::I64x2Add.eval(a, b), b),
    ),
    (
        "(i8x16.swizzle (local.get $a) (v128.and (local.get $b) (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f)))",
        |[a, b, _]| BinaryKind::I8x16Swizzle.eval(a, and(b, NIBBLES)),
    ),
    (
        "(i8x16.swizzle (local.get $a) (v128.and (v128.const i64x2 -0x7070707070707071 -0x7070707070707071) (local.get $b)))",
        |[a, b, _]| BinaryKind::I8x16Swizzle.eval(a, and(b, [0x8f; 16])),
    ),
    (
        "(i8x16.swizzle (local.get $a) (v128.and (local.get $b) (v128.const i64x2 0x1f1f1f1f1f1f1f1f 0x1f1f1f1f1f1f1f1f)))",
        |[a, b, _]| BinaryKind::I8x16Swizzle.eval(a, and(b, [0x1f; 16])),
    ),
    // On one way the numbers are known to be small, on the other they are not.
    (
        "(i8x16.swizzle (local.get $a)
           (block $joined (result v128)
             (br_if $joined (local.get $b) (i32.and (i32x4.extract_lane 0 (local.get $c)) (i32.const 1)))
             (drop)
             (v128.and (local.get $b) (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))))",
        |[a, b, c]| {
            let order = if c[0] & 1 == 1 { b } else { and(b, NIBBLES) };
            BinaryKind::I8x16Swizzle.eval(a, order)
        },
    ),
    (
        "(i8x16.swizzle (local.get $a)
           (local.tee $c (v128.and (local.get $b) (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))))
         (v128.xor (local.get $c))",
        |[a, b, _]| {
            let order = and(b, NIBBLES);
            BinaryKind::V128Xor.eval(BinaryKind::I8x16Swizzle.eval(a, order), order)
        },
    ),
    (
        "(v128.load32_zero (i32.const 0))
         (i32x4.replace_lane 0 (v128.any_true (v128.and (local.get $a) (local.get $b))))
         (v128.and (v128.const i64x2 0xffffffff 0))",
        |[a, b, _]| bit(and(a, b) != [0; 16]),
    ),
    (
        "(if (result v128) (v128.any_true (v128.and (local.get $a) (v128.const i64x2 0x101 0)))
           (then (v128.const i64x2 1 0)) (else (v128.const i64x2 0 0)))",
        |[a, ..]| bit(a[0] & 1 != 0 || a[1] & 1 != 0),
    ),
    (
        "(v128.andnot (local.get $a) (v128.const i64x2 0x0f0f0f0f0f0f0f0f 0x0f0f0f0f0f0f0f0f))",
        |[a, ..]| and(a, [0xf0; 16]),
    ),
];

#[test]
fn operators_that_are_compiled_together_mean_what_they_do_alone() {
    const LOCALS: &str = "(local $a v128) (local $b v128) (local $c v128)";
    let inputs = &INPUTS[..2000];
    let bytes = to_bytes(&INPUTS);
    let pages = (OUT + 16 * inputs.len()).div_ceil(1 << 16);
    for (body, meaning) in CASES {
        let text = format!(
            "(module (memory (export \"memory\") {pages})
               (func (export \"f\") (param $n i32) (local $in i32) (local $out i32) {LOCALS}
                 (local.set $out (i32.const {OUT}))
                 (loop $next
                   (local.set $a (v128.load (local.get $in)))
                   (local.set $b (v128.load offset=16 (local.get $in)))
                   (local.set $c (v128.load offset=32 (local.get $in)))
                   (local.get $out) {body} (v128.store)
                   (local.set $in (i32.add (local.get $in) (i32.const 48)))
                   (local.set $out (i32.add (local.get $out) (i32.const 16)))
                   (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"
        );
        for tested in engines() {
            let results =
                Guest::new(&tested.engine, &text, &bytes).run("f", inputs.len(), inputs.len());
            for (input, actual) in inputs.iter().zip(results) {
                let expected = meaning(*input);
                let [actual, expected] = [actual, expected].map(hex);
                assert_eq!(
                    actual, expected,
                    "{} on {}, of {input:02x?}",
                    body, tested.name
                );
            }
        }
    }
}
