//! Pipes in memory, for a guest's standard streams.

use std::io::{self, IoSlice, IoSliceMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::stream::{StdinStream, StdoutStream};

/// Bytes that a guest reads as its standard input; then it is at the end.
///
/// ```
/// use selvedge_wasi::{WasiCtxBuilder, pipe::MemoryInputPipe};
///
/// let wasi = WasiCtxBuilder::new().stdin(MemoryInputPipe::new("1 + 2\n")).build();
/// ```
#[derive(Clone, Debug)]
pub struct MemoryInputPipe {
    state: Arc<Mutex<Input>>,
}

#[derive(Debug)]
struct Input {
    bytes: Vec<u8>,
    position: usize,
}

impl MemoryInputPipe {
    /// A pipe with these bytes. Clones are of the same pipe.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            state: Arc::new(Mutex::new(Input {
                bytes: bytes.into(),
                position: 0,
            })),
        }
    }

    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        let state = lock(&self.state);
        state.position == state.bytes.len()
    }
}

impl StdinStream for MemoryInputPipe {
    fn read(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let mut state = lock(&self.state);
        let mut bytes = &state.bytes[state.position..];
        let n = io::Read::read_vectored(&mut bytes, buffers)?;
        state.position += n;
        Ok(n)
    }

    fn available(&mut self) -> Option<u64> {
        let state = lock(&self.state);
        Some((state.bytes.len() - state.position) as u64)
    }
}

/// Takes what a guest writes as its standard output or error, up to a limit.
///
/// ```
/// use selvedge_wasi::{WasiCtxBuilder, pipe::MemoryOutputPipe};
///
/// let stdout = MemoryOutputPipe::new(1 << 20);
/// let wasi = WasiCtxBuilder::new().stdout(stdout.clone()).build();
/// // … run the guest …
/// assert_eq!(stdout.contents(), b"");
/// ```
#[derive(Clone, Debug)]
pub struct MemoryOutputPipe {
    state: Arc<Mutex<Vec<u8>>>,
    limit_bytes: usize,
}

impl MemoryOutputPipe {
    /// A pipe that takes `limit_bytes`; a guest that writes more gets the error `NOSPC`.
    /// Clones are of the same pipe.
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            state: Arc::default(),
            limit_bytes,
        }
    }

    /// What has been written so far.
    pub fn contents(&self) -> Vec<u8> {
        lock(&self.state).clone()
    }

    /// Takes what has been written so far out of the pipe, which then has room again.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *lock(&self.state))
    }
}

impl StdoutStream for MemoryOutputPipe {
    fn write(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = lock(&self.state);
        let before = state.len();
        let room = self.limit_bytes.saturating_sub(before);
        if room == 0 && buffers.iter().any(|buffer| !buffer.is_empty()) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        for buffer in buffers {
            let room = self.limit_bytes - state.len();
            state.extend_from_slice(&buffer[..buffer.len().min(room)]);
        }
        Ok(state.len() - before)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics under these locks but for want of memory, which leaves them whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_read_once() {
        let mut pipe = MemoryInputPipe::new("hello");
        let (mut a, mut b) = ([0; 2], [0; 8]);
        let mut buffers = [IoSliceMut::new(&mut a), IoSliceMut::new(&mut b)];
        assert_eq!(pipe.read(&mut buffers).unwrap(), 5);
        assert_eq!((&a, &b[..3]), (b"he", &b"llo"[..]));
        assert_eq!(pipe.read(&mut [IoSliceMut::new(&mut a)]).unwrap(), 0);
        assert!(pipe.is_empty());
    }

    #[test]
    fn an_output_is_bounded() {
        let mut pipe = MemoryOutputPipe::new(4);
        assert_eq!(
            pipe.write(&[IoSlice::new(b"abc"), IoSlice::new(b"def")])
                .unwrap(),
            4
        );
        let error = pipe.write(&[IoSlice::new(b"g")]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(pipe.take(), b"abcd");
        assert_eq!(pipe.write(&[IoSlice::new(b"g")]).unwrap(), 1);
    }
}
