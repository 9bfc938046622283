//! Random programs in the text format, made to meet what translation does to code:
//! few locals that are read and written all the time, others in each loop, operands that wait
//! on the stack while they change, comparisons before branches, counted loops, sums as
//! addresses, branches that carry values.
//!
//! Programs come to an end by themselves: every loop and function takes from a
//! budget. The bits of a NaN are never seen, as runtimes may differ in them.

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

    fn arithmetic(&mut self) {
        const INTEGER: [&str; 11] = [
            "add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr",
        ];
        const FLOAT: [&str; 6] = ["add", "sub", "mul", "div", "min", "max"];
        const DIVISION: [&str; 4] = ["div_s", "div_u", "rem_s", "rem_u"];
        const WIDE: [&str; 2] = ["i64.add128", "i64.sub128"];
        let integer = self.choice.of(&[I32, I64]);
        let float = self.choice.of(&[F32, F64]);
        match self.choice.below(16) {
            0..6 => {
                let name = self.choice.of(&INTEGER);
                self.apply(format!("{integer}.{name}"), &[integer, integer], &[integer]);
            }
            6..9 => {
                let name = self.choice.of(&FLOAT);
                self.apply(format!("{float}.{name}"), &[float, float], &[float]);
            }
            9 => {
                let name = self.choice.of(&DIVISION);
                self.need(&[integer]);
                match self.choice.below(3) {
                    // A divisor that is not zero, most of the time.
                    0 => self.op(format!("({integer}.const 3)")),
                    1 => self.op(format!("({integer}.const -0x7654321)")),
                    _ => {
                        let local = self.local(integer);
                        self.op(format!(
                            "({integer}.or (local.get {local}) ({integer}.const 1))"
                        ));
                    }
                }
                self.op(format!("{integer}.{name}"));
            }
            10 => {
                let name = self
                    .choice
                    .of(&["clz", "ctz", "popcnt", "extend8_s", "extend16_s"]);
                self.apply(format!("{integer}.{name}"), &[integer], &[integer]);
            }
            11 => {
                const UNARY: [&str; 7] =
                    ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
                let name = self.choice.of(&UNARY);
                self.apply(format!("{float}.{name}"), &[float], &[float]);
            }
            12 => {
                let name = self.choice.of(&WIDE);
                self.apply(name, &[I64, I64, I64, I64], &[I64, I64]);
            }
            13 => {
                let name = self.choice.of(&["i64.mul_wide_s", "i64.mul_wide_u"]);
                self.apply(name, &[I64, I64], &[I64, I64]);
            }
            14 => {
                self.need(&[float]);
                self.quiet(float);
                let (name, ty) = if float == F32 {
                    ("i32.reinterpret_f32", I32)
                } else {
                    ("i64.reinterpret_f64", I64)
                };
                self.op(name);
                self.take(1);
                self.stack.push(ty);
            }
            _ => self.conversion(),
        }
    }

    fn conversion(&mut self) {
        const ALL: [(&str, &str, &str); 16] = [
            ("i32.wrap_i64", I64, I32),
            ("i64.extend_i32_s", I32, I64),
            ("i64.extend_i32_u", I32, I64),
            ("f32.convert_i32_s", I32, F32),
            ("f32.convert_i64_u", I64, F32),
            ("f64.convert_i32_u", I32, F64),
            ("f64.convert_i64_s", I64, F64),
            ("f32.demote_f64", F64, F32),
            ("f64.promote_f32", F32, F64),
            ("i32.trunc_sat_f32_s", F32, I32),
            ("i32.trunc_sat_f64_u", F64, I32),
            ("i64.trunc_sat_f32_u", F32, I64),
            ("i64.trunc_sat_f64_s", F64, I64),
            ("f32.reinterpret_i32", I32, F32),
            ("f64.reinterpret_i64", I64, F64),
            ("i32.trunc_f64_s", F64, I32),
        ];
        // The last one may trap: rarely.
        let most = if self.choice.one_in(8) {
            ALL.len()
        } else {
            ALL.len() - 1
        };
        let (name, from, to) = ALL[self.choice.below(most)];
        self.apply(name, &[from], &[to]);
    }

    fn comparison(&mut self) {
        const INTEGER: [&str; 10] = [
            "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u",
        ];
        const FLOAT: [&str; 6] = ["eq", "ne", "lt", "gt", "le", "ge"];
        match self.choice.below(8) {
            0..4 => {
                let ty = self.choice.of(&[I32, I64]);
                let name = self.choice.of(&INTEGER);
                self.apply(format!("{ty}.{name}"), &[ty, ty], &[I32]);
            }
            4 | 5 => {
                let ty = self.choice.of(&[F32, F64]);
                let name = self.choice.of(&FLOAT);
                self.apply(format!("{ty}.{name}"), &[ty, ty], &[I32]);
            }
            6 => self.apply("i32.and", &[I32, I32], &[I32]),
            _ => {
                let ty = self.choice.of(&[I32, I64]);
                self.apply(format!("{ty}.eqz"), &[ty], &[I32]);
            }
        }
        if self.choice.one_in(3) {
            let turn = [
                "i32.eqz",
                "(i32.eq (i32.const 0))",
                "(i32.ne (i32.const 0))",
            ];
            let turn = self.choice.of(&turn);
            self.op(turn);
        }
    }

    fn write_local(&mut self) {
        if self.choice.one_in(5) {
            // One of the addresses.
            self.need(&[I32]);
            let name = self.choice.of(&["$p", "$q"]);
            let mask = self.choice.of(&["0xff", "0xfff", "0x3ff8"]);
            self.op(format!("(i32.and (i32.const {mask}))"));
            let how = self.choice.of(&["set", "tee"]);
            self.op(format!("local.{how} {name}"));
            if how == "set" {
                self.take(1);
            }
            return;
        }
        let ty = match self.stack.last() {
            Some(&ty) if !self.choice.one_in(4) => ty,
            _ => self.choice.of(&NUMBERS),
        };
        let local = self.local(ty);
        if self.choice.one_in(2) {
            self.apply(format!("local.tee {local}"), &[ty], &[ty]);
        } else {
            self.apply(format!("local.set {local}"), &[ty], &[]);
        }
    }

    /// Pushes an address, in bounds most of the time.
    fn address(&mut self) {
        match self.choice.below(10) {
            0 | 1 => self.op("local.get $p"),
            2 => self.op("local.get $q"),
            3 => self.op("(i32.add (local.get $p) (local.get $q))"),
            4 => self.op("(i32.add (local.get $p) (i32.const 12))"),
            5 => self.op("(i32.add (i32.shl (local.get $q) (i32.const 1)) (local.get $p))"),
            6 => self.op("(i32.const 64)"),
            7 | 8 => {
                self.need(&[I32]);
                self.op("(i32.and (i32.const 0x7fff))");
                self.take(1);
            }
            _ if self.choice.one_in(4) => {
                self.need(&[I32]);
                self.take(1);
            }
            _ => self.op("(i32.add (local.get $q) (local.get $p))"),
        }
        self.stack.push(I32);
    }

    fn memory(&mut self) {
        const ACCESSES: [(&str, &str); 9] = [
            (I32, ""),
            (I64, ""),
            (F32, ""),
            (F64, ""),
            (I32, "8"),
            (I32, "16"),
            (I64, "8"),
            (I64, "16"),
            (I64, "32"),
        ];
        let (ty, width) = self.choice.of(&ACCESSES);
        self.address();
        let memory = self
            .choice
            .of(&["$first", "$first", "$first", "$first", "$m", "$m64"]);
        let offset = self
            .choice
            .of(&["", "", " offset=4", " offset=100", " offset=0x7000"]);
        if memory == "$m64" {
            self.op("i64.extend_i32_u");
            *self.stack.last_mut().unwrap() = I64;
        }
        if self.choice.one_in(2) {
            let sign = match width {
                "" => "",
                _ => self.choice.of(&["_s", "_u"]),
            };
            self.op(format!("{ty}.load{width}{sign} {memory}{offset}"));
            self.take(1);
            self.stack.push(ty);
        } else {
            self.value(ty);
            if ty == F32 || ty == F64 {
                self.quiet(ty);
            }
            self.op(format!("{ty}.store{width} {memory}{offset}"));
            self.take(2);
        }
    }

    /// Pushes a value that may take some computing.
    fn value(&mut self, ty: &'static str) {
        self.leaf(ty);
        if self.choice.one_in(2) {
            let name = self.choice.of(&["add", "sub", "mul"]);
            self.leaf(ty);
            self.op(format!("{ty}.{name}"));
            self.take(1);
        }
    }

    fn bulk(&mut self) {
        let memory = self.choice.of(&["$m", "$first"]);
        match self.choice.below(5) {
            0 => self.op(format!(
                "(memory.fill {memory} (local.get $p) (local.get $q) (i32.const 9))"
            )),
            1 => self.op(format!(
                "(memory.copy {memory} $m (local.get $p) (local.get $q) (i32.const 33))"
            )),
            2 => self.op(format!(
                "(memory.init {memory} $d (local.get $p) (i32.const 4) (i32.const 20))"
            )),
            3 => {
                self.op(format!("(memory.size {memory})"));
                self.stack.push(I32);
            }
            _ => {
                self.op(format!("(memory.grow {memory} (i32.const 1))"));
                self.stack.push(I32);
            }
        }
    }

    fn table(&mut self) {
        match self.choice.below(5) {
            0 => {
                self.op("(table.grow $x (table.get $x (i32.const 1)) (i32.const 1))");
                self.stack.push(I32);
            }
            1 => {
                self.op("(ref.is_null (table.get $t (i32.and (local.get $p) (i32.const 7))))");
                self.stack.push(I32);
            }
            2 => self.op("(table.set $t (i32.const 6) (ref.func $f0))"),
            3 => self.op("(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 4))"),
            _ => self.op("(table.fill $t (i32.const 5) (ref.null func) (i32.const 2))"),
        }
    }

    fn global(&mut self) {
        if self.choice.one_in(2) {
            self.apply("global.set $imported", &[I32], &[]);
        } else {
            self.op("global.get $imported");
            self.stack.push(I32);
        }
    }

    fn call(&mut self) {
        let callee = self.choice.below(self.functions.len());
        let Function { params, results } = &self.functions[callee];
        match self.choice.below(6) {
            0 => self.apply("call $host_a", &[I32, F64], &[I64]),
            1 => self.apply("call $host_b", &[I64], &[F32, I32]),
            2 => {
                self.need(params);
                let index = self.choice.of(&[
                    "(i32.const 0)",
                    "(i32.const 1)",
                    "(local.get $p)",
                    "(i32.and (local.get $q) (i32.const 3))",
                ]);
                self.op(index);
                self.op(format!("call_indirect $t (type $t{callee})"));
                self.take(params.len());
                self.stack.extend_from_slice(results);
            }
            _ => self.apply(format!("call $f{callee}"), params, results),
        }
    }

    fn select(&mut self) {
        let ty = match self.stack.last() {
            Some(&ty) if !self.choice.one_in(3) => ty,
            _ => self.choice.of(&NUMBERS),
        };
        self.need(&[ty, ty]);
        if self.choice.one_in(2) {
            self.leaf(I32);
        } else {
            self.comparison();
            self.need(&[I32]);
        }
        // The condition's operands may have taken the values.
        self.take(1);
        if self.stack.ends_with(&[ty, ty]) {
            self.op("select");
            self.take(1);
        } else {
            self.op("drop");
        }
    }

    /// Opens a block of `kind`, fills it, and closes it.
    fn within(&mut self, kind: &str, params: &[&'static str], results: &[&'static str]) {
        self.op(format!("{kind}{}", signature(params, results)));
        let inner = params.to_vec();
        let outer = self.stack.len() - params.len();
        let mut below = std::mem::replace(&mut self.stack, inner.clone());
        below.truncate(outer);
        let carries = if kind == "loop" {
            inner.clone()
        } else {
            results.to_vec()
        };
        self.labels.push(Label {
            carries,
            results: results.to_vec(),
            below,
        });
        let mut before = None;
        if kind == "loop" {
            self.take_from_budget();
            before = Some(self.heat());
        }
        self.statements();
        self.settle(results);
        if let Some(before) = before {
            (self.hottest, self.calls) = before;
        }
        if kind == "if" && (params != results || self.choice.one_in(2)) {
            self.stack = inner;
            let label = self.labels.pop().unwrap();
            self.op("else");
            self.labels.push(label);
            self.statements();
            self.settle(results);
        }
        let label = self.labels.pop().unwrap();
        self.op("end");
        self.stack = label.below;
        self.stack.extend(label.results);
    }

    /// Parameters for a block: some of the topmost operands.
    fn params(&mut self) -> Types {
        let most = self.stack.len().min(3);
        let count = if self.choice.one_in(2) {
            self.choice.below(most + 1)
        } else {
            0
        };
        self.stack[self.stack.len() - count..].to_vec()
    }

    fn block(&mut self) {
        let params = self.params();
        let results = self.choice.types(2);
        self.within("block", &params, &results);
    }

    fn conditional(&mut self) {
        self.comparison();
        self.need(&[I32]);
        self.take(1);
        let params = self.params();
        let results = if self.choice.one_in(2) {
            params.clone()
        } else {
            self.choice.types(2)
        };
        self.within("if", &params, &results);
    }

    fn looped(&mut self) {
        if self.choice.one_in(2) {
            let params = self.params();
            let results = self.choice.types(2);
            return self.within("loop", &params, &results);
        }
        // A counted loop, whose body may change the counter.
        let ty = self.choice.of(&[I32, I64]);
        let counter = self.local(ty);
        let limit = match self.choice.below(3) {
            0 => format!("(local.get {})", self.local(ty)),
            1 => format!("({ty}.const 100000)"),
            _ => format!("({ty}.const 12)"),
        };
        let step = self.choice.of(&["1", "-1", "3"]);
        let name = self
            .choice
            .of(&["lt_s", "lt_u", "ne", "gt_s", "ge_u", "le_s", "eq"]);
        self.op("loop");
        let below = std::mem::take(&mut self.stack);
        self.labels.push(Label {
            carries: Vec::new(),
            results: Vec::new(),
            below,
        });
        self.take_from_budget();
        let before = self.heat();
        self.statements();
        (self.hottest, self.calls) = before;
        let keep = self.choice.below(3);
        let label = self.labels.pop().unwrap();
        if keep == 0 {
            self.op(format!("local.get {counter}"));
        }
        self.op(format!(
            "(local.set {counter} ({ty}.add (local.get {counter}) ({ty}.const {step})))"
        ));
        let (left, right) = (format!("(local.get {counter})"), limit);
        match self.choice.below(4) {
            0 => self.op(format!("(br_if 0 ({ty}.{name} {right} {left}))")),
            1 => self.op(format!("(br_if 0 (i32.eqz ({ty}.{name} {left} {right})))")),
            _ => self.op(format!("(br_if 0 ({ty}.{name} {left} {right}))")),
        }
        if keep == 0 {
            self.op(format!("local.set {counter}"));
        }
        for _ in 0..self.stack.len() {
            self.op("drop");
        }
        self.op("end");
        self.stack = label.below;
    }

    fn branch_if(&mut self) {
        let depth = self.choice.below(self.labels.len());
        let carries = self.labels[self.labels.len() - 1 - depth].carries.clone();
        self.need(&carries);
        let values = self.stack.len();
        match self.choice.below(4) {
            0 => self.leaf(I32),
            1 => {
                self.leaf(I32);
                self.leaf(I32);
                self.op("i32.and");
                self.take(1);
            }
            _ => {
                let ty = self.choice.of(&NUMBERS);
                self.value(ty);
                self.leaf(ty);
                let name = match ty {
                    I32 | I64 => self.choice.of(&["lt_s", "lt_u", "eq", "ne", "ge_s"]),
                    _ => self.choice.of(&["lt", "ge", "eq", "ne"]),
                };
                self.op(format!("{ty}.{name}"));
                self.take(2);
                self.stack.push(I32);
            }
        }
        if self.choice.one_in(4) {
            self.op("i32.eqz");
        }
        debug_assert_eq!(self.stack.len(), values + 1);
        self.take(1);
        self.op(format!("br_if {depth}"));
    }

    /// A block that is left early from a block within it, with a value that was computed just before and
    /// goes past an operand that is needed if the block is not left.
    fn early_exit(&mut self) {
        let ty = self.choice.of(&NUMBERS);
        let below = std::mem::take(&mut self.stack);
        self.op(format!("block (result {ty})"));
        for _ in 0..1 + self.choice.below(3) {
            self.value(ty);
        }
        let operands = std::mem::take(&mut self.stack);
        self.op("block");
        self.comparison();
        self.op("br_if 0");
        self.stack.clear();
        self.value(ty);
        self.op("br 1");
        self.op("end");
        self.stack = operands;
        self.value(ty);
        while self.stack.len() > 1 {
            self.value(ty);
            self.op(format!("{ty}.sub"));
            self.op(format!("{ty}.add"));
            self.take(2);
        }
        self.op("end");
        if ty == F32 || ty == F64 {
            self.quiet(ty);
        }
        self.stack = below;
        self.stack.push(ty);
    }

    /// Leaves the block for good, and writes something that is never reached.
    fn leave(&mut self) {
        let depth = self.choice.below(self.labels.len());
        let carries = self.labels[self.labels.len() - 1 - depth].carries.clone();
        match self.choice.below(8) {
            0..3 => {
                self.need(&carries);
                self.op(format!("br {depth}"));
            }
            3 | 4 => self.branch_table(&carries),
            5 => {
                let results = self.function.results.clone();
                self.need(&results);
                self.op("return");
            }
            6 => {
                let results = &self.function.results;
                let same = |function: &&Function| function.results == *results;
                let index = self.choice.below(self.functions.len());
                let Some(callee) = self.functions.get(index).filter(same) else {
                    self.need(&carries);
                    return self.op(format!("br {depth}"));
                };
                self.need(&callee.params);
                if self.choice.one_in(2) {
                    self.op("(i32.const 2)");
                    self.op(format!("return_call_indirect $t (type $t{index})"));
                } else {
                    self.op(format!("return_call $f{index}"));
                }
            }
            _ if self.choice.one_in(4) => self.op("unreachable"),
            _ => {
                self.need(&carries);
                self.op(format!("br {depth}"));
            }
        }
        self.stack.clear();
    }

    /// A branch table of all labels that carry the same.
    fn branch_table(&mut self, carries: &[&'static str]) {
        let depths = self.labels.iter().rev().enumerate();
        let same = depths.filter(|(_, label)| label.carries == carries);
        let depths: Vec<_> = same.map(|(depth, _)| depth.to_string()).collect();
        let count = 1 + self.choice.below(5);
        let targets: Vec<_> = (0..count)
            .map(|_| depths[self.choice.below(depths.len())].as_str())
            .collect();
        let targets = targets.join(" ");
        self.need(carries);
        match self.choice.below(3) {
            0 => self.leaf(I32),
            1 => self.op("(i32.and (local.get $p) (i32.const 3))"),
            _ => self.op("(i32.popcnt (local.get $q))"),
        }
        self.op(format!("br_table {targets}"));
    }
}
