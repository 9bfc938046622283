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

impl Codegen<'_> {
    /// Charges the block for an operator.
    pub(super) fn charge(&mut self, cost: u32) {
        let charge = match self.charge {
            Some(charge) => charge,
            None => self.begin_charge(),
        };
        self.masm.add_cost(charge, cost);
        self.charge = Some(charge);
    }

    /// Emits a charge of nothing yet; returns where it ends.
    fn begin_charge(&mut self) -> u32 {
        debug_assert_eq!(self.flags_at, NONE, "no flags outlive a block");
        self.masm.spend(0);
        let charge = self.masm.pos();
        let mut chain = Chain::default();
        self.masm.jcc(Cond::G, &mut chain);
        self.cold.push(Cold::OutOfFuel {
            chain,
            charge,
            wasm_offset: self.wasm_offset,
        });
        charge
    }

    /// Emits what happens when a block costs too much, whose charge ends at `charge`.
    pub(super) fn emit_out_of_fuel(&mut self, chain: Chain, charge: u32, wasm_offset: u32) {
        self.masm.bind(chain);
        let cost = self.masm.cost(charge);
        self.masm.unspend(cost as i32);
        self.emit_trap(TrapCode::OutOfFuel, wasm_offset);
    }
}
