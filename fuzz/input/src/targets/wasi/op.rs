//! Calls that make sense: few names and descriptors, so that they meet.

use arbitrary::{Result, Unstructured};
use selvedge_wasi::types::{Errno, OFlags, Whence};

/// A file descriptor.
pub(super) type Fd = u32;

/// The preopened directory.
pub(super) const ROOT: Fd = 3;

/// A path, relative to a directory.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub dir: Fd,
    pub path: String,
}

/// A call.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Open {
        at: At,
        follow: bool,
        oflags: OFlags,
        read: bool,
        write: bool,
        append: bool,
    },
    Close(Fd),
    Renumber(Fd, Fd),
    Read {
        fd: Fd,
        len: u32,
    },
    Write {
        fd: Fd,
        bytes: Vec<u8>,
    },
    ReadAt {
        fd: Fd,
        len: u32,
        offset: u64,
    },
    WriteAt {
        fd: Fd,
        bytes: Vec<u8>,
        offset: u64,
    },
    Seek {
        fd: Fd,
        delta: i64,
        whence: Whence,
    },
    Tell(Fd),
    SetSize {
        fd: Fd,
        size: u64,
    },
    Allocate {
        fd: Fd,
        offset: u64,
        len: u64,
    },
    SetAppend {
        fd: Fd,
        append: bool,
    },
    Stat(Fd),
    StatAt {
        at: At,
        follow: bool,
    },
    List(Fd),
    CreateDir(At),
    RemoveDir(At),
    Unlink(At),
    Rename(At, At),
    Link {
        from: At,
        follow: bool,
        to: At,
    },
    Symlink {
        target: String,
        at: At,
    },
    ReadLink(At),
}

/// What a call comes to.
pub(super) type Reply = std::result::Result<Answer, Errno>;

/// The results of a call.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Done,
    Opened(Fd),
    Written(u32),
    Bytes(Vec<u8>),
    Position(u64),
    /// The tag of the file's type, its names, its bytes; of a directory only the tag.
    Stat(u8, Option<(u64, u64)>),
    /// Names in order of the alphabet.
    Names(Vec<String>),
}

const NAMES: [&str; 6] = ["a", "b", "dir", "sub", "link", "tmp"];

impl Op {
    pub(super) fn new(input: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match input.int_in_range(0..=31)? {
            0..=4 => {
                let bits: u8 = input.arbitrary()?;
                let flag = |bit: u8| bits & 1 << bit != 0;
                let mut oflags = OFlags::empty();
                oflags.set(OFlags::CREAT, flag(0));
                oflags.set(OFlags::EXCL, flag(1) && flag(6));
                oflags.set(OFlags::TRUNC, flag(2) && flag(7));
                oflags.set(OFlags::DIRECTORY, !flag(0) && flag(2));
                Self::Open {
                    at: at(input)?,
                    follow: flag(3),
                    oflags,
                    read: !flag(4) || flag(5),
                    write: flag(5),
                    append: flag(7),
                }
            }
            5 => Self::Close(file(input)?),
            6 => Self::Renumber(file(input)?, file(input)?),
            7 | 8 => Self::Read {
                fd: file(input)?,
                len: len(input)?,
            },
            9..=11 => Self::Write {
                fd: file(input)?,
                bytes: bytes(input)?,
            },
            12 => Self::ReadAt {
                fd: file(input)?,
                len: len(input)?,
                offset: offset(input)?,
            },
            13 => Self::WriteAt {
                fd: file(input)?,
                bytes: bytes(input)?,
                offset: offset(input)?,
            },
            14 => Self::Seek {
                fd: file(input)?,
                delta: input.int_in_range(-20_000..=20_000)?,
                whence: *input.choose(Whence::ALL)?,
            },
            15 => Self::Tell(file(input)?),
            16 => Self::SetSize {
                fd: file(input)?,
                size: offset(input)?,
            },
            17 => Self::Allocate {
                fd: file(input)?,
                offset: offset(input)?,
                len: input.int_in_range(0..=300)?,
            },
            18 => Self::SetAppend {
                fd: file(input)?,
                append: input.arbitrary()?,
            },
            19 => Self::Stat(directory(input)?),
            20 => Self::StatAt {
                at: at(input)?,
                follow: input.arbitrary()?,
            },
            21 => Self::List(directory(input)?),
            22 | 23 => Self::CreateDir(at(input)?),
            24 => Self::RemoveDir(at(input)?),
            25 => Self::Unlink(at(input)?),
            26 | 27 => Self::Rename(at(input)?, at(input)?),
            28 => Self::Link {
                from: at(input)?,
                follow: input.arbitrary()?,
                to: at(input)?,
            },
            29 | 30 => Self::Symlink {
                target: target(input)?,
                at: at(input)?,
            },
            _ => Self::ReadLink(at(input)?),
        })
    }
}

/// A descriptor that may be of a file.
fn file(input: &mut Unstructured<'_>) -> Result<Fd> {
    input.int_in_range(ROOT + 1..=ROOT + 6)
}

/// A descriptor that may be of a directory: mostly the preopened one.
fn directory(input: &mut Unstructured<'_>) -> Result<Fd> {
    Ok((ROOT + input.int_in_range(0..=12)?)
        .saturating_sub(6)
        .max(ROOT))
}

fn at(input: &mut Unstructured<'_>) -> Result<At> {
    Ok(At {
        dir: directory(input)?,
        path: path(input)?,
    })
}

/// A path that ends in a name: no slash or dot at its end.
fn path(input: &mut Unstructured<'_>) -> Result<String> {
    let byte: u8 = input.arbitrary()?;
    let last = match byte {
        255 => "n".repeat(256),
        _ => NAMES[usize::from(byte) % NAMES.len()].to_owned(),
    };
    let before = match byte / 32 {
        0..4 => "",
        4 => "dir/",
        5 => "dir/sub/",
        6 => "link/",
        _ => *input.choose(&[
            "a/", "dir/../", "./dir/", "../", "sub//", "/", "link/../", "tmp/sub/",
        ])?,
    };
    Ok(before.to_owned() + &last)
}

/// What a symbolic link says.
fn target(input: &mut Unstructured<'_>) -> Result<String> {
    match input.int_in_range(0..=7)? {
        0 => Ok(".".to_owned()),
        1 => Ok("..".to_owned()),
        2 => Ok("../".to_owned() + &path(input)?),
        3 => Ok("dir".to_owned()),
        _ => path(input),
    }
}

fn len(input: &mut Unstructured<'_>) -> Result<u32> {
    input.int_in_range(0..=400)
}

fn offset(input: &mut Unstructured<'_>) -> Result<u64> {
    let bits: u16 = input.arbitrary()?;
    // Small ones preferred.
    Ok(u64::from(bits >> (bits & 7)))
}

/// Something to write: never nothing.
fn bytes(input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let byte: u8 = input.arbitrary()?;
    let len = 1 + usize::from(byte) * usize::from(byte) / 256;
    Ok((0..len).map(|at| byte.wrapping_add(at as u8)).collect())
}
