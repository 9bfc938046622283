//! Lowering of what counts heat, if anything does.

use super::Lowering;
use super::emit::{fields, fields32};
use crate::exec::Op;
use crate::exec::heat::{CallHeat, LoopHeat};
use crate::exec::row::HasCode;

impl Lowering<'_> {
    /// Emits what counts calls, between the function's two entry operations.
    pub(super) fn count_calls(&mut self) {
        if let Some((code, counters)) = self.heat {
            let code = std::ptr::from_ref(code).expose_provenance() as u64;
            let words = [counters.calls_address(), code];
            self.buffer.push(CallHeat::CODE, &words);
        }
    }

    /// Emits what counts passes of the header of the loop just opened. Every way to the header
    /// leads here with all operands at home and all locals in their slots.
    pub(super) fn count_passes(&mut self) {
        if let Some((code, counters)) = self.heat {
            let code = std::ptr::from_ref(code).expose_provenance() as u64;
            let [a, b] = self.pin_slots();
            let [x, y, z] = self.float_pin_slots();
            let words = [
                counters.loops_address(),
                code,
                fields32(a, b, self.wasm_offset as u32),
                fields(x, y, z, 0),
            ];
            self.buffer.push(LoopHeat::CODE, &words);
        }
    }

    /// Words of what [`count_passes`](Self::count_passes) emits.
    pub(super) fn heat_words(&self) -> u32 {
        if self.heat.is_some() {
            LoopHeat::LEN as u32
        } else {
            0
        }
    }

    /// Moves what counts a loop's passes behind the branch at `pos`, which the loop begins with,
    /// and which branches back repeat and skip. It leaves the loop for the label at `exit` in
    /// `controls`. The branch changes nothing, so the place behind it is as good as the header.
    pub(super) fn count_after_test(&mut self, pos: u32, exit: usize) {
        debug_assert!(
            self.knows_no_acc(),
            "registers are not kept for a return here"
        );
        let header = pos - LoopHeat::LEN as u32;
        self.buffer.exchange(header, pos);
        self.controls[exit].move_branch(pos, header);
    }
}
