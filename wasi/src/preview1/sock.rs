//! Sockets: accepting, receiving, sending, ending.

use rustix::net::Shutdown;

use super::fd_io::{gather, scatter};
use super::flags16;
use crate::call::Call;
use crate::fail::Result;
use crate::fd::Descriptor;
use crate::types::{Errno, FdFlags, RiFlags, Rights, RoFlags, SdFlags};

pub(crate) fn sock_accept(call: &mut Call<'_>, fd: u32, flags: u32, out: u32) -> Result<()> {
    let flags = flags16!(FdFlags, flags)?;
    if !FdFlags::NONBLOCK.contains(flags) {
        return Err(Errno::Inval.into());
    }
    call.memory.check(out, 1, 4)?;
    check_socket(call, fd, Rights::SOCK_ACCEPT)?;
    call.table.check_room()?;
    let (file, mut mode, _) = call.file(fd, Rights::SOCK_ACCEPT)?;
    let accepted = file.socket()?.accept(&mut mode)?;
    let mut descriptor = Descriptor::file(Box::new(accepted));
    descriptor.flags = flags;
    let fd = call.table.insert(descriptor)?;
    Ok(call.memory.write_u32(out, fd)?)
}

pub(crate) fn sock_recv(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    flags: u32,
    len_out: u32,
    flags_out: u32,
) -> Result<()> {
    let flags = flags16!(RiFlags, flags)?;
    call.memory.check(len_out, 1, 4)?;
    call.memory.check(flags_out, 1, 2)?;
    let buffers = call.memory.buffers(iovs, count)?;
    check_socket(call, fd, Rights::FD_READ)?;
    let (file, mut mode, memory) = call.file(fd, Rights::FD_READ)?;
    let socket = file.socket()?;
    let (peek, all) = (
        flags.contains(RiFlags::RECV_PEEK),
        flags.contains(RiFlags::RECV_WAITALL),
    );
    let mut truncated = false;
    let n = scatter(memory, buffers, all && !peek, |to| {
        let mut done = 0;
        let mut to = to;
        // `WAITALL` goes on until the buffers are full or the other side has ended.
        loop {
            let received = socket.receive(&mut mode, to, peek)?;
            truncated |= received.truncated;
            done += received.bytes;
            std::io::IoSliceMut::advance_slices(&mut to, received.bytes);
            if received.bytes == 0 || to.is_empty() || !all || peek {
                return Ok(done);
            }
        }
    })?;
    let mut flags = RoFlags::empty();
    flags.set(RoFlags::RECV_DATA_TRUNCATED, truncated);
    memory.write_u32(len_out, n)?;
    Ok(memory.write_u16(flags_out, flags.bits())?)
}

pub(crate) fn sock_send(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    flags: u32,
    out: u32,
) -> Result<()> {
    // There are none.
    if flags != 0 {
        return Err(Errno::Inval.into());
    }
    call.memory.check(out, 1, 4)?;
    let buffers = call.memory.buffers(iovs, count)?;
    check_socket(call, fd, Rights::FD_WRITE)?;
    let (file, mut mode, memory) = call.file(fd, Rights::FD_WRITE)?;
    let socket = file.socket()?;
    let n = gather(memory, buffers, |from| socket.send(&mut mode, from))?;
    Ok(memory.write_u32(out, n)?)
}

pub(crate) fn sock_shutdown(call: &mut Call<'_>, fd: u32, how: u32) -> Result<()> {
    let how = u8::try_from(how).ok().and_then(SdFlags::from_bits);
    let how = how.ok_or(Errno::Inval)?;
    let how = match (how.contains(SdFlags::RD), how.contains(SdFlags::WR)) {
        (true, true) => Shutdown::Both,
        (true, false) => Shutdown::Read,
        (false, true) => Shutdown::Write,
        (false, false) => return Err(Errno::Inval.into()),
    };
    check_socket(call, fd, Rights::SOCK_SHUTDOWN)?;
    let (file, _, _) = call.file(fd, Rights::SOCK_SHUTDOWN)?;
    file.socket()?.shutdown(how)
}

/// What is no socket is `NOTSOCK`, whatever the rights.
fn check_socket(call: &mut Call<'_>, fd: u32, rights: Rights) -> Result<()> {
    match call.file(fd, Rights::empty()) {
        Ok((file, _, _)) => file.socket().map(drop)?,
        Err(_) => {
            // Not open, or a directory.
            call.table.get(fd)?;
            return Err(Errno::Notsock.into());
        }
    }
    Ok(call.table.get(fd)?.check(rights)?)
}
