//! Waiting for file descriptors and times, so that an interrupt of the guest ends it.
//!
//! Nothing else in this crate blocks. A wait is a `poll` of what is waited for and of
//! an *eventfd* (a pipe where there is none) that interrupts write to; the first wait makes it.
//! If the host has no descriptor left for it, waits are cut into pieces.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno as HostErrno;
use selvedge::{InterruptHandle, OnInterrupt, Trap};

use crate::fail::{Fail, Result};
use crate::types::Errno;

/// How often someone looks who cannot be woken.
pub(crate) const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// What interrupts of one store write to.
pub(crate) struct Wake {
    handle: InterruptHandle,
    /// `None` if the host had no descriptor left.
    reader: Option<Arc<OwnedFd>>,
    _registration: Option<OnInterrupt>,
}

impl Wake {
    fn new(handle: &InterruptHandle) -> Self {
        let handle = handle.clone();
        match pair() {
            Ok((reader, writer)) => {
                let registration = handle.on_interrupt(move || {
                    // Full means that there is a wake-up already.
                    let _ = rustix::io::write(&*writer, &1u64.to_ne_bytes());
                });
                Self {
                    handle,
                    reader: Some(reader),
                    _registration: Some(registration),
                }
            }
            Err(_) => Self {
                handle,
                reader: None,
                _registration: None,
            },
        }
    }

    /// Forgets the wake-ups so far.
    fn drain(&self) {
        if let Some(reader) = self.reader.as_deref() {
            let mut bytes = [0; 64];
            while rustix::io::read(reader, &mut bytes).is_ok_and(|n| n == bytes.len()) {}
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn pair() -> rustix::io::Result<(Arc<OwnedFd>, Arc<OwnedFd>)> {
    use rustix::event::{EventfdFlags, eventfd};
    let fd = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
    Ok((fd.clone(), fd))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn pair() -> rustix::io::Result<(Arc<OwnedFd>, Arc<OwnedFd>)> {
    let (reader, writer) = rustix::pipe::pipe()?;
    for end in [&reader, &writer] {
        rustix::io::ioctl_fionbio(end, true)?;
        rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC)?;
    }
    Ok((Arc::new(reader), Arc::new(writer)))
}

/// A file descriptor to wait for, and what has come of it.
pub(crate) struct Awaited<'f> {
    pub(crate) fd: BorrowedFd<'f>,
    /// For room to write instead of something to read.
    pub(crate) write: bool,
    pub(crate) ready: bool,
    pub(crate) hangup: bool,
}

impl<'f> Awaited<'f> {
    pub(crate) fn new(fd: BorrowedFd<'f>, write: bool) -> Self {
        Self {
            fd,
            write,
            ready: false,
            hangup: false,
        }
    }
}

/// How a guest's call may wait: for the time of the call.
pub(crate) struct Waiter<'a> {
    handle: InterruptHandle,
    wake: &'a mut Option<Wake>,
}

impl<'a> Waiter<'a> {
    /// `wake` is kept from call to call; it is made anew if it is of another store.
    pub(crate) fn new(handle: InterruptHandle, wake: &'a mut Option<Wake>) -> Self {
        Self { handle, wake }
    }

    /// Ends the guest if it was asked to stop.
    pub(crate) fn check(&self) -> Result<()> {
        match self.handle.clear() {
            true => Err(Fail::Stop(Trap::Interrupt.into())),
            false => Ok(()),
        }
    }

    fn wake(&mut self) -> &Wake {
        if !matches!(self.wake, Some(wake) if InterruptHandle::same(&wake.handle, &self.handle)) {
            *self.wake = Some(Wake::new(&self.handle));
        }
        self.wake.as_ref().expect("was just made")
    }

    /// Waits until `fd` can be read or written without waiting.
    ///
    /// # Errors
    ///
    /// `AGAIN` if it cannot and `nonblock`; an interrupt of the guest.
    pub(crate) fn fd(&mut self, fd: BorrowedFd<'_>, write: bool, nonblock: bool) -> Result<()> {
        let mut awaited = [Awaited::new(fd, write)];
        let timeout = nonblock.then_some(Duration::ZERO);
        match self.many(&mut awaited, timeout)? {
            true => Ok(()),
            false => Err(Errno::Again.into()),
        }
    }

    /// Waits for `duration`.
    pub(crate) fn sleep(&mut self, duration: Duration) -> Result<()> {
        self.many(&mut [], Some(duration)).map(drop)
    }

    /// Waits for any of `awaited`, at most for `timeout`. Returns whether there is one.
    ///
    /// # Errors
    ///
    /// An interrupt of the guest.
    pub(crate) fn many(
        &mut self,
        awaited: &mut [Awaited<'_>],
        timeout: Option<Duration>,
    ) -> Result<bool> {
        self.check()?;
        let start = Instant::now();
        let handle = self.handle.clone();
        let no_wait = timeout == Some(Duration::ZERO);
        // Whoever does not wait need not be woken.
        let wake = if no_wait { None } else { Some(self.wake()) };
        loop {
            let mut left = timeout.map(|timeout| timeout.saturating_sub(start.elapsed()));
            let waker = wake.and_then(|wake| wake.reader.as_deref());
            if waker.is_none() {
                left = Some(left.map_or(LOOK_INTERVAL, |left| left.min(LOOK_INTERVAL)));
            }
            let (ready, woken) = poll(awaited, waker.map(AsFd::as_fd), left)?;
            if let (Some(wake), true) = (wake, woken) {
                wake.drain();
            }
            if handle.clear() {
                return Err(Fail::Stop(Trap::Interrupt.into()));
            }
            if ready || timeout.is_some_and(|timeout| start.elapsed() >= timeout) {
                return Ok(ready);
            }
        }
    }
}

/// One `poll`, which may end early. Returns whether any of `awaited` is ready, and whether `waker` is.
fn poll(
    awaited: &mut [Awaited<'_>],
    waker: Option<BorrowedFd<'_>>,
    timeout: Option<Duration>,
) -> Result<(bool, bool)> {
    let flags = |write| match write {
        true => PollFlags::OUT,
        false => PollFlags::IN,
    };
    let fds = awaited.iter().map(|a| (a.fd, flags(a.write)));
    let fds = fds.chain(waker.map(|waker| (waker, PollFlags::IN)));
    let fds = fds.map(|(fd, flags)| PollFd::from_borrowed_fd(fd, flags));
    let mut fds: Vec<PollFd<'_>> = fds.collect();
    let timeout = timeout.map(|timeout| Timespec {
        // Longer than anyone waits; the caller comes again.
        tv_sec: i64::try_from(timeout.as_secs())
            .unwrap_or(i64::MAX)
            .min(1 << 30),
        tv_nsec: timeout.subsec_nanos().into(),
    });
    match rustix::event::poll(&mut fds, timeout.as_ref()) {
        Ok(_) => {}
        Err(HostErrno::INTR) => return Ok((false, false)),
        Err(error) => return Err(error.into()),
    }
    let mut any = false;
    for (awaited, fd) in awaited.iter_mut().zip(&fds) {
        let flags = fd.revents();
        // Errors are for the operation to tell.
        awaited.ready = !flags.is_empty();
        awaited.hangup = flags.intersects(PollFlags::HUP | PollFlags::ERR);
        any |= awaited.ready;
    }
    let woken = fds
        .get(awaited.len())
        .is_some_and(|fd| !fd.revents().is_empty());
    Ok((any, woken))
}
