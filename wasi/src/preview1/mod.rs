//! The functions of preview 1, one after the other; preview 0 has the same.
//!
//! Each decodes what the guest gave, checks rights, acts, and encodes the results. Places for
//! results are checked before something is done, so that nothing is done in vain.

pub(crate) mod args;
pub(crate) mod clock;
pub(crate) mod fd;
pub(crate) mod fd_io;
pub(crate) mod path;
pub(crate) mod poll;
pub(crate) mod proc;
pub(crate) mod sock;

use crate::call::Call;
use crate::dir::{FileStat, SetTime};
use crate::fail::Result;
use crate::types::{Errno, FstFlags};

/// Writes a `filestat`.
fn write_filestat(call: &mut Call<'_>, ptr: u32, stat: &FileStat) -> Result<()> {
    let layout = call.version.filestat();
    let mut bytes = [0; 64];
    let bytes = &mut bytes[..layout.bytes as usize];
    let mut put = |offset: u32, value: &[u8]| {
        bytes[offset as usize..][..value.len()].copy_from_slice(value);
    };
    put(layout.dev, &stat.dev.to_le_bytes());
    put(layout.ino, &stat.ino.to_le_bytes());
    put(layout.filetype, &[stat.filetype as u8]);
    match layout.size - layout.nlink {
        4 => put(
            layout.nlink,
            &u32::try_from(stat.nlink).unwrap_or(u32::MAX).to_le_bytes(),
        ),
        _ => put(layout.nlink, &stat.nlink.to_le_bytes()),
    }
    put(layout.size, &stat.size.to_le_bytes());
    put(layout.atim, &stat.atim.to_le_bytes());
    put(layout.mtim, &stat.mtim.to_le_bytes());
    put(layout.ctim, &stat.ctim.to_le_bytes());
    Ok(call.memory.write(ptr, bytes)?)
}

/// What `fst_flags` say to do with the two times.
fn times(atim: u64, mtim: u64, flags: u32) -> Result<(SetTime, SetTime), Errno> {
    let flags = u16::try_from(flags).ok().and_then(FstFlags::from_bits);
    let flags = flags.ok_or(Errno::Inval)?;
    let time = |value, at, now| match (flags.contains(at), flags.contains(now)) {
        (false, false) => Ok(SetTime::Keep),
        (true, false) => Ok(SetTime::At(value)),
        (false, true) => Ok(SetTime::Now),
        (true, true) => Err(Errno::Inval),
    };
    Ok((
        time(atim, FstFlags::ATIM, FstFlags::ATIM_NOW)?,
        time(mtim, FstFlags::MTIM, FstFlags::MTIM_NOW)?,
    ))
}

/// Flags of 16 bits as they were given in 32.
macro_rules! flags16 {
    ($ty:ident, $bits:expr) => {
        u16::try_from($bits)
            .ok()
            .and_then($crate::types::$ty::from_bits)
            .ok_or($crate::types::Errno::Inval)
    };
}
use flags16;
