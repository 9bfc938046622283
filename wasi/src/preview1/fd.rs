//! File descriptors: what they are, their flags, rights and attributes.

use super::{flags16, times, write_filestat};
use crate::call::Call;
use crate::dir::DirEntry;
use crate::fail::Result;
use crate::fd::Object;
use crate::types::layout::{DIRENT, FDSTAT, PRESTAT};
use crate::types::{Advice, Errno, FdFlags, PreopenType, Rights};

pub(crate) fn fd_advise(
    call: &mut Call<'_>,
    fd: u32,
    offset: u64,
    len: u64,
    advice: u32,
) -> Result<()> {
    let advice = Advice::from_tag(advice).ok_or(Errno::Inval)?;
    let (file, _, _) = call.file(fd, Rights::empty())?;
    file.advise(offset, len, advice)?;
    Ok(call.table.get(fd)?.check(Rights::FD_ADVISE)?)
}

pub(crate) fn fd_allocate(call: &mut Call<'_>, fd: u32, offset: u64, len: u64) -> Result<()> {
    let (file, _, _) = call.file(fd, Rights::FD_ALLOCATE)?;
    file.allocate(offset, len)
}

pub(crate) fn fd_close(call: &mut Call<'_>, fd: u32) -> Result<()> {
    Ok(call.table.close(fd)?)
}

pub(crate) fn fd_datasync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, true)
}

pub(crate) fn fd_sync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, false)
}

fn sync(call: &mut Call<'_>, fd: u32, data_only: bool) -> Result<()> {
    let right = match data_only {
        true => Rights::FD_DATASYNC,
        false => Rights::FD_SYNC,
    };
    let descriptor = call.table.get_mut(fd)?;
    descriptor.check(right)?;
    match &mut descriptor.object {
        Object::File(file) => file.sync(data_only),
        Object::Dir(dir) => dir.dir.sync(data_only),
    }
}

pub(crate) fn fd_fdstat_get(call: &mut Call<'_>, fd: u32, out: u32) -> Result<()> {
    let descriptor = call.table.get(fd)?;
    let mut bytes = [0; FDSTAT.bytes as usize];
    let mut put = |offset: u32, value: &[u8]| {
        bytes[offset as usize..][..value.len()].copy_from_slice(value);
    };
    put(FDSTAT.fs_filetype, &[descriptor.filetype() as u8]);
    put(FDSTAT.fs_flags, &descriptor.flags.bits().to_le_bytes());
    put(
        FDSTAT.fs_rights_base,
        &descriptor.rights.bits().to_le_bytes(),
    );
    put(
        FDSTAT.fs_rights_inheriting,
        &descriptor.inheriting.bits().to_le_bytes(),
    );
    Ok(call.memory.write(out, &bytes)?)
}

/// Changes `APPEND` and `NONBLOCK`; how a file is synchronized is decided when it is opened.
pub(crate) fn fd_fdstat_set_flags(call: &mut Call<'_>, fd: u32, flags: u32) -> Result<()> {
    let flags = flags16!(FdFlags, flags)?;
    let descriptor = call.table.get_mut(fd)?;
    descriptor.check(Rights::FD_FDSTAT_SET_FLAGS)?;
    let changeable = FdFlags::APPEND | FdFlags::NONBLOCK;
    if descriptor
        .flags
        .symmetric_difference(flags)
        .difference(changeable)
        != FdFlags::empty()
    {
        return Err(Errno::Inval.into());
    }
    if let Object::File(file) = &mut descriptor.object {
        file.set_flags(flags)?;
    }
    descriptor.flags = flags;
    Ok(())
}

/// Takes rights away.
pub(crate) fn fd_fdstat_set_rights(
    call: &mut Call<'_>,
    fd: u32,
    base: u64,
    inheriting: u64,
) -> Result<()> {
    let descriptor = call.table.get_mut(fd)?;
    let base = Rights::from_bits(base).ok_or(Errno::Notcapable)?;
    let inheriting = Rights::from_bits(inheriting).ok_or(Errno::Notcapable)?;
    if !descriptor.rights.contains(base) || !descriptor.inheriting.contains(inheriting) {
        return Err(Errno::Notcapable.into());
    }
    (descriptor.rights, descriptor.inheriting) = (base, inheriting);
    Ok(())
}

