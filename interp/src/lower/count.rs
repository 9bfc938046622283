//! Lowering of what counts, if code counts what it spends: each basic block is charged before the
//! first of its operators that costs something.

use super::Lowering;
use super::emit::halves;
use crate::exec::count::Charge;
use crate::exec::row::HasCode;

impl Lowering<'_> {
    /// Charges the block for an operator.
    pub(super) fn charge(&mut self, cost: u32) {
        if self.dead {
            return;
        }
        let at = match self.charge {
            Some(at) => at,
            None => {
                // What a block ends with is not taken back or fused in the next.
                self.last = None;
                self.before_last = None;
                self.counter = None;
                self.mark();
                self.buffer.push(Charge::CODE, &[0])
            }
        };
        self.charge = Some(at);
        self.buffer.words[at as usize + 1] += halves(0, cost);
    }
}
