//! Paths: files and directories by name, relative to a directory.

use super::{flags16, times, write_filestat};
use crate::call::Call;
use crate::ctx::FilePerms;
use crate::dir::{OpenHow, Opened};
use crate::fail::Result;
use crate::fd::{Descriptor, Object, OpenDir};
use crate::types::{Errno, FdFlags, FileType, LookupFlags, OFlags, Rights};

/// Whether a symbolic link at the end of the path is followed.
fn follow(flags: u32) -> Result<bool, Errno> {
    let flags = LookupFlags::from_bits(flags).ok_or(Errno::Inval)?;
    Ok(flags.contains(LookupFlags::SYMLINK_FOLLOW))
}

/// Whether a path names a directory by its end: by a slash or a dot. A symbolic link before it is followed.
fn ends_as_dir(path: &str) -> bool {
    path.ends_with('/') || ends_in_dot(path)
}

/// Whether a path ends in a dot, with slashes after it or without, and so is no name of what it leads to.
/// (The standard library's paths leave such dots out.)
fn ends_in_dot(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == "." || path.ends_with("/.")
}

/// What a function that takes a name says of a path that does not end in one.
///
/// # Errors
///
/// `errno` if the path leads to a directory; otherwise why it does not.
fn no_name(dir: &OpenDir, path: &str, errno: Errno) -> Result<()> {
    match dir.dir.stat_path(path, true)?.filetype {
        FileType::Directory => Err(errno.into()),
        _ => Err(Errno::Notdir.into()),
    }
}

/// A path in a directory that may be changed.
fn to_change<'c>(
    call: &'c Call<'_>,
    (fd, rights): (u32, Rights),
    (path, path_len): (u32, u32),
) -> Result<(&'c OpenDir, &'c str)> {
    let path = call.memory.path(path, path_len)?;
    let dir = call.table.dir(fd, rights)?;
    dir.check_mutable()?;
    Ok((dir, path))
}

