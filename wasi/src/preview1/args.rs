//! Arguments and environment.

use crate::call::Call;
use crate::fail::Result;
use crate::memory::GuestMemory;
use crate::types::Errno;

pub(crate) fn args_get(call: &mut Call<'_>, argv: u32, argv_buf: u32) -> Result<()> {
    put_strings(&mut call.memory, call.args, argv, argv_buf)
}

pub(crate) fn args_sizes_get(call: &mut Call<'_>, count: u32, bytes: u32) -> Result<()> {
    put_sizes(&mut call.memory, call.args, count, bytes)
}

pub(crate) fn environ_get(call: &mut Call<'_>, environ: u32, environ_buf: u32) -> Result<()> {
    put_strings(&mut call.memory, call.env, environ, environ_buf)
}

pub(crate) fn environ_sizes_get(call: &mut Call<'_>, count: u32, bytes: u32) -> Result<()> {
    put_sizes(&mut call.memory, call.env, count, bytes)
}

/// Writes the strings with a NUL after each to `buffer`, and where each is to `pointers`.
fn put_strings(
    memory: &mut GuestMemory<'_>,
    strings: &[String],
    pointers: u32,
    buffer: u32,
) -> Result<()> {
    let (count, bytes) = sizes(strings)?;
    memory.check(pointers, count, 4)?;
    memory.check(buffer, bytes, 1)?;
    let (mut pointer, mut here) = (pointers, buffer);
    for string in strings {
        memory.write_u32(pointer, here)?;
        memory.write(here, string.as_bytes())?;
        // Within the memory, as was checked.
        here += string.len() as u32;
        memory.write(here, &[0])?;
        here = here.wrapping_add(1);
        pointer = pointer.wrapping_add(4);
    }
    Ok(())
}

fn put_sizes(
    memory: &mut GuestMemory<'_>,
    strings: &[String],
    count_ptr: u32,
    bytes_ptr: u32,
) -> Result<()> {
    let (count, bytes) = sizes(strings)?;
    memory.write_u32(count_ptr, count)?;
    memory.write_u32(bytes_ptr, bytes)?;
    Ok(())
}

/// How many strings there are, and how many bytes with a NUL after each.
fn sizes(strings: &[String]) -> Result<(u32, u32), Errno> {
    let bytes: usize = strings.iter().map(|string| string.len() + 1).sum();
    let sizes = (u32::try_from(strings.len()), u32::try_from(bytes));
    match sizes {
        (Ok(count), Ok(bytes)) => Ok((count, bytes)),
        _ => Err(Errno::Overflow),
    }
}
