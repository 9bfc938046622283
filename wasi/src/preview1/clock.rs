//! Clocks and random bytes.

use crate::call::Call;
use crate::clock::clock_id;
use crate::fail::Result;

/// How many random bytes are made between looks for an interrupt.
const RANDOM_PIECE_BYTES: usize = 1 << 20;

pub(crate) fn clock_res_get(call: &mut Call<'_>, id: u32, resolution: u32) -> Result<()> {
    let nanos = call.clocks.resolution(clock_id(id)?)?;
    Ok(call.memory.write_u64(resolution, nanos)?)
}

pub(crate) fn clock_time_get(
    call: &mut Call<'_>,
    id: u32,
    precision: u64,
    time: u32,
) -> Result<()> {
    // The clocks are as precise as they are.
    let _ = precision;
    let nanos = call.clocks.now(clock_id(id)?)?;
    Ok(call.memory.write_u64(time, nanos)?)
}

pub(crate) fn random_get(call: &mut Call<'_>, buf: u32, buf_len: u32) -> Result<()> {
    let bytes = call.memory.slice_mut(buf, buf_len)?;
    for piece in bytes.chunks_mut(RANDOM_PIECE_BYTES) {
        call.random.fill(piece)?;
        call.waiter.check()?;
    }
    Ok(())
}
