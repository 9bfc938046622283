//! Counting what code spends: each basic block is charged before the first of its operators that
//! costs something.
//!
//! ```text
//! add [r13 + fuel], cost      (set once the block has ended)
//! jg  … ─▶ sub [r13 + fuel], cost; trap
//! ```

use selvedge_vm::trap::TrapCode;

use super::Codegen;
use super::cold::Cold;
use super::stack::NONE;
use crate::masm::Cond;
use crate::sink::Chain;

/// The charge of the basic block that is being compiled.
#[derive(Copy, Clone, Debug)]
pub(super) struct Charge {
    /// The end of the instruction that charges.
    end: u32,
    cost: u32,
    /// What is put off.
    cold: usize,
}

impl Codegen<'_> {
    /// Charges the block for an operator.
    pub(super) fn charge(&mut self, cost: u32) {
        let mut charge = match self.charge {
            Some(charge) => charge,
            None => self.begin_charge(),
        };
        charge.cost += cost;
        self.masm.set_cost(charge.end, charge.cost);
        match &mut self.cold[charge.cold] {
            Cold::OutOfFuel { cost, .. } => *cost = charge.cost,
            _ => unreachable!("what is put off stays where it is"),
        }
        self.charge = Some(charge);
    }

    fn begin_charge(&mut self) -> Charge {
        debug_assert_eq!(self.flags_at, NONE, "no flags outlive a block");
        self.masm.spend(0);
        let end = self.masm.pos();
        let mut chain = Chain::default();
        self.masm.jcc(Cond::G, &mut chain);
        let cold = self.cold.len();
        self.cold.push(Cold::OutOfFuel {
            chain,
            cost: 0,
            wasm_offset: self.wasm_offset,
        });
        Charge { end, cost: 0, cold }
    }

    /// Emits what happens when a block costs too much.
    pub(super) fn emit_out_of_fuel(&mut self, chain: Chain, cost: u32, wasm_offset: u32) {
        self.masm.bind(chain);
        self.masm.unspend(cost as i32);
        self.emit_trap(TrapCode::OutOfFuel, wasm_offset);
    }
}
