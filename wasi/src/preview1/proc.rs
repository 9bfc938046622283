//! The process: its end, signals, and the processor.

use selvedge::I32Exit;

use crate::call::Call;
use crate::fail::{Fail, Result};
use crate::types::{Errno, Signal};

/// Ends the guest: with the error [`I32Exit`].
pub(crate) fn proc_exit(_call: &mut Call<'_>, status: u32) -> Result<()> {
    Err(Fail::Stop(I32Exit(status.cast_signed()).into()))
}

/// Raises a signal, which does what the witx document says that it does when nobody handles it:
/// nothing, or the guest ends, as if by `proc_exit` with a shell's status for it. Guests cannot be
/// stopped and continued: `NOTSUP`.
pub(crate) fn proc_raise(_call: &mut Call<'_>, signal: u32) -> Result<()> {
    let signal = Signal::from_tag(signal).ok_or(Errno::Inval)?;
    match signal {
        Signal::None | Signal::Pipe | Signal::Chld | Signal::Cont | Signal::Urg | Signal::Winch => {
            Ok(())
        }
        Signal::Stop | Signal::Tstp | Signal::Ttin | Signal::Ttou => Err(Errno::Notsup.into()),
        _ => {
            let status = 128 + i32::from(signal as u8);
            Err(Fail::Stop(I32Exit(status).into()))
        }
    }
}

pub(crate) fn sched_yield(call: &mut Call<'_>) -> Result<()> {
    std::thread::yield_now();
    call.waiter.check()
}
