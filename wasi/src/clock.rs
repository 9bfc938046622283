//! Clocks: the host's, and one that only guests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use rustix::time::{ClockId as HostClock, clock_getres, clock_gettime};

use crate::fail::Result;
use crate::types::{ClockId, Errno};

/// A clock for the time of day. (wasmtime's name.)
///
/// ```
/// use std::time::Duration;
///
/// use selvedge_wasi::{HostWallClock, WasiCtxBuilder};
///
/// /// The time of day, but no more exact than a second: too coarse to measure anything by.
/// struct Coarse;
///
/// impl HostWallClock for Coarse {
///     fn resolution(&self) -> Duration {
///         Duration::from_secs(1)
///     }
///
///     fn now(&self) -> Duration {
///         let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
///         Duration::from_secs(now.as_secs())
///     }
/// }
///
/// let wasi = WasiCtxBuilder::new().wall_clock(Coarse).build();
/// ```
pub trait HostWallClock: Send + 'static {
    /// What the clock goes by; not zero.
    fn resolution(&self) -> Duration;

    /// The time since the beginning of 1970.
    fn now(&self) -> Duration;
}

/// A clock that only goes forward. (wasmtime's name.)
pub trait HostMonotonicClock: Send + 'static {
    /// What the clock goes by, in nanoseconds; not zero.
    fn resolution(&self) -> u64;

    /// The time since some moment, in nanoseconds.
    fn now(&self) -> u64;

    /// Called when a guest has nothing to do before `deadline`. A clock that is not real moves there
    /// and returns whether it did, then nobody sleeps.
    fn skip_to(&self, deadline: u64) -> bool {
        let _ = deadline;
        false
    }
}

/// The host's time of day.
#[derive(Copy, Clone, Debug)]
pub struct SystemWallClock;

impl HostWallClock for SystemWallClock {
    fn resolution(&self) -> Duration {
        duration(clock_getres(HostClock::Realtime)).max(Duration::from_nanos(1))
    }

    fn now(&self) -> Duration {
        // Before 1970 is 1970.
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    }
}

/// The host's monotonic clock, from zero on when it is made.
#[derive(Copy, Clone, Debug)]
pub struct SystemMonotonicClock {
    start: Instant,
}

impl SystemMonotonicClock {
    /// A clock that is at zero now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemMonotonicClock {
    fn default() -> Self {
        Self::new()
    }
}

impl HostMonotonicClock for SystemMonotonicClock {
    fn resolution(&self) -> u64 {
        nanos(duration(clock_getres(HostClock::Monotonic))).max(1)
    }

    fn now(&self) -> u64 {
        nanos(self.start.elapsed())
    }
}

/// A clock that goes by one microsecond each time it is read, and that sleeps move forward.
/// So every run of a guest sees the same times. Clones are of the same clock.
///
/// ```
/// use std::time::Duration;
///
/// use selvedge_wasi::{DeterministicClock, HostMonotonicClock, WasiCtxBuilder};
///
/// let clock = DeterministicClock::new(Duration::ZERO);
/// let wasi = WasiCtxBuilder::new().monotonic_clock(clock.clone()).build();
/// // What the guest sees, and how long it has slept, can be read outside.
/// assert_eq!(HostMonotonicClock::now(&clock), 0);
/// assert_eq!(HostMonotonicClock::now(&clock), 1000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct DeterministicClock {
    nanos: Arc<AtomicU64>,
}

impl DeterministicClock {
    const STEP: u64 = 1000;

    /// A clock that is at `start`.
    pub fn new(start: Duration) -> Self {
        Self {
            nanos: Arc::new(AtomicU64::new(nanos(start))),
        }
    }

    fn tick(&self) -> u64 {
        self.nanos.fetch_add(Self::STEP, Ordering::Relaxed)
    }
}

impl HostWallClock for DeterministicClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(Self::STEP)
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.tick())
    }
}

impl HostMonotonicClock for DeterministicClock {
    fn resolution(&self) -> u64 {
        Self::STEP
    }

    fn now(&self) -> u64 {
        self.tick()
    }

    fn skip_to(&self, deadline: u64) -> bool {
        self.nanos.fetch_max(deadline, Ordering::Relaxed);
        true
    }
}

/// The clocks of a guest.
pub(crate) struct Clocks {
    pub(crate) wall: Box<dyn HostWallClock>,
    pub(crate) monotonic: Box<dyn HostMonotonicClock>,
    /// Whether the clocks of processor time are the host's, or the monotonic one.
    pub(crate) host_cpu: bool,
}

impl Clocks {
    /// The time of a clock in nanoseconds.
    pub(crate) fn now(&self, id: ClockId) -> Result<u64> {
        Ok(match id {
            ClockId::Realtime => self.wall_nanos(),
            ClockId::Monotonic => self.monotonic.now(),
            _ if !self.host_cpu => self.monotonic.now(),
            ClockId::ProcessCputimeId => nanos(duration(clock_gettime(HostClock::ProcessCPUTime))),
            ClockId::ThreadCputimeId => nanos(duration(clock_gettime(HostClock::ThreadCPUTime))),
        })
    }

    /// The resolution of a clock in nanoseconds.
    pub(crate) fn resolution(&self, id: ClockId) -> Result<u64> {
        let resolution = match id {
            ClockId::Realtime => nanos(self.wall.resolution()),
            ClockId::Monotonic => self.monotonic.resolution(),
            _ if !self.host_cpu => self.monotonic.resolution(),
            ClockId::ProcessCputimeId => nanos(duration(clock_getres(HostClock::ProcessCPUTime))),
            ClockId::ThreadCputimeId => nanos(duration(clock_getres(HostClock::ThreadCPUTime))),
        };
        if resolution == 0 {
            return Err(Errno::Inval.into());
        }
        Ok(resolution)
    }

    /// The time of day in nanoseconds.
    pub(crate) fn wall_nanos(&self) -> u64 {
        nanos(self.wall.now())
    }
}

/// The clock `id`, if there is one.
pub(crate) fn clock_id(id: u32) -> Result<ClockId, Errno> {
    ClockId::from_tag(id).ok_or(Errno::Inval)
}

fn duration(time: rustix::time::Timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
