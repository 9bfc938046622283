//! Random functions with more vectors in locals than there are registers: every engine computes the same.

use std::fmt::Write as _;

use super::differential::Guest;
use super::engines::engines;
use super::forms::OUT;
use super::inputs::{INPUTS, Random};

/// How many locals there are, of which at most seven are pinned.
const LOCALS: usize = 13;

/// Writes the body of a function.
struct Writer {
    random: Random,
    text: String,
    /// How many more statements there may be.
    left: usize,
    loops: usize,
}

impl Writer {
    fn local(&mut self) -> usize {
        self.random.below(LOCALS)
    }

    /// A vector.
    fn vector(&mut self, depth: usize) {
        let local = self.local();
        if depth == 0 {
            let _ = match self.random.below(5) {
                0 => write!(self.text, "(v128.const i64x2 {} 7)", local * 3),
                1 => write!(
                    self.text,
                    "(v128.load offset={} (local.get $in))",
                    16 * local
                ),
                _ => write!(self.text, "(local.get $v{local})"),
            };
            return;
        }
        const BINARY: [&str; 8] = [
            "i32x4.add",
            "i8x16.sub",
            "v128.xor",
            "i16x8.min_u",
            "i64x2.mul",
            "i8x16.lt_u",
            "i8x16.swizzle",
            "i8x16.shuffle 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
        ];
        match self.random.below(8) {
            0 => {
                let _ = write!(self.text, "(local.tee $v{local} ");
                self.vector(depth - 1);
            }
            1 => {
                self.text += "(select ";
                self.vector(depth - 1);
                self.vector(depth - 1);
                self.number(depth - 1);
            }
            2 => {
                self.text += "(i32x4.splat ";
                self.number(depth - 1);
            }
            3 => {
                self.text += "(v128.bitselect ";
                self.vector(depth - 1);
                self.vector(depth - 1);
                self.vector(depth - 1);
            }
            4 => {
                self.text += "(if (result v128) ";
                self.number(depth - 1);
                self.text += "(then ";
                self.vector(depth - 1);
                self.text += ") (else ";
                self.vector(depth - 1);
                self.text += ")";
            }
            5 if self.random.below(3) == 0 => {
                self.text += "(call $same ";
                self.vector(depth - 1);
            }
            _ => {
                let op = BINARY[self.random.below(BINARY.len())];
                let _ = write!(self.text, "({op} ");
                self.vector(depth - 1);
                self.vector(depth - 1);
            }
        }
        self.text += ")";
    }

    /// A number.
    fn number(&mut self, depth: usize) {
        self.text += match self.random.below(4) {
            0 => "(i8x16.extract_lane_u 5 ",
            1 => "(v128.any_true ",
            2 => "(i16x8.bitmask ",
            _ => "(i32x4.extract_lane 0 ",
        };
        self.vector(depth);
        self.text += ")";
    }

    fn statement(&mut self, depth: usize) {
        self.left = self.left.saturating_sub(1);
        match self.random.below(if depth == 0 { 4 } else { 7 }) {
            4 => {
                self.text += "(if ";
                self.number(1);
                self.text += "(then ";
                self.statements(depth - 1);
                self.text += ") (else ";
                self.statements(depth - 1);
                self.text += "))\n";
            }
            5 => {
                self.text += "(block $out";
                self.statements(depth - 1);
                self.text += "(br_if $out ";
                self.number(1);
                self.text += ")";
                self.statements(depth - 1);
                self.text += ")\n";
            }
            6 if self.loops > 0 => {
                self.loops -= 1;
                let counter = self.loops;
                let _ = write!(
                    self.text,
                    "(local.set $n{counter} (i32.const 3)) (loop $next "
                );
                self.statements(depth - 1);
                let _ = writeln!(
                    self.text,
                    "(br_if $next (local.tee $n{counter} (i32.sub (local.get $n{counter}) (i32.const 1)))))"
                );
            }
            _ => {
                let _ = write!(self.text, "(local.set $v{} ", self.random.below(LOCALS));
                self.vector(3);
                self.text += ")\n";
            }
        }
    }

    fn statements(&mut self, depth: usize) {
        let count = (1 + self.random.below(6)).min(self.left);
        (0..count).for_each(|_| self.statement(depth));
    }
}

/// A module with a function that leaves all its locals in memory.
fn module(seed: u64) -> String {
    const LOOPS: usize = 6;
    let mut writer = Writer {
        random: Random(seed),
        text: String::new(),
        left: 60,
        loops: LOOPS,
    };
    for local in 0..LOCALS {
        let _ = writeln!(
            writer.text,
            "(local.set $v{local} (v128.load offset={} (local.get $in)))",
            16 * local
        );
    }
    while writer.left > 0 {
        writer.statement(3);
    }
    for local in 0..LOCALS {
        let _ = writeln!(
            writer.text,
            "(v128.store offset={} (i32.const {OUT}) (local.get $v{local}))",
            16 * local
        );
    }
    let vectors: String = (0..LOCALS)
        .map(|i| format!("(local $v{i} v128) "))
        .collect();
    let counters: String = (0..LOOPS).map(|i| format!("(local $n{i} i32) ")).collect();
    format!(
        "(module (memory (export \"memory\") {})
           (func $same (param v128) (result v128) (local.get 0))
           (func (export \"f\") (param $in i32) {vectors} {counters}\n{}))",
        OUT.div_ceil(1 << 16) + 1,
        writer.text
    )
}

#[test]
fn functions_with_many_vectors_compute_the_same_everywhere() {
    const FUNCTIONS: u64 = 60;
    let bytes = INPUTS[..64].as_flattened().as_flattened();
    let engines = engines();
    for seed in 0..FUNCTIONS {
        let text = module(seed);
        let results = engines.iter().map(|tested| {
            Guest::new(&tested.engine, &text, bytes).run("f", 48 * (seed as usize % 16), LOCALS)
        });
        let mut results = results.zip(&engines);
        let (expected, first) = results.next().expect("there is an engine");
        for (actual, tested) in results {
            assert_eq!(
                actual, expected,
                "{} and {}: {text}",
                tested.name, first.name
            );
        }
    }
}
