//! Forms: functions that run an operator with operands and results in the places that code has for them.
//!
//! ```text
//! memory: | input 0: a, b, c | input 1 | ... |  result 0 | result 1 | ...
//!         0                  48              OUT         OUT + 16
//! ```
//!
//! The function of a form is called with the number of inputs, and puts the result for each into memory; what is to
//! be compared with it is said by [`Form::order`] and [`Form::source`].

use std::fmt::Write as _;

use selvedge_vm::ops::simd::V128;

use super::inputs::{COUNT, Input};
use super::operators::{Operator, Type};

/// Where results begin.
pub const OUT: usize = 48 * COUNT;

/// How many inputs have a place in the code for each set of constant operands.
const CONSTANTS: usize = 24;

/// For how many inputs forms are run but the first, which is for all.
const SOME: usize = if cfg!(debug_assertions) { 500 } else { COUNT };

/// A function of a module.
pub struct Form {
    /// What it is exported as.
    pub name: String,
    /// For how many inputs it is called.
    pub count: usize,
    /// Which of an input's vectors the operands are.
    order: [usize; 3],
    /// The inputs by result; without them results are in the order of inputs.
    sources: Option<Vec<usize>>,
}

impl Form {
    /// Whether results are in the order of inputs.
    pub fn is_in_order(&self) -> bool {
        self.sources.is_none()
    }

    /// Which of an input's vectors the operands are.
    pub fn order(&self) -> [usize; 3] {
        self.order
    }

    /// How many results there are.
    pub fn results(&self) -> usize {
        self.sources.as_ref().map_or(self.count, Vec::len)
    }

    /// The number of the input that a result is of.
    pub fn source(&self, result: usize) -> usize {
        self.sources
            .as_ref()
            .map_or(result, |sources| sources[result])
    }
}

impl Type {
    fn text(self) -> &'static str {
        match self {
            Self::V128 => "v128",
            Self::I32 | Self::From | Self::To => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    /// Operand `at` of the input that `$in` is the address of.
    fn load(self, at: usize) -> String {
        match self {
            Self::From => format!("(i32.add (local.get $in) (i32.const {}))", 16 * at),
            Self::To => "(local.get $out)".to_owned(),
            ty => format!("({}.load offset={} (local.get $in))", ty.text(), 16 * at),
        }
    }

    /// An operand as a constant, for result number `result`.
    fn constant(self, vector: V128, input: usize, result: usize) -> String {
        let bits = u128::from_le_bytes(vector);
        match self {
            Self::V128 => {
                format!(
                    "(v128.const i64x2 {:#x} {:#x})",
                    bits as u64,
                    (bits >> 64) as u64
                )
            }
            Self::I32 => format!("(i32.const {:#x})", bits as u32),
            Self::I64 => format!("(i64.const {:#x})", bits as u64),
            Self::F32 => format!("(f32.const {})", f32_text(bits as u32)),
            Self::F64 => format!("(f64.const {})", f64_text(bits as u64)),
            Self::From => format!("(i32.const {})", 48 * input),
            Self::To => format!("(i32.const {})", OUT + 16 * result),
        }
    }
}

fn f32_text(bits: u32) -> String {
    let value = f32::from_bits(bits);
    if value.is_nan() {
        let sign = if value.is_sign_negative() { "-" } else { "" };
        return format!("{sign}nan:{:#x}", bits & 0x007f_ffff);
    }
    format!("{value:e}")
}

fn f64_text(bits: u64) -> String {
    let value = f64::from_bits(bits);
    if value.is_nan() {
        let sign = if value.is_sign_negative() { "-" } else { "" };
        return format!("{sign}nan:{:#x}", bits & 0x000f_ffff_ffff_ffff);
    }
    format!("{value:e}")
}

/// A module with the operator in every form.
pub fn module(operator: &Operator, inputs: &[Input]) -> (String, Vec<Form>) {
    let mut writer = Writer {
        operator,
        text: format!(
            "(module (memory (export \"memory\") {})\n",
            (OUT + 16 * COUNT).div_ceil(1 << 16)
        ),
        forms: Vec::new(),
    };
    writer.loaded();
    writer.in_locals();
    writer.over_operands();
    writer.passed();
    writer.with_equal_operands();
    writer.with_much_alive();
    writer.tested();
    writer.constant(inputs);
    writer.text.push(')');
    (writer.text, writer.forms)
}

struct Writer<'a> {
    operator: &'a Operator,
    text: String,
    forms: Vec<Form>,
}

