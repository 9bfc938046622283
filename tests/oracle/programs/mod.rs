//! Random programs in the text format, made to meet what translation does to code:
//! few locals that are read and written all the time, others in each loop, operands that wait
//! on the stack while they change, comparisons before branches, counted loops, sums as
//! addresses, branches that carry values.
//!
//! Programs come to an end by themselves: every loop and function takes from a
//! budget. The bits of a NaN are never seen, as runtimes may differ in them.

mod control;
mod operators;

use std::fmt::Write as _;

use arbitrary::Unstructured;

type Types = Vec<&'static str>;

const I32: &str = "i32";
const I64: &str = "i64";
const F32: &str = "f32";
const F64: &str = "f64";
const NUMBERS: [&str; 4] = [I32, I64, F32, F64];

/// How many loop iterations and calls an exported function may make.
const BUDGET: u32 = 200;

struct Function {
    params: Types,
    results: Types,
}

impl Function {
    fn signature(&self) -> String {
        signature(&self.params, &self.results)
    }
}

fn signature(params: &[&str], results: &[&str]) -> String {
    let list = |word, types: &[&str]| match types {
        [] => String::new(),
        types => format!(" ({word} {})", types.join(" ")),
    };
    list("param", params) + &list("result", results)
}

/// A random module in the binary format.
pub fn module(bytes: &mut Unstructured<'_>) -> Vec<u8> {
    let text = generate(bytes);
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A random module.
pub fn generate(bytes: &mut Unstructured<'_>) -> String {
    let mut choice = Choice(bytes);
    let count = 1 + choice.below(5);
    let functions: Vec<_> = (0..count)
        .map(|_| Function {
            params: choice.types(4),
            results: choice.types(3),
        })
        .collect();
    let mut text = String::from(PRELUDE);
    for (index, function) in functions.iter().enumerate() {
        let body = Body::new(&mut choice, &functions, function).generate();
        writeln!(text, "  (type $t{index} (func{}))", function.signature()).unwrap();
        writeln!(text, "  (func $f{index} (type $t{index}){body}  )").unwrap();
        let gets = (0..function.params.len()).map(|n| format!(" (local.get {n})"));
        writeln!(
            text,
            "  (func (export \"f{index}\") (type $t{index})\n    \
             (global.set $budget (i32.const {BUDGET}))\n    \
             (call $f{index}{}))",
            gets.collect::<String>()
        )
        .unwrap();
    }
    let elements: String = (0..6)
        .map(|_| format!(" $f{}", choice.below(functions.len())))
        .collect();
    writeln!(
        text,
        "  (elem (table $t) (i32.const 0) func{elements})\n  (elem declare func $f0)\n)"
    )
    .unwrap();
    text
}

const PRELUDE: &str = r#"(module
  (import "host" "a" (func $host_a (param i32 f64) (result i64)))
  (import "host" "b" (func $host_b (param i64) (result f32 i32)))
  (import "host" "g" (global $imported (mut i32)))
  (import "host" "m" (memory $first 1 2))
  (export "first" (memory $first))
  (memory $m (export "memory") 1 3)
  (memory $m64 (export "memory64") i64 1 3)
  (table $t (export "table") 8 10 funcref)
  (table $x (export "externs") 4 8 externref)
  (global $budget (mut i32) (i32.const 100))
  (global $gi32 (export "gi32") (mut i32) (i32.const 1))
  (global $gi64 (export "gi64") (mut i64) (i64.const 2))
  (global $gf32 (export "gf32") (mut f32) (f32.const 3))
  (global $gf64 (export "gf64") (mut f64) (f64.const 4))
  (data $d "the quick brown fox jumps over the lazy dog")
"#;

/// Decisions, taken from the bytes of the fuzzer or of a random number generator.
struct Choice<'a, 'b>(&'a mut Unstructured<'b>);

impl Choice<'_, '_> {
    fn below(&mut self, bound: usize) -> usize {
        self.0.int_in_range(0..=bound - 1).unwrap_or(0)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// At most `most` types.
    fn types(&mut self, most: usize) -> Types {
        (0..self.below(most + 1))
            .map(|_| self.of(&NUMBERS))
            .collect()
    }
}

/// The place of type `ty` among the numbers.
fn number_of(ty: &str) -> usize {
    let place = NUMBERS.iter().position(|number| *number == ty);
    place.expect("locals hold numbers")
}

/// A block that is open.
struct Label {
    /// What a branch to it carries.
    carries: Types,
    results: Types,
    /// The operands below it.
    below: Types,
}

/// A function body being written. Locals: the parameters, then two of each type,
/// then `$p` and `$q`, which are always small enough to be addresses, then one of
/// each float type for [`Body::quiet`].
struct Body<'a, 'b, 'c> {
    choice: &'a mut Choice<'b, 'c>,
    functions: &'a [Function],
    function: &'a Function,
    /// The operands of the innermost block.
    stack: Types,
    labels: Vec<Label>,
    text: String,
    /// How many more operators there may be.
    left: usize,
    /// For each type, a number that says which local is used most.
    hottest: [usize; NUMBERS.len()],
    /// Whether there may be calls here.
    calls: bool,
}

impl<'a, 'b, 'c> Body<'a, 'b, 'c> {
    fn new(
        choice: &'a mut Choice<'b, 'c>,
        functions: &'a [Function],
        function: &'a Function,
    ) -> Self {
        let left = 10 + choice.below(160);
        Self {
            choice,
            functions,
            function,
            stack: Vec::new(),
            labels: Vec::new(),
            text: String::new(),
            left,
            hottest: [0; NUMBERS.len()],
            calls: true,
        }
    }

    fn generate(mut self) -> String {
        self.op("(local i32 i32 i64 i64 f32 f32 f64 f64)");
        self.op("(local $p i32) (local $q i32) (local $qf32 f32) (local $qf64 f64)");
        self.take_from_budget();
        self.labels.push(Label {
            carries: self.function.results.clone(),
            results: self.function.results.clone(),
            below: Vec::new(),
        });
        self.statements();
        self.settle(&self.function.results);
        self.text
    }

    fn op(&mut self, text: impl AsRef<str>) {
        let indent = "  ".repeat(self.labels.len());
        write!(self.text, "\n    {indent}{}", text.as_ref()).unwrap();
    }

    fn take_from_budget(&mut self) {
        self.op("(if (i32.eqz (global.get $budget)) (then (unreachable)))");
        self.op("(global.set $budget (i32.sub (global.get $budget) (i32.const 1)))");
    }

    /// Locals of type `ty`: parameters and the two that every function has.
    fn locals(&self, ty: &str) -> Vec<String> {
        let params = self.function.params.iter().enumerate();
        let own = params
            .filter(|(_, param)| **param == ty)
            .map(|(index, _)| index);
        let at = number_of(ty);
        let first = self.function.params.len() + 2 * at;
        own.chain([first, first + 1])
            .map(|index| index.to_string())
            .collect()
    }

    fn local(&mut self, ty: &str) -> String {
        let locals = self.locals(ty);
        let at = if self.choice.one_in(2) {
            self.hottest[number_of(ty)] % locals.len()
        } else {
            self.choice.below(locals.len())
        };
        locals[at].clone()
    }

    /// Begins a loop: other locals are used most. What must be put back at its end.
    fn heat(&mut self) -> ([usize; NUMBERS.len()], bool) {
        let before = (self.hottest, self.calls);
        self.hottest = NUMBERS.map(|_| self.choice.below(6));
        self.calls &= self.choice.one_in(2);
        before
    }

    /// Pushes something simple.
    fn leaf(&mut self, ty: &'static str) {
        match self.choice.below(8) {
            0..4 => {
                let local = self.local(ty);
                self.op(format!("local.get {local}"));
            }
            4 if ty == I32 => self.op("local.get $p"),
            4 => self.op(format!("global.get $g{ty}")),
            _ => self.constant(ty),
        }
        self.stack.push(ty);
    }

    fn constant(&mut self, ty: &str) {
        const INTEGERS: [&str; 12] = [
            "0",
            "1",
            "-1",
            "2",
            "7",
            "8",
            "0x7fff",
            "-0x8000",
            "0x8000",
            "0x12345",
            "0x7fffffff",
            "-0x80000000",
        ];
        const WIDE: [&str; 4] = [
            "0x80000000",
            "-0x80000001",
            "0x7fffffffffffffff",
            "-0x8000000000000000",
        ];
        const FLOATS: [&str; 8] = ["0", "-0", "1", "-1.5", "100", "1e10", "inf", "nan"];
        let text = match ty {
            I32 => self.choice.of(&INTEGERS),
            I64 if self.choice.one_in(4) => self.choice.of(&WIDE),
            I64 => self.choice.of(&INTEGERS),
            _ => self.choice.of(&FLOATS),
        };
        self.op(format!("{ty}.const {text}"));
    }

    /// Makes the topmost operands those of `types`, keeping as many as fit.
    fn need(&mut self, types: &[&'static str]) {
        let fits = |&keep: &usize| self.stack.ends_with(&types[..keep]);
        let keep = (0..=types.len()).rev().find(fits).unwrap_or(0);
        for &ty in &types[keep..] {
            self.leaf(ty);
        }
    }

    fn take(&mut self, count: usize) {
        self.stack.truncate(self.stack.len() - count);
    }

    /// An operator with operands `operands` and results `results`.
    fn apply(
        &mut self,
        text: impl AsRef<str>,
        operands: &[&'static str],
        results: &[&'static str],
    ) {
        self.need(operands);
        self.op(text);
        self.take(operands.len());
        self.stack.extend_from_slice(results);
    }

    /// Makes the operands of the block exactly `types`.
    fn settle(&mut self, types: &[&'static str]) {
        let same = self
            .stack
            .iter()
            .zip(types)
            .take_while(|(a, b)| a == b)
            .count();
        while self.stack.len() > same {
            self.discard();
        }
        for &ty in &types[same..] {
            self.leaf(ty);
        }
    }

    fn discard(&mut self) {
        let ty = self.stack.pop().unwrap();
        match self.choice.below(3) {
            0 => self.op("drop"),
            1 => {
                let local = self.local(ty);
                self.op(format!("local.set {local}"));
            }
            _ => self.op(format!("global.set $g{ty}")),
        }
    }

    /// Replaces the NaN that the topmost operand may be by the canonical one.
    fn quiet(&mut self, ty: &str) {
        self.op(format!("local.tee $q{ty}"));
        self.op(format!("{ty}.const nan"));
        self.op(format!("({ty}.eq (local.get $q{ty}) (local.get $q{ty}))"));
        self.op("select");
    }

    fn statements(&mut self) {
        while self.left > 0 {
            self.left -= 1;
            match self.choice.below(32) {
                0..3 => {
                    let ty = self.choice.of(&NUMBERS);
                    self.leaf(ty);
                }
                3..8 => self.arithmetic(),
                8..12 => self.write_local(),
                12..15 => self.memory(),
                15 => self.bulk(),
                16 | 17 if self.calls => self.call(),
                16 | 17 => self.arithmetic(),
                18 | 19 => self.comparison(),
                20 if self.labels.len() < 6 => self.block(),
                21 if self.labels.len() < 6 => self.conditional(),
                22 | 23 if self.labels.len() < 6 => self.looped(),
                24..27 => self.branch_if(),
                27 => self.select(),
                28 => self.global(),
                29 if self.labels.len() > 1 => {
                    // The block ends here.
                    if self.choice.one_in(2) {
                        self.leave();
                    }
                    return;
                }
                30 => self.table(),
                31 if self.choice.one_in(2) => self.early_exit(),
                _ if !self.stack.is_empty() => self.discard(),
                _ => {}
            }
        }
    }
}
