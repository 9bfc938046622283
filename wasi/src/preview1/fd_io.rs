//! Reading, writing and seeking: the host reads and writes guest memory itself.

use std::io::{IoSlice, IoSliceMut};

use crate::call::Call;
use crate::fail::{Fail, Result};
use crate::memory::{Buffers, GuestMemory};
use crate::types::{Errno, FileType, Rights, Whence};

/// The buffers of an operation whose result goes to `out`.
fn buffers(call: &Call<'_>, iovs: u32, count: u32, out: u32) -> Result<Buffers> {
    call.memory.check(out, 1, 4)?;
    Ok(call.memory.buffers(iovs, count)?)
}

pub(crate) fn fd_read(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, out: u32) -> Result<()> {
    let buffers = buffers(call, iovs, count, out)?;
    let (file, mut mode, memory) = call.file(fd, Rights::FD_READ)?;
    // Anything else gives what it has, and might wait for more.
    let until_full = file.filetype() == FileType::RegularFile;
    let n = scatter(memory, buffers, until_full, |to| file.read(&mut mode, to))?;
    Ok(memory.write_u32(out, n)?)
}

pub(crate) fn fd_write(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    out: u32,
) -> Result<()> {
    let buffers = buffers(call, iovs, count, out)?;
    let (file, mut mode, memory) = call.file(fd, Rights::FD_WRITE)?;
    let n = gather(memory, buffers, |from| file.write(&mut mode, from))?;
    Ok(memory.write_u32(out, n)?)
}

pub(crate) fn fd_pread(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    out: u32,
) -> Result<()> {
    let buffers = buffers(call, iovs, count, out)?;
    check_seekable(call, fd)?;
    let (file, _, memory) = call.file(fd, Rights::FD_READ | Rights::FD_SEEK)?;
    let mut here = offset;
    let n = scatter(memory, buffers, true, |to| {
        let n = file.read_at(to, here)?;
        here = here.saturating_add(n as u64);
        Ok(n)
    })?;
    Ok(memory.write_u32(out, n)?)
}

pub(crate) fn fd_pwrite(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    out: u32,
) -> Result<()> {
    let buffers = buffers(call, iovs, count, out)?;
    check_seekable(call, fd)?;
    let (file, _, memory) = call.file(fd, Rights::FD_WRITE | Rights::FD_SEEK)?;
    let mut here = offset;
    let n = gather(memory, buffers, |from| {
        let n = file.write_at(from, here)?;
        here = here.saturating_add(n as u64);
        Ok(n)
    })?;
    Ok(memory.write_u32(out, n)?)
}

/// Files without positions are `SPIPE`, whatever the rights.
fn check_seekable(call: &mut Call<'_>, fd: u32) -> Result<()> {
    let (file, _, _) = call.file(fd, Rights::empty())?;
    match file.rights().contains(Rights::FD_SEEK) {
        true => Ok(()),
        false => Err(Errno::Spipe.into()),
    }
}

pub(crate) fn fd_seek(
    call: &mut Call<'_>,
    fd: u32,
    delta: i64,
    whence: u32,
    out: u32,
) -> Result<()> {
    let whence = call.version.whence(whence).ok_or(Errno::Inval)?;
    call.memory.check(out, 1, 8)?;
    if whence == Whence::Cur && delta == 0 {
        return fd_tell(call, fd, out);
    }
    check_seekable(call, fd)?;
    let (file, _, memory) = call.file(fd, Rights::FD_SEEK)?;
    let position = file.seek(delta, whence)?;
    Ok(memory.write_u64(out, position)?)
}

pub(crate) fn fd_tell(call: &mut Call<'_>, fd: u32, out: u32) -> Result<()> {
    check_seekable(call, fd)?;
    let descriptor = call.table.get(fd)?;
    if !descriptor
        .rights
        .intersects(Rights::FD_SEEK | Rights::FD_TELL)
    {
        return Err(Errno::Notcapable.into());
    }
    let (file, _, memory) = call.file(fd, Rights::empty())?;
    let position = file.seek(0, Whence::Cur)?;
    Ok(memory.write_u64(out, position)?)
}

/// Reads to the buffers, batch by batch: until one is not filled or, if not `until_full`, just one.
pub(super) fn scatter(
    memory: &mut GuestMemory<'_>,
    mut buffers: Buffers,
    until_full: bool,
    mut read: impl FnMut(&mut [IoSliceMut<'_>]) -> Result<usize>,
) -> Result<u32> {
    in_batches(|| {
        let Some(batch) = memory.next_batch(&mut buffers)? else {
            return Ok(None);
        };
        let n = memory.with_slices_mut(&batch, &mut read)?;
        Ok(Some((n, until_full && n as u64 == batch.bytes())))
    })
}

/// Writes from the buffers, batch by batch, until one is not taken whole.
pub(super) fn gather(
    memory: &GuestMemory<'_>,
    mut buffers: Buffers,
    mut write: impl FnMut(&[IoSlice<'_>]) -> Result<usize>,
) -> Result<u32> {
    in_batches(|| {
        let Some(batch) = memory.next_batch(&mut buffers)? else {
            return Ok(None);
        };
        let n = memory.with_slices(&batch, &mut write)?;
        Ok(Some((n, n as u64 == batch.bytes())))
    })
}

/// Adds up what `batch` transfers, which says whether to go on. What fails after something was
/// transferred is not told: the guest comes again.
fn in_batches(mut batch: impl FnMut() -> Result<Option<(usize, bool)>>) -> Result<u32> {
    let mut total = 0;
    loop {
        match batch() {
            // Batches never name more than 32 bits can say.
            Ok(Some((n, true))) => total += n as u32,
            Ok(Some((n, false))) => return Ok(total + n as u32),
            Ok(None) => return Ok(total),
            Err(Fail::Errno(_)) if total > 0 => return Ok(total),
            Err(fail) => return Err(fail),
        }
    }
}