pub(crate) fn path_create_directory(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<()> {
    let (dir, path) = to_change(call, (fd, Rights::PATH_CREATE_DIRECTORY), (path, path_len))?;
    if ends_in_dot(path) {
        return no_name(dir, path, Errno::Exist);
    }
    dir.dir.create_dir(path)
}

pub(crate) fn path_filestat_get(
    call: &mut Call<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    out: u32,
) -> Result<()> {
    let follow = follow(flags)?;
    let path = call.memory.path(path, path_len)?;
    let dir = call.table.dir(fd, Rights::PATH_FILESTAT_GET)?;
    dir.check_readable()?;
    let as_dir = ends_as_dir(path);
    let stat = dir.dir.stat_path(path, follow || as_dir)?;
    if as_dir && stat.filetype != FileType::Directory {
        return Err(Errno::Notdir.into());
    }
    write_filestat(call, out, &stat)
}

#[expect(clippy::too_many_arguments, reason = "the witx document has that many")]
pub(crate) fn path_filestat_set_times(
    call: &mut Call<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    atim: u64,
    mtim: u64,
    fst_flags: u32,
) -> Result<()> {
    let follow = follow(flags)?;
    let (atim, mtim) = times(atim, mtim, fst_flags)?;
    let (dir, path) = to_change(
        call,
        (fd, Rights::PATH_FILESTAT_SET_TIMES),
        (path, path_len),
    )?;
    let as_dir = ends_as_dir(path);
    if as_dir && dir.dir.stat_path(path, true)?.filetype != FileType::Directory {
        return Err(Errno::Notdir.into());
    }
    dir.dir.set_path_times(path, follow || as_dir, atim, mtim)
}

#[expect(clippy::too_many_arguments, reason = "the witx document has that many")]
pub(crate) fn path_link(
    call: &mut Call<'_>,
    old_fd: u32,
    old_flags: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<()> {
    let follow = follow(old_flags)?;
    let old_path = call.memory.path(old_path, old_path_len)?;
    let new_path = call.memory.path(new_path, new_path_len)?;
    let old = call.table.dir(old_fd, Rights::PATH_LINK_SOURCE)?;
    let new = call.table.dir(new_fd, Rights::PATH_LINK_TARGET)?;
    check_move(old, new)?;
    if ends_as_dir(old_path) {
        // Directories have no other names.
        return no_name(old, old_path, Errno::Perm);
    }
    if ends_in_dot(new_path) {
        return no_name(new, new_path, Errno::Exist);
    }
    old.dir.link(old_path, follow, &*new.dir, new_path)
}

pub(crate) fn path_rename(
    call: &mut Call<'_>,
    old_fd: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<()> {
    let old_path = call.memory.path(old_path, old_path_len)?;
    let new_path = call.memory.path(new_path, new_path_len)?;
    let old = call.table.dir(old_fd, Rights::PATH_RENAME_SOURCE)?;
    let new = call.table.dir(new_fd, Rights::PATH_RENAME_TARGET)?;
    check_move(old, new)?;
    for (dir, path) in [(old, old_path), (new, new_path)] {
        if ends_in_dot(path) {
            return no_name(dir, path, Errno::Busy);
        }
        // A link is not renamed, nor replaced, by a name that says directory.
        let name = path.trim_end_matches('/');
        if name != path
            && !name.is_empty()
            && let Ok(stat) = dir.dir.stat_path(name, false)
            && stat.filetype != FileType::Directory
        {
            return Err(Errno::Notdir.into());
        }
    }
    old.dir.rename(old_path, &*new.dir, new_path)
}

/// Checks that a file may get from one directory to the other: both may be changed, and it
/// gains nothing that the embedder did not allow where it was.
fn check_move(old: &OpenDir, new: &OpenDir) -> Result<(), Errno> {
    old.check_mutable()?;
    new.check_mutable()?;
    match old.file_perms.contains(new.file_perms) && old.dir_perms.contains(new.dir_perms) {
        true => Ok(()),
        false => Err(Errno::Perm),
    }
}

#[expect(clippy::too_many_arguments, reason = "the witx document has that many")]
pub(crate) fn path_open(
    call: &mut Call<'_>,
    fd: u32,
    dirflags: u32,
    path: u32,
    path_len: u32,
    oflags: u32,
    base: u64,
    inheriting: u64,
    fdflags: u32,
    out: u32,
) -> Result<()> {
    let follow = follow(dirflags)?;
    let oflags = flags16!(OFlags, oflags)?;
    let fdflags = flags16!(FdFlags, fdflags)?;
    call.memory.check(out, 1, 4)?;
    let path = call.memory.path(path, path_len)?;
    if oflags.contains(OFlags::DIRECTORY) && oflags.intersects(OFlags::CREAT | OFlags::TRUNC) {
        return Err(Errno::Inval.into());
    }

    let mut needed = Rights::PATH_OPEN;
    needed.set(Rights::PATH_CREATE_FILE, oflags.contains(OFlags::CREAT));
    needed.set(
        Rights::PATH_FILESTAT_SET_SIZE,
        oflags.contains(OFlags::TRUNC),
    );
    let dir = call.table.dir(fd, needed)?.clone();
    // Rights that do not apply may be asked for, and are not given.
    let (asked, inherit) = (
        Rights::from_bits_truncate(base),
        Rights::from_bits_truncate(inheriting),
    );
    let given = call.table.get(fd)?.inheriting;
    let access = asked & (Rights::FD_READ | Rights::FD_WRITE);
    let is_dir = oflags.contains(OFlags::DIRECTORY);
    if !is_dir && !given.contains(access) {
        return Err(Errno::Notcapable.into());
    }
    let how = OpenHow {
        follow,
        oflags,
        fdflags,
        read: access.contains(Rights::FD_READ),
        write: access.contains(Rights::FD_WRITE) && !is_dir,
    };
    check_open(&dir, how)?;
    call.table.check_room()?;

    let mut descriptor = match dir.dir.open(path, how)? {
        Opened::File(file) => {
            // A file is opened to be read if it is not to be written.
            let readable = dir.file_perms.contains(FilePerms::READ);
            if !readable && !how.write {
                return Err(Errno::Perm.into());
            }
            let mut descriptor = Descriptor::file(file);
            if !how.write {
                descriptor.rights -= Rights::FD_ALLOCATE | Rights::FD_FILESTAT_SET_SIZE;
            }
            if !dir.file_perms.contains(FilePerms::WRITE) {
                descriptor.rights -= Rights::FD_FILESTAT_SET_TIMES;
            }
            descriptor
        }
        Opened::Dir(opened) => Descriptor {
            object: Object::Dir(OpenDir { dir: opened, ..dir }),
            rights: Rights::DIRECTORY,
            inheriting: Rights::INHERITING,
            flags: FdFlags::empty(),
            preopen: None,
        },
    };
    descriptor.rights &= asked & given;
    descriptor.inheriting &= inherit & given;
    descriptor.flags |= fdflags & FdFlags::NONBLOCK;
    let fd = call.table.insert(descriptor)?;
    Ok(call.memory.write_u32(out, fd)?)
}

/// Checks that the embedder allows to open like that.
fn check_open(dir: &OpenDir, how: OpenHow) -> Result<(), Errno> {
    if how.oflags.contains(OFlags::CREAT) {
        dir.check_mutable()?;
    }
    let mut perms = FilePerms::empty();
    perms.set(
        FilePerms::WRITE,
        how.write || how.oflags.contains(OFlags::TRUNC),
    );
    perms.set(
        FilePerms::READ,
        how.read && !how.oflags.contains(OFlags::DIRECTORY),
    );
    match dir.file_perms.contains(perms) {
        true => Ok(()),
        false => Err(Errno::Perm),
    }
}

pub(crate) fn path_readlink(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
    buf: u32,
    buf_len: u32,
    out: u32,
) -> Result<()> {
    call.memory.check(out, 1, 4)?;
    call.memory.check(buf, buf_len, 1)?;
    let path = call.memory.path(path, path_len)?;
    let dir = call.table.dir(fd, Rights::PATH_READLINK)?;
    dir.check_readable()?;
    if ends_as_dir(path) {
        return no_name(dir, path, Errno::Inval);
    }
    let target = dir.dir.read_link(path)?;
    let n = target.len().min(buf_len as usize);
    call.memory.write(buf, &target[..n])?;
    Ok(call.memory.write_u32(out, n as u32)?)
}

pub(crate) fn path_remove_directory(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<()> {
    let (dir, path) = to_change(call, (fd, Rights::PATH_REMOVE_DIRECTORY), (path, path_len))?;
    if ends_in_dot(path) {
        return no_name(dir, path, Errno::Inval);
    }
    // A directory, with the slash or without, and never what a link leads to.
    let name = path.trim_end_matches('/');
    dir.dir
        .remove_dir(if name.is_empty() { path } else { name })
}

pub(crate) fn path_symlink(
    call: &mut Call<'_>,
    old_path: u32,
    old_path_len: u32,
    fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<()> {
    let old_path = call.memory.path(old_path, old_path_len)?;
    let new = (new_path, new_path_len);
    let (dir, new_path) = to_change(call, (fd, Rights::PATH_SYMLINK), new)?;
    if ends_in_dot(new_path) {
        return no_name(dir, new_path, Errno::Exist);
    }
    dir.dir.symlink(old_path, new_path)
}

pub(crate) fn path_unlink_file(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<()> {
    let (dir, path) = to_change(call, (fd, Rights::PATH_UNLINK_FILE), (path, path_len))?;
    if ends_as_dir(path) {
        return no_name(dir, path, Errno::Isdir);
    }
    dir.dir.unlink_file(path)
}
