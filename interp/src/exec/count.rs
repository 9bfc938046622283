//! Counting what code spends.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;

use selvedge_vm::trap::TrapCode;

use super::{Mode, Op, Regs, Show};

/// Charges a basic block: its cost is at byte 12. Leaves all registers alone.
pub(crate) struct Charge;

impl Op for Charge {
    const LEN: usize = 2;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32("cost", 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let fuel = &r.exec().count.fuel;
            let before = fuel.get();
            let after = before.wrapping_add(i64::from(r.field32(12)));
            if after > 0 {
                cold_path();
                return M::trap(r, TrapCode::OutOfFuel);
            }
            fuel.set(after);
            r.next::<M>(Self::LEN)
        }
    }
}
