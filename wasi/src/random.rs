//! Random bytes: the host's, and some that are the same in every run.

use std::io;

/// A source of random bytes.
///
/// ```
/// use std::io;
///
/// use selvedge_wasi::{RandomSource, WasiCtxBuilder};
///
/// /// For tests: every byte is 4.
/// struct Four;
///
/// impl RandomSource for Four {
///     fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
///         bytes.fill(4);
///         Ok(())
///     }
/// }
///
/// let wasi = WasiCtxBuilder::new().secure_random(Four).build();
/// ```
pub trait RandomSource: Send + 'static {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from it; the guest gets the code.
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The host's random bytes, fit for cryptography.
#[derive(Copy, Clone, Debug)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        use rustix::rand::{GetRandomFlags, getrandom};
        let mut done = 0;
        while done < bytes.len() {
            match getrandom(&mut bytes[done..], GetRandomFlags::empty()) {
                Ok(n) => done += n,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let mut source = std::fs::File::open("/dev/urandom")?;
        io::Read::read_exact(&mut source, bytes)
    }
}

/// Bytes that look random and depend on nothing but a seed (SplitMix64). For tests and for
/// runs that are to be repeated; **not** for secrets.
///
/// ```
/// use selvedge_wasi::{DeterministicRandom, RandomSource, WasiCtxBuilder};
///
/// let wasi = WasiCtxBuilder::new().secure_random(DeterministicRandom::new(7)).build();
/// let (mut a, mut b) = ([0; 8], [0; 8]);
/// DeterministicRandom::new(7).fill(&mut a)?;
/// DeterministicRandom::new(7).fill(&mut b)?;
/// assert_eq!(a, b);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DeterministicRandom {
    state: u64,
    /// What is left of the last number, and how many bytes that is.
    rest: (u64, u32),
}

impl DeterministicRandom {
    /// The bytes of this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            rest: (0, 0),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl RandomSource for DeterministicRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        for byte in bytes {
            if self.rest.1 == 0 {
                self.rest = (self.next(), 8);
            }
            *byte = self.rest.0 as u8;
            self.rest = (self.rest.0 >> 8, self.rest.1 - 1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_and_the_pieces_do_not() {
        let (mut whole, mut pieces, mut other) = ([0; 20], [0; 20], [0; 20]);
        DeterministicRandom::new(7).fill(&mut whole).unwrap();
        let mut random = DeterministicRandom::new(7);
        let (a, b) = pieces.split_at_mut(3);
        random.fill(a).unwrap();
        random.fill(b).unwrap();
        DeterministicRandom::new(8).fill(&mut other).unwrap();
        assert_eq!(whole, pieces);
        assert_ne!(whole, other);
    }

    #[test]
    fn the_host_has_random_bytes() {
        let mut bytes = [0; 64];
        SystemRandom.fill(&mut bytes).unwrap();
        assert_ne!(bytes, [0; 64]);
    }
}
