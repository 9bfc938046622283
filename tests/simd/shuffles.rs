//! `i8x16.shuffle`, `v128.const` and `v128.store`, whose immediates are many.

use std::fmt::Write as _;

use selvedge_vm::ops::simd::{V128, shuffle};

use super::differential::{Guest, hex, to_bytes};
use super::engines::engines;
use super::forms::OUT;
use super::inputs::{COUNT, INPUTS, Random};

/// For how many inputs each pattern is tried.
const EACH: usize = 64;

/// The bytes of `a` and then of `b` by number: what processors do in one instruction, and what is near that.
fn patterns() -> Vec<[u8; 16]> {
    let mut random = Random(2);
    let mut all: Vec<[u8; 16]> = Vec::new();
    let lanes = |size: usize, numbers: &[usize]| -> [u8; 16] {
        std::array::from_fn(|i| (numbers[i / size] * size + i % size) as u8)
    };
    // A part of both, one behind the other, and rotations of one.
    all.extend((0..17).map(|from| std::array::from_fn(|i| from + i as u8)));
    all.extend((1..16).map(|by| std::array::from_fn(|i| (by + i as u8) % 16)));
    all.extend((1..16).map(|by| std::array::from_fn(|i| 16 + (by + i as u8) % 16)));
    for size in [1, 2, 4, 8] {
        let count = 16 / size;
        // One lane, all of them the other way, neighbours, lanes of either by turns.
        all.extend((0..2 * count).map(|lane| lanes(size, &vec![lane; count])));
        let mut add = |number: &dyn Fn(usize) -> usize| {
            let numbers: Vec<_> = (0..count).map(number).collect();
            all.push(lanes(size, &numbers));
        };
        add(&|i| count - 1 - i);
        add(&|i| 2 * count - 1 - i);
        add(&|i| i ^ 1);
        for (first, second) in [(0, count), (count, 0), (0, 0), (count, count)] {
            for half in [0, count / 2] {
                add(&|i| half + i / 2 + if i % 2 == 0 { first } else { second });
            }
            for odd in [0, 1] {
                add(&|i| (2 * i + odd) % count + if 2 * i < count { first } else { second });
            }
            add(&|i| i + if i % 2 == 0 { first } else { second });
            add(&|i| i + if i < count / 2 { first } else { second });
        }
        // Lanes of one, of the other, of both in place, and any.
        for _ in 0..12 {
            all.push(lanes(size, &[(); 16].map(|()| random.below(count))));
            all.push(lanes(size, &[(); 16].map(|()| count + random.below(count))));
            let mut at = 0..;
            let in_place = [(); 16].map(|()| {
                let at = at.next().expect("endless");
                at % count + count * random.below(2)
            });
            all.push(lanes(size, &in_place));
            all.push(lanes(size, &[(); 16].map(|()| random.below(2 * count))));
        }
    }
    // One byte that does not fit.
    let fitting = all.len();
    for at in (0..fitting).step_by(5) {
        let mut pattern = all[at];
        pattern[random.below(16)] = random.below(32) as u8;
        all.push(pattern);
    }
    all
}

fn text(pattern: &[u8; 16]) -> String {
    pattern.map(|lane| lane.to_string()).join(" ")
}

