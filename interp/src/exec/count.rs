//! Counting what code spends.

#![expect(unsafe_code, reason = "operations are unsafe to execute; see `Op`")]

use std::hint::cold_path;

use selvedge_vm::exec::SAVED_WORDS;

use super::name::named;
use super::{Label, Mode, Op, Regs, Show};

/// Charges a basic block: its cost is at byte 12. Leaves all registers alone.
pub(crate) struct Charge;
named!(Charge);

impl Op for Charge {
    const LEN: usize = 2;
    const HOT: bool = true;
    const SHOW: &'static [Show] = &[Show::U32(Label::Cost, 12)];
    #[inline(always)]
    unsafe fn exec<M: Mode>(r: Regs) -> M::Exit {
        // SAFETY: passed on to the caller.
        unsafe {
            let fuel = &r.exec().count.fuel;
            let before = fuel.get();
            let after = before.wrapping_add(i64::from(r.field32(12)));
            if after > 0 {
                cold_path();
                r.exec().count.refuse(u64::from(r.field32(12)));
                return M::out_of_fuel(r);
            }
            fuel.set(after);
            r.next::<M>(Self::LEN)
        }
    }
}

/// Serves that the instruction at `r.ip` costs more than may be spent, as is noted: a status to leave guest code with, or
/// `None` to run it once more.
///
/// # Safety
///
/// The state is that of running code, at a charge or an operation on a whole memory or table.
pub(super) unsafe fn serve_out_of_fuel(r: &mut Regs) -> Option<u32> {
    // SAFETY: by contract.
    unsafe {
        r.record_exit();
        let exec = r.exec();
        let mut saved = [0; SAVED_WORDS];
        saved[..3].copy_from_slice(&[r.acc, r.l0, r.l1]);
        exec.saved.set(saved);
        let status = exec.out_of_fuel();
        r.reload_memory();
        status
    }
}
