//! Lowering of where a function begins, ends and returns.
//!
//! A branch out of the outermost block is a return of its own if nothing decides it, and takes the
//! results from where they are. All others lead to the function's end, with the results at home.

use selvedge_vm::types::ValType;

use super::Lowering;
use super::emit::{fields, fields32, halves};
use super::operand::{Place, value_constant};
use super::stack::Value;
use crate::exec::function::{ENTRIES, EnterOther, EnterWide, MANY, RETURNS, Return, ReturnMany};
use crate::exec::kind::Kind;
use crate::exec::row::{Code, HasCode};

impl Lowering<'_> {
    /// Emits the function's entry and opens its outermost block.
    pub(super) fn begin(&mut self) {
        self.buffer.push(EnterOther::CODE, &[0]);
        self.count_calls();
        self.pins = self.next_region();
        let header = self.layout.header();
        let zero = self.layout.zeroed().start;
        let slots = self.max_frame_end;
        match (u16::try_from(header), u16::try_from(zero)) {
            (Ok(header), Ok(zero)) if self.layout.scratch().is_none() => {
                let [first, second] = self.pin_slots();
                let words = [fields32(header, zero, slots), fields(first, second, 0, 0)];
                let pairs = self.layout.zeroed().len().div_ceil(2).min(MANY);
                self.buffer.push(ENTRIES[pairs], &words);
                self.load_float_pins();
            }
            _ => {
                let words = [halves(header, slots), u64::from(zero)];
                self.buffer.push(EnterWide::CODE, &words);
            }
        }
        self.open_function();
    }

    pub(super) fn end_function(&mut self) {
        let control = self.controls.pop().expect("called for the outermost block");
        let joined = !control.fixups.is_empty();
        if joined && !self.dead {
            self.settle_all();
        }
        if joined {
            let reached = !self.dead;
            self.bind(&control.fixups, control.pins, reached);
            self.rewind(0, control.results);
        }
        self.spare.leave_fixups(control.fixups);
        if joined || !self.dead {
            self.emit_return();
        }
        self.emit_detours();
    }

    pub(super) fn lower_return(&mut self) {
        self.emit_return();
        self.dead = true;
    }

    /// Emits a return of the topmost operands, which stay on the stack.
    pub(super) fn emit_return(&mut self) {
        let header = self.layout.header();
        let results = self.ty.results();
        let Some((&first, rest)) = results.split_first() else {
            self.buffer.push(Return::CODE, &[fields32(0, 0, header)]);
            return;
        };
        if rest.is_empty() && first == ValType::V128 {
            return self.return_vector();
        }
        if rest.is_empty() {
            let operand = self.pop();
            let codes = &RETURNS[usize::from(first.is_float())];
            let kinds = match operand.place {
                Place::Const(_) => [Some(Kind::K), None],
                _ => self.kinds(value_constant, &operand),
            };
            let (kind, code) = kinds
                .into_iter()
                .flatten()
                .find_map(|kind| Some((kind, codes[kind as usize]?)))
                .expect("results are returned from everywhere");
            let slot = if kind == Kind::S {
                self.near(operand.home)
            } else {
                0
            };
            let bits = match operand.place {
                Place::Const(bits) => bits,
                _ => 0,
            };
            let words = [fields32(slot, 0, header), bits];
            self.buffer.push(code, &words[..code.len() - 1]);
            self.push(first, Value::Home);
            return;
        }
        for at in (self.stack.len() - results.len()..self.stack.len()).rev() {
            self.settle(at);
        }
        let from = self.stack[self.stack.len() - results.len()].home;
        let code: &Code = if first.is_float() {
            ReturnMany::<f64>::CODE
        } else {
            ReturnMany::<u64>::CODE
        };
        let count = self.ty.result_slots();
        self.buffer
            .push(code, &[fields32(0, 0, header), halves(from, count)]);
    }
}