impl Writer<'_> {
    /// The operator with these operands.
    fn apply(&self, operands: &[String]) -> String {
        format!("({} {})", self.operator.text, operands.join(" "))
    }

    /// Operands from memory.
    fn loads(&self) -> Vec<String> {
        let params = self.operator.params.iter().enumerate();
        params.map(|(at, ty)| ty.load(at)).collect()
    }

    /// Operands from locals `$a`, `$b`, `$c`.
    fn gets(&self) -> Vec<String> {
        let names = ["a", "b", "c"].iter().take(self.operator.params.len());
        names.map(|name| format!("(local.get ${name})")).collect()
    }

    /// Stores `value`, of the result's type, at `$out` unless the operator has done so.
    fn store(&self, value: &str) -> String {
        match self.operator.result {
            Some(ty) => format!("({}.store (local.get $out) {value})", ty.text()),
            None => value.to_owned(),
        }
    }

    /// Sets locals `$a`, `$b`, `$c` to the operands.
    fn set_locals(&self) -> String {
        let operands = self.loads().into_iter().zip(["a", "b", "c"]);
        operands.fold(String::new(), |mut text, (load, name)| {
            let _ = writeln!(text, "(local.set ${name} {load})");
            text
        })
    }

    /// The declarations of these locals.
    fn locals(&self) -> String {
        let params = self.operator.params.iter().zip(["a", "b", "c"]);
        params.fold(String::new(), |mut text, (ty, name)| {
            let _ = write!(text, "(local ${name} {}) ", ty.text());
            text
        })
    }

    /// A function that does `body` for each input.
    fn add_loop(&mut self, name: &str, order: [usize; 3], locals: &str, body: &str) {
        let _ = writeln!(
            self.text,
            "(func (export \"{name}\") (param $n i32) (local $in i32) (local $out i32) {locals}
               (local.set $out (i32.const {OUT}))
               (loop $next
                 {body}
                 (local.set $in (i32.add (local.get $in) (i32.const 48)))
                 (local.set $out (i32.add (local.get $out) (i32.const 16)))
                 (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
        );
        self.forms.push(Form {
            name: name.to_owned(),
            count: if self.forms.is_empty() { COUNT } else { SOME },
            order,
            sources: None,
        });
    }

    /// Operands straight from memory, the result straight to it.
    fn loaded(&mut self) {
        let body = self.store(&self.apply(&self.loads()));
        self.add_loop("loaded", [0, 1, 2], "", &body);
    }

    /// Operands in locals, the result in another.
    fn in_locals(&mut self) {
        let mut locals = self.locals();
        let mut body = self.set_locals();
        let result = self.apply(&self.gets());
        match self.operator.result {
            Some(ty) => {
                let _ = write!(locals, "(local $result {})", ty.text());
                let _ = writeln!(body, "(local.set $result {result})");
                body += &self.store("(local.get $result)");
            }
            None => body += &result,
        }
        self.add_loop("in locals", [0, 1, 2], &locals, &body);
    }

    /// The result in the place of each operand of its type.
    fn over_operands(&mut self) {
        for (at, name) in ["a", "b", "c"].iter().enumerate() {
            let param = self.operator.params.get(at);
            if param.is_none_or(|&ty| self.operator.result != Some(ty)) {
                continue;
            }
            let result = self.apply(&self.gets());
            let body = format!(
                "{} (local.set ${name} {result}) {}",
                self.set_locals(),
                self.store(&format!("(local.get ${name})"))
            );
            let locals = self.locals();
            self.add_loop(&format!("over {name}"), [0, 1, 2], &locals, &body);
        }
    }

    /// Operands as parameters of a function, the result as its result.
    fn passed(&mut self) {
        let Some(result) = self.operator.result else {
            return;
        };
        let params = self.locals().replace("(local", "(param");
        let inner = self.apply(&self.gets());
        let _ = writeln!(
            self.text,
            "(func $f {params} (result {}) {inner})",
            result.text()
        );
        let call = format!("(call $f {})", self.loads().join(" "));
        let body = self.store(&call);
        self.add_loop("passed", [0, 1, 2], "", &body);
    }

    /// The first operand twice, in place of the second.
    fn with_equal_operands(&mut self) {
        let [first, second, ..] = self.operator.params[..] else {
            return;
        };
        if first != second {
            return;
        }
        let mut operands = self.gets();
        operands[1] = operands[0].clone();
        let body = self.set_locals() + &self.store(&self.apply(&operands));
        let locals = self.locals();
        self.add_loop("equal", [0, 0, 2], &locals, &body);
    }

    /// Many values on the operand stack below the operands, which must be there afterwards.
    fn with_much_alive(&mut self) {
        if self.operator.result != Some(Type::V128) {
            return;
        }
        const ALIVE: usize = 18;
        let alive = |at: usize| Type::V128.load(at % 3);
        let below: Vec<_> = (0..ALIVE).map(alive).collect();
        // Each is added and taken away again.
        let above: Vec<_> = (0..ALIVE).rev().map(alive).collect();
        let body = format!(
            "(local.get $out) {} {} v128.xor {} v128.xor v128.store",
            below.join(" "),
            self.apply(&self.loads()),
            above.join(" v128.xor v128.xor ")
        );
        self.add_loop("much alive", [0, 1, 2], "", &body);
    }

    /// The result as a condition, if it is one.
    fn tested(&mut self) {
        if self.operator.result != Some(Type::I32) || self.operator.params != [Type::V128] {
            return;
        }
        let value = self.apply(&self.loads());
        // What is stored is the result again, or 0.
        let on = "(local.set $r (i32.or (local.get $r) (i32.const 1)))";
        let body = format!(
            "(local.set $r (i32.const 0))
             (if {value} (then {on}))
             (block $no (br_if $no (i32.eqz {value})) (local.set $r (i32.add (local.get $r) (i32.const 2))))
             (local.set $r (i32.add (local.get $r) (select (i32.const 4) (i32.const 0) {value})))
             (i32.store (local.get $out)
               (select {value} (i32.const -1)
                 (i32.eq (local.get $r) (if (result i32) {value} (then (i32.const 7)) (else (i32.const 0))))))"
        );
        self.add_loop("tested", [0, 1, 2], "(local $r i32)", &body);
    }

    /// Some or all operands as constants, a place in the code for each of a few inputs.
    fn constant(&mut self, inputs: &[Input]) {
        let operator = self.operator;
        let params = &operator.params;
        let mut body = String::new();
        let mut sources = Vec::new();
        // Far apart, and with counts of shifts of all sizes.
        for input in (0..CONSTANTS).map(|i| i * 397 % COUNT) {
            for constants in 1_usize..1 << params.len() {
                let result = sources.len();
                sources.push(input);
                let operand = |(at, ty): (usize, &Type)| {
                    if constants >> at & 1 == 0 {
                        return ty.load(at);
                    }
                    ty.constant(inputs[input][at], input, result)
                };
                let operands: Vec<_> = params.iter().enumerate().map(operand).collect();
                let _ = writeln!(
                    body,
                    "(local.set $in (i32.const {})) (local.set $out (i32.const {})) {}",
                    48 * input,
                    OUT + 16 * result,
                    self.store(&self.apply(&operands))
                );
            }
        }
        let _ = writeln!(
            self.text,
            "(func (export \"constant\") (param $n i32) (local $in i32) (local $out i32)\n{body})"
        );
        self.forms.push(Form {
            name: "constant".to_owned(),
            count: 1,
            order: [0, 1, 2],
            sources: Some(sources),
        });
    }
}