pub(crate) fn fd_filestat_get(call: &mut Call<'_>, fd: u32, out: u32) -> Result<()> {
    let descriptor = call.table.get(fd)?;
    descriptor.check(Rights::FD_FILESTAT_GET)?;
    let stat = match &descriptor.object {
        Object::File(file) => file.stat()?,
        Object::Dir(dir) => dir.dir.stat()?,
    };
    write_filestat(call, out, &stat)
}

pub(crate) fn fd_filestat_set_size(call: &mut Call<'_>, fd: u32, size: u64) -> Result<()> {
    let (file, _, _) = call.file(fd, Rights::FD_FILESTAT_SET_SIZE)?;
    file.set_size(size)
}

pub(crate) fn fd_filestat_set_times(
    call: &mut Call<'_>,
    fd: u32,
    atim: u64,
    mtim: u64,
    flags: u32,
) -> Result<()> {
    let (atim, mtim) = times(atim, mtim, flags)?;
    let descriptor = call.table.get_mut(fd)?;
    descriptor.check(Rights::FD_FILESTAT_SET_TIMES)?;
    match &mut descriptor.object {
        Object::File(file) => file.set_times(atim, mtim),
        Object::Dir(dir) => {
            dir.check_mutable()?;
            dir.dir.set_times(atim, mtim)
        }
    }
}

pub(crate) fn fd_prestat_get(call: &mut Call<'_>, fd: u32, out: u32) -> Result<()> {
    let name = call.table.get(fd)?.preopen.as_ref().ok_or(Errno::Badf)?;
    let len = u32::try_from(name.len()).map_err(|_| Errno::Overflow)?;
    let mut bytes = [0; PRESTAT.bytes as usize];
    bytes[PRESTAT.tag as usize] = PreopenType::Dir as u8;
    bytes[PRESTAT.pr_name_len as usize..].copy_from_slice(&len.to_le_bytes());
    Ok(call.memory.write(out, &bytes)?)
}

pub(crate) fn fd_prestat_dir_name(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    let name = call.table.get(fd)?.preopen.as_ref().ok_or(Errno::Badf)?;
    if name.len() > len as usize {
        return Err(Errno::Nametoolong.into());
    }
    Ok(call.memory.write(path, name.as_bytes())?)
}

/// Writes entries until the buffer is full, the last perhaps in part.
pub(crate) fn fd_readdir(
    call: &mut Call<'_>,
    fd: u32,
    buf: u32,
    buf_len: u32,
    cookie: u64,
    used_out: u32,
) -> Result<()> {
    call.memory.check(used_out, 1, 4)?;
    let dir = call.table.dir(fd, Rights::FD_READDIR)?;
    dir.check_readable()?;
    let buffer = call.memory.slice_mut(buf, buf_len)?;
    let mut used = 0;
    dir.dir.read_dir(cookie, &mut |entry| {
        let mut put = |bytes: &[u8]| {
            let n = bytes.len().min(buffer.len() - used);
            buffer[used..][..n].copy_from_slice(&bytes[..n]);
            used += n;
        };
        put(&dirent(&entry));
        put(entry.name);
        used < buffer.len()
    })?;
    // At most the length of the buffer.
    Ok(call.memory.write_u32(used_out, used as u32)?)
}

fn dirent(entry: &DirEntry<'_>) -> [u8; DIRENT.bytes as usize] {
    let mut bytes = [0; DIRENT.bytes as usize];
    let mut put = |offset: u32, value: &[u8]| {
        bytes[offset as usize..][..value.len()].copy_from_slice(value);
    };
    put(DIRENT.d_next, &entry.next.to_le_bytes());
    put(DIRENT.d_ino, &entry.ino.to_le_bytes());
    // No host has names that long.
    let len = u32::try_from(entry.name.len()).unwrap_or(u32::MAX);
    put(DIRENT.d_namlen, &len.to_le_bytes());
    put(DIRENT.d_type, &[entry.filetype as u8]);
    bytes
}

pub(crate) fn fd_renumber(call: &mut Call<'_>, fd: u32, to: u32) -> Result<()> {
    Ok(call.table.renumber(fd, to)?)
}
