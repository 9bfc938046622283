//! What a profiler of the system wants to know of a process, on Linux.

#![expect(unsafe_code, reason = "calls the operating system")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

use super::page_size;

/// An executable mapping of a file, which nothing touches: `perf` notes it among the
/// process's code, and so finds the file.
#[derive(Debug)]
pub struct Marker {
    start: NonNull<libc::c_void>,
    len: usize,
}

// SAFETY: the mapping is the marker's alone, and is not accessed.
unsafe impl Send for Marker {}
// SAFETY: as above.
unsafe impl Sync for Marker {}

impl Marker {
    /// Maps the first page of `file`.
    ///
    /// # Errors
    ///
    /// If the host refuses.
    pub fn new(file: &File) -> io::Result<Self> {
        let len = page_size();
        let protection = libc::PROT_READ | libc::PROT_EXEC;
        super::faults::check()?;
        // SAFETY: a new mapping wherever there is room.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                protection,
                libc::MAP_PRIVATE,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start).expect("no mapping is at address 0");
        Ok(Self { start, len })
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nobody uses it.
        unsafe { libc::munmap(self.start.as_ptr(), self.len) };
    }
}

/// The time in nanoseconds on the clock that `perf record -k mono` uses.
pub fn monotonic_nanoseconds() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` may be written to.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
    assert_eq!(failed, 0, "every Linux has this clock");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The number of this thread.
pub fn thread_id() -> u32 {
    // SAFETY: has no preconditions.
    unsafe { libc::gettid() as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on() {
        let before = monotonic_nanoseconds();
        assert!(before > 0 && monotonic_nanoseconds() >= before);
    }

    #[test]
    fn a_file_is_marked_in_the_list_of_mappings() {
        let path = std::env::current_exe().unwrap();
        let marker = Marker::new(&File::open(path).unwrap()).unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let start = format!("{:x}-", marker.start.as_ptr().addr());
        let line = maps.lines().find(|line| line.starts_with(&start));
        assert!(line.is_some_and(|line| line.contains("r-xp")), "{line:?}");
    }
}