#[test]
fn shuffles() {
    let patterns = patterns();
    assert!(patterns.len() * EACH > 10_000);
    let bytes = to_bytes(&INPUTS);
    let engines = engines();
    // How operands are given: from memory, from locals with the result over one of them, one twice, one constant.
    let forms: [(&str, [usize; 2]); 4] = [
        (
            "(i8x16.shuffle LANES (v128.load (local.get $in)) (v128.load offset=16 (local.get $in)))",
            [0, 1],
        ),
        (
            "(local.set $b (i8x16.shuffle LANES (local.get $a) (local.get $b))) (local.get $b)",
            [0, 1],
        ),
        (
            "(i8x16.shuffle LANES (local.get $a) (local.get $a))",
            [0, 0],
        ),
        (
            "(i8x16.shuffle LANES (local.get $c) (local.get $a)) (local.set $a) (local.get $a)",
            [2, 0],
        ),
    ];
    for (at, chunk) in patterns.chunks(40).enumerate() {
        let mut module = String::from("(module (memory (export \"memory\") 10)\n");
        for (number, pattern) in chunk.iter().enumerate() {
            for (form, (body, _)) in forms.iter().enumerate() {
                let body = body.replace("LANES", &text(pattern));
                let _ = writeln!(
                    module,
                    "(func (export \"{number} {form}\") (param $n i32) (local $in i32) (local $out i32)
                       (local $a v128) (local $b v128) (local $c v128)
                       (local.set $out (i32.const {OUT}))
                       (loop $next
                         (local.set $a (v128.load (local.get $in)))
                         (local.set $b (v128.load offset=16 (local.get $in)))
                         (local.set $c (v128.load offset=32 (local.get $in)))
                         (local.get $out) {body} v128.store
                         (local.set $in (i32.add (local.get $in) (i32.const 48)))
                         (local.set $out (i32.add (local.get $out) (i32.const 16)))
                         (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
                );
            }
        }
        module.push(')');
        // Other inputs for other patterns.
        let first = at * 500 % (COUNT - EACH);
        let bytes = &bytes[48 * first..];
        for tested in &engines {
            let mut guest = Guest::new(&tested.engine, &module, bytes);
            for (number, pattern) in chunk.iter().enumerate() {
                for (form, (_, order)) in forms.iter().enumerate() {
                    let results = guest.run(&format!("{number} {form}"), EACH, EACH);
                    for (input, actual) in INPUTS[first..].iter().zip(results) {
                        let [a, b] = order.map(|at| input[at]);
                        let expected = shuffle(a, b, *pattern);
                        assert_eq!(
                            hex(actual),
                            hex(expected),
                            "shuffle {}, form {form}, on {}, of {} and {}",
                            text(pattern),
                            tested.name,
                            hex(a),
                            hex(b)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn constants() {
    let mut random = Random(3);
    let mut constants: Vec<V128> = (0..500).map(|_| random.vector()).collect();
    constants.extend([[0; 16], [0xff; 16], [0x80; 16], 1_u128.to_le_bytes()]);
    // Some more than once.
    constants.extend_from_within(..50);
    let of = |vector: V128| {
        let bits = u128::from_le_bytes(vector);
        format!(
            "(v128.const i64x2 {:#x} {:#x})",
            bits as u64,
            (bits >> 64) as u64
        )
    };
    let mut module = String::from(
        "(module (memory (export \"memory\") 10) (func $id (param v128) (result v128) (local.get 0))\n",
    );
    let ways = [
        ("stored", "(v128.store offset=OUT (local.get $zero) CONST)"),
        (
            "set",
            "(local.set $v CONST) (v128.store offset=OUT (local.get $zero) (local.get $v))",
        ),
        (
            "passed",
            "(v128.store offset=OUT (local.get $zero) (call $id CONST))",
        ),
        (
            "chosen",
            "(v128.store offset=OUT (local.get $zero) (select CONST (v128.const i64x2 7 7) (local.get $n)))",
        ),
    ];
    for (name, body) in ways {
        let _ = writeln!(
            module,
            "(func (export \"{name}\") (param $n i32) (local $zero i32) (local $v v128)"
        );
        for (at, &constant) in constants.iter().enumerate() {
            let offset = (OUT + 16 * at).to_string();
            module += &body.replace("OUT", &offset).replace("CONST", &of(constant));
            module.push('\n');
        }
        module.push(')');
    }
    module.push(')');
    for tested in engines() {
        let mut guest = Guest::new(&tested.engine, &module, &[]);
        for (name, _) in ways {
            let results = guest.run(name, 1, constants.len());
            assert_eq!(results, constants, "{name} on {}", tested.name);
        }
    }
}
