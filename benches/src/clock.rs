#![expect(unsafe_code, reason = "asks the system for the thread's CPU time")]
//! Two clocks: the CPU time of this thread, which other processes on a shared machine disturb
//! least, and wall time.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

/// How long something took.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Elapsed {
    /// CPU time of this thread, in nanoseconds.
    pub cpu_ns: f64,
    /// Wall time in nanoseconds.
    pub wall_ns: f64,
}

impl Elapsed {
    /// The time for one of `count` equal pieces.
    pub fn divided(self, count: i32) -> Self {
        Self {
            cpu_ns: self.cpu_ns / f64::from(count),
            wall_ns: self.wall_ns / f64::from(count),
        }
    }
}

impl AddAssign for Elapsed {
    fn add_assign(&mut self, other: Self) {
        self.cpu_ns += other.cpu_ns;
        self.wall_ns += other.wall_ns;
    }
}

/// Runs `work`; returns what it returns and how long it took.
pub fn time<R>(work: impl FnOnce() -> R) -> (R, Elapsed) {
    let (cpu, wall) = (thread_cpu_time(), Instant::now());
    let result = work();
    let (wall, cpu) = (wall.elapsed(), thread_cpu_time().saturating_sub(cpu));
    let elapsed = Elapsed {
        wall_ns: nanoseconds(wall),
        cpu_ns: nanoseconds(cpu),
    };
    (result, elapsed)
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

/// The CPU time that this thread has used.
///
/// # Panics
///
/// If the system has no such clock.
pub fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a `timespec` that may be written.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "the system counts the CPU time of threads");
    let seconds = u64::try_from(time.tv_sec).expect("time is positive");
    let nanoseconds = u64::try_from(time.tv_nsec).expect("time is positive");
    Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_cpu_time_and_sleep_does_not() {
        let (sum, busy) = time(|| (0..3_000_000_u64).fold(0, |a, b| std::hint::black_box(a ^ b)));
        assert_eq!(sum, (0..3_000_000_u64).fold(0, |a, b| a ^ b));
        let ((), idle) = time(|| std::thread::sleep(Duration::from_millis(30)));
        assert!(busy.cpu_ns > 0.0);
        assert!(idle.wall_ns >= 30e6);
        assert!(idle.cpu_ns < idle.wall_ns);
    }

    #[test]
    fn pieces_add_up() {
        let mut total = Elapsed::default();
        let piece = Elapsed {
            cpu_ns: 3.0,
            wall_ns: 5.0,
        };
        total += piece;
        total += piece;
        assert_eq!(total.divided(2), piece);
    }
}
