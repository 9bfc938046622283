//! `Call`: one call of a function, with all that it may use.

use selvedge::InterruptHandle;

use crate::clock::Clocks;
use crate::ctx::WasiCtx;
use crate::dir::{File, Mode};
use crate::fail::Result;
use crate::fd::Table;
use crate::memory::GuestMemory;
use crate::random::RandomSource;
use crate::types::{Errno, FdFlags, Rights, Version};
use crate::wait::Waiter;

/// One call of a function by a guest.
pub(crate) struct Call<'a> {
    pub(crate) version: Version,
    pub(crate) memory: GuestMemory<'a>,
    pub(crate) args: &'a [String],
    pub(crate) env: &'a [String],
    pub(crate) table: &'a mut Table,
    pub(crate) clocks: &'a Clocks,
    pub(crate) random: &'a mut dyn RandomSource,
    pub(crate) waiter: Waiter<'a>,
}

impl<'a> Call<'a> {
    /// A call by a guest with the memory `bytes`.
    pub(crate) fn new(
        version: Version,
        bytes: &'a mut [u8],
        ctx: &'a mut WasiCtx,
        interrupt: InterruptHandle,
    ) -> Self {
        Self {
            version,
            memory: GuestMemory::new(bytes),
            args: &ctx.args,
            env: &ctx.env,
            table: &mut ctx.table,
            clocks: &ctx.clocks,
            random: &mut *ctx.random,
            waiter: Waiter::new(interrupt, &mut ctx.wake),
        }
    }

    /// A file that the guest has these rights for, how it may wait, and the guest's memory.
    pub(crate) fn file(
        &mut self,
        fd: u32,
        rights: Rights,
    ) -> Result<(&mut dyn File, Mode<'_, 'a>, &mut GuestMemory<'a>), Errno> {
        let (file, flags) = self.table.file(fd, rights)?;
        let mode = Mode {
            waiter: &mut self.waiter,
            nonblock: flags.contains(FdFlags::NONBLOCK),
            append: flags.contains(FdFlags::APPEND),
        };
        Ok((file, mode, &mut self.memory))
    }
}
