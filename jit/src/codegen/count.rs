//! Counting what code spends: each basic block is charged before the first of its operators that
//! costs something.
//!
//! ```text
//! add r12, cost               (set once the block has ended)
//! jg  … ─▶ mov r11, cost; call FUEL; jmp back
//! ```

use selvedge_vm::native::SiteKind;

use super::Codegen;
use super::cold::Cold;
use super::stack::NONE;
use crate::masm::{Cond, Stub};
use crate::regs::Reg;
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
        let again = self.masm.pos();
        self.masm.spend(0);
        let charge = self.masm.pos();
        let mut chain = Chain::default();
        self.masm.jcc(Cond::G, &mut chain);
        self.cold.push(Cold::OutOfFuel {
            chain,
            charge,
            again,
            wasm_offset: self.wasm_offset,
        });
        charge
    }

    /// Emits what happens when a block costs too much, whose charge is from `again` to `charge`.
    pub(super) fn emit_out_of_fuel(
        &mut self,
        chain: Chain,
        charge: u32,
        again: u32,
        wasm_offset: u32,
    ) {
        self.masm.bind(chain);
        let cost = self.masm.cost(charge);
        self.masm.mov_imm(Reg::R11, u64::from(cost));
        self.masm.call_stub(Stub::Fuel);
        let at = self.masm.pos();
        self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes: 0 });
        self.masm.jmp_back(again);
    }
}
