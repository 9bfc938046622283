//! Blocks, loops and branches.

use super::*;

impl Body<'_, '_, '_> {
    /// Opens a block of `kind`, fills it, and closes it.
    pub(super) fn within(&mut self, kind: &str, params: &[&'static str], results: &[&'static str]) {
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
    pub(super) fn params(&mut self) -> Types {
        let most = self.stack.len().min(3);
        let count = if self.choice.one_in(2) {
            self.choice.below(most + 1)
        } else {
            0
        };
        self.stack[self.stack.len() - count..].to_vec()
    }

    pub(super) fn block(&mut self) {
        let params = self.params();
        let results = self.choice.types(2);
        self.within("block", &params, &results);
    }

    pub(super) fn conditional(&mut self) {
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

    pub(super) fn looped(&mut self) {
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

    pub(super) fn branch_if(&mut self) {
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
    pub(super) fn early_exit(&mut self) {
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
    pub(super) fn leave(&mut self) {
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
    pub(super) fn branch_table(&mut self, carries: &[&'static str]) {
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
