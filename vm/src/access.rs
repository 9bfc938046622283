//! Loads and stores of guest memory outside machine code.
//!
//! Addresses are *effective*: index plus static offset, computed without
//! wrap-around. The length of a memory lives in the word before its base (see
//! [`memory`](crate::memory)), so [`check`] is one compare with `[base − 8]`. Nothing here
//! makes a reference into guest memory: other code may write it at any time.

#![expect(unsafe_code, reason = "guest loads and stores go through raw pointers")]

/// A value that linear memory holds in little-endian order, at any alignment.
///
/// # Safety
///
/// Every bit pattern of `size_of::<Self>()` bytes is a value.
pub unsafe trait LittleEndian: Copy {
    /// The value whose bytes are those of `self` in the other of the machine's order and
    /// little-endian order. On a little-endian machine the value itself.
    fn to_le(self) -> Self;
}

macro_rules! integers {
    ($($int:ident)*) => { $(
        // SAFETY: an integer without padding.
        unsafe impl LittleEndian for $int {
            #[inline(always)]
            fn to_le(self) -> Self {
                $int::to_le(self)
            }
        }
    )* };
}

macro_rules! floats {
    ($($float:ident)*) => { $(
        // SAFETY: a float without padding; every bit pattern is a float.
        unsafe impl LittleEndian for $float {
            #[inline(always)]
            fn to_le(self) -> Self {
                $float::from_bits(self.to_bits().to_le())
            }
        }
    )* };
}

integers!(u8 i8 u16 i16 u32 i32 u64 i64 u128 i128);
floats!(f32 f64);

/// The length in bytes of the memory at `base`.
///
/// # Safety
///
/// `base` is the base of a live memory, or the base of no memory in an instance without one.
#[inline(always)]
pub unsafe fn len(base: *const u8) -> u64 {
    // A plain read: it folds into the compare, which an atomic one does not (the handlers
    // would spill a register). No memory is shared, so only this thread changes the length.
    // SAFETY: the aligned word before the base of a memory is its length.
    unsafe { *base.sub(8).cast::<u64>() }
}

/// Whether the `size` bytes at `ea` lie in the memory at `base`.
///
/// # Safety
///
/// As for [`len`].
#[inline(always)]
pub unsafe fn check(base: *const u8, ea: u64, size: u64) -> bool {
    match ea.checked_add(size) {
        // SAFETY: by contract.
        Some(end) => end <= unsafe { len(base) },
        None => false,
    }
}

/// Reads a `T` at `ea` of the memory at `base`.
///
/// # Safety
///
/// `check(base, ea, size_of::<T>())` holds.
#[inline(always)]
pub unsafe fn load<T: LittleEndian>(base: *const u8, ea: u64) -> T {
    // SAFETY: the bytes are in the memory by contract, and any bytes are a `T`.
    unsafe { base.add(ea as usize).cast::<T>().read_unaligned() }.to_le()
}

/// Writes `value` at `ea` of the memory at `base`.
///
/// # Safety
///
/// `check(base, ea, size_of::<T>())` holds.
#[inline(always)]
pub unsafe fn store<T: LittleEndian>(base: *mut u8, ea: u64, value: T) {
    // SAFETY: the bytes are in the memory by contract.
    unsafe {
        base.add(ea as usize)
            .cast::<T>()
            .write_unaligned(value.to_le())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memory of 16 bytes with its length word before it.
    #[repr(C, align(16))]
    struct Backing {
        header: [u64; 2],
        bytes: [u8; 16],
    }

    impl Backing {
        fn new() -> Box<Self> {
            Box::new(Self {
                header: [0, 16],
                bytes: [0; 16],
            })
        }

        fn base(&mut self) -> *mut u8 {
            (&raw mut *self).cast::<u8>().wrapping_add(16)
        }
    }

    #[test]
    fn bounds_hold_to_the_last_byte_and_sums_do_not_wrap() {
        let mut backing = Backing::new();
        let base = backing.base();
        // SAFETY: `base` has a length word before it.
        let ok = |ea, size| unsafe { check(base, ea, size) };
        assert!(ok(0, 16) && ok(8, 8) && ok(15, 1) && ok(16, 0));
        assert!(!ok(0, 17) && !ok(9, 8) && !ok(16, 1) && !ok(17, 0));
        assert!(!ok(u64::MAX, 1) && !ok(u64::MAX - 3, 8) && !ok(1 << 32, 1));
    }

    #[test]
    fn values_are_little_endian_at_any_alignment() {
        let mut backing = Backing::new();
        let base = backing.base();
        // SAFETY: both accesses are within the 16 bytes.
        unsafe {
            store(base, 3, 0x1122_3344_u32);
            store(base, 9, -2.5_f32);
            assert_eq!(load::<u32>(base, 3), 0x1122_3344);
            assert_eq!(load::<i16>(base, 5), 0x1122);
            assert_eq!(load::<f32>(base, 9), -2.5);
        }
        assert_eq!(backing.bytes[3..7], [0x44, 0x33, 0x22, 0x11]);
        assert_eq!(backing.bytes[9..13], (-2.5_f32).to_le_bytes());
    }
}
