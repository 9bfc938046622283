//! `add_to_linker`: the functions by the names that guests import.

use selvedge::{Caller, Extern, Linker};

use crate::call::Call;
use crate::ctx::WasiCtx;
use crate::fail::{Fail, Result};
use crate::preview1::{args, clock, fd, fd_io, path, poll, proc, sock};
use crate::types::Version;

/// Defines the functions of `wasi_snapshot_preview1` and `wasi_unstable`. `get` finds the
/// guest's [`WasiCtx`] in the data of its store.
///
/// The functions use the memory that the *calling* instance exports as `memory`, so several modules
/// can share a store and its context. For a caller without one every pointer is wrong.
///
/// A guest that exits by `proc_exit` ends with the error [`I32Exit`](selvedge::I32Exit), and one that is
/// interrupted while it waits with [`Trap::Interrupt`](selvedge::Trap::Interrupt).
///
/// # Errors
///
/// If the linker has one of the functions and does not allow shadowing.
///
/// # Examples
///
/// ```
/// use selvedge::{Engine, Linker, Module, Store};
/// use selvedge_wasi::{WasiCtx, WasiCtxBuilder};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"
///     (module
///         (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
///         (func (export "_start") (call $exit (i32.const 3))))
/// "#)?;
/// let mut linker = Linker::new(&engine);
/// selvedge_wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi)?;
/// let mut store = Store::new(&engine, WasiCtxBuilder::new().build());
/// let instance = linker.instantiate(&mut store, &module)?;
/// let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
/// let error = start.call(&mut store, ()).unwrap_err();
/// assert_eq!(error.i32_exit_status(), Some(3));
/// # Ok::<(), selvedge::Error>(())
/// ```
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
) -> selvedge::Result<()> {
    define(linker, get, Version::Preview1)?;
    define(linker, get, Version::Preview0)
}

macro_rules! functions {
    ($linker:ident $get:ident $version:ident; $($file:ident::$name:ident($($arg:ident: $ty:ty),*);)*) => { $(
        $linker.func_wrap(
            $version.module_name(),
            stringify!($name),
            move |caller: Caller<'_, T>, $($arg: $ty),*| -> selvedge::Result<u32> {
                enter(caller, $get, $version, |call| $file::$name(call, $($arg),*))
            },
        )?;
    )* };
}

fn define<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
    version: Version,
) -> selvedge::Result<()> {
    functions! { linker get version;
        args::args_get(argv: u32, argv_buf: u32);
        args::args_sizes_get(count: u32, bytes: u32);
        args::environ_get(environ: u32, environ_buf: u32);
        args::environ_sizes_get(count: u32, bytes: u32);
        clock::clock_res_get(id: u32, resolution: u32);
        clock::clock_time_get(id: u32, precision: u64, time: u32);
        clock::random_get(buf: u32, buf_len: u32);
        fd::fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
        fd::fd_allocate(fd: u32, offset: u64, len: u64);
        fd::fd_close(fd: u32);
        fd::fd_datasync(fd: u32);
        fd::fd_fdstat_get(fd: u32, stat: u32);
        fd::fd_fdstat_set_flags(fd: u32, flags: u32);
        fd::fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
        fd::fd_filestat_get(fd: u32, stat: u32);
        fd::fd_filestat_set_size(fd: u32, size: u64);
        fd::fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, flags: u32);
        fd::fd_prestat_get(fd: u32, prestat: u32);
        fd::fd_prestat_dir_name(fd: u32, path: u32, path_len: u32);
        fd::fd_readdir(fd: u32, buf: u32, buf_len: u32, cookie: u64, used: u32);
        fd::fd_renumber(fd: u32, to: u32);
        fd::fd_sync(fd: u32);
        fd_io::fd_pread(fd: u32, iovs: u32, count: u32, offset: u64, n: u32);
        fd_io::fd_pwrite(fd: u32, iovs: u32, count: u32, offset: u64, n: u32);
        fd_io::fd_read(fd: u32, iovs: u32, count: u32, n: u32);
        fd_io::fd_seek(fd: u32, delta: i64, whence: u32, position: u32);
        fd_io::fd_tell(fd: u32, position: u32);
        fd_io::fd_write(fd: u32, iovs: u32, count: u32, n: u32);
        path::path_create_directory(fd: u32, path: u32, len: u32);
        path::path_filestat_get(fd: u32, flags: u32, path: u32, len: u32, stat: u32);
        path::path_filestat_set_times(fd: u32, flags: u32, path: u32, len: u32, atim: u64, mtim: u64, fst_flags: u32);
        path::path_link(old_fd: u32, flags: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32);
        path::path_open(fd: u32, dirflags: u32, path: u32, len: u32, oflags: u32, base: u64, inheriting: u64, fdflags: u32, opened: u32);
        path::path_readlink(fd: u32, path: u32, len: u32, buf: u32, buf_len: u32, n: u32);
        path::path_remove_directory(fd: u32, path: u32, len: u32);
        path::path_rename(old_fd: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32);
        path::path_symlink(old: u32, old_len: u32, fd: u32, new: u32, new_len: u32);
        path::path_unlink_file(fd: u32, path: u32, len: u32);
        poll::poll_oneoff(subscriptions: u32, events: u32, count: u32, n: u32);
        proc::proc_raise(signal: u32);
        proc::sched_yield();
        sock::sock_recv(fd: u32, iovs: u32, count: u32, flags: u32, n: u32, ro_flags: u32);
        sock::sock_send(fd: u32, iovs: u32, count: u32, flags: u32, n: u32);
        sock::sock_shutdown(fd: u32, how: u32);
    }
    if version == Version::Preview1 {
        functions! { linker get version;
            sock::sock_accept(fd: u32, flags: u32, accepted: u32);
        }
    }
    linker.func_wrap(
        version.module_name(),
        "proc_exit",
        move |caller: Caller<'_, T>, status: u32| -> selvedge::Result<()> {
            enter(caller, get, version, |call| proc::proc_exit(call, status)).map(drop)
        },
    )?;
    Ok(())
}

/// Makes a call, and returns the code for the guest.
fn enter<T: 'static>(
    mut caller: Caller<'_, T>,
    get: impl Fn(&mut T) -> &mut WasiCtx,
    version: Version,
    function: impl FnOnce(&mut Call<'_>) -> Result<()>,
) -> selvedge::Result<u32> {
    let interrupt = caller.interrupt_handle();
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let (bytes, data) = match memory {
        Some(memory) => memory.data_and_store_mut(&mut caller),
        None => (&mut [][..], caller.data_mut()),
    };
    let mut call = Call::new(version, bytes, get(data), interrupt);
    match function(&mut call) {
        Ok(()) => Ok(0),
        Err(Fail::Errno(errno)) => Ok(errno as u32),
        Err(Fail::Stop(error)) => Err(error),
    }
}
