//! Random inputs, and the same ones in every run of the same seed.

use crate::oracle::Random;

/// An input of up to `most` bytes, short ones preferred; a third of its bytes are small numbers.
pub fn input(seed: u64, most: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    let bits = usize::BITS - most.max(1).leading_zeros();
    let bound = 1 << (1 + random.below(bits as usize));
    let len = random.below(bound.min(most) + 1);
    let mut bytes = random.bytes(len);
    for byte in &mut bytes {
        if random.below(3) == 0 {
            *byte %= 8;
        }
    }
    bytes
}
