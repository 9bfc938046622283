//! The rules by which a linear memory is made and grown, whatever its backing.

use super::{MAX_MEMORY_BYTES, Memory, MemoryError};
use crate::types::MemoryType;

/// Asked before a memory becomes larger: present bytes (0 for a new memory), desired bytes, and the
/// maximum in bytes if there is one. Says whether it may, or fails in its own way.
pub type GrowLimit<'a, E> = &'a mut dyn FnMut(u64, u64, Option<u64>) -> Result<bool, E>;

/// Why a memory did not grow. It has not changed.
#[derive(Debug, thiserror::Error)]
pub enum GrowError<E> {
    /// The limiter said no: `memory.grow` answers −1.
    #[error("the resource limiter denied the growth of a memory")]
    Denied,
    /// The limiter failed: the execution ends with its error.
    #[error("the resource limiter failed")]
    Limiter(E),
    /// The memory cannot grow so far: the limiter is told, and `memory.grow` answers −1.
    #[error(transparent)]
    Failed(MemoryError),
}

impl Memory {
    /// Grows by `delta_pages` and returns the old size in **bytes**.
    ///
    /// In this order: growing by 0 pages succeeds and asks nobody; `limit` is asked, with the
    /// desired size saturated to the last page that a `u64` holds; the maximum is
    /// tested, then [`MAX_MEMORY_BYTES`]; the backing grows, which may move the base: every copy of
    /// [`Memory::vmmemory`] is to be refreshed afterwards.
    pub fn grow<E>(
        &mut self,
        delta_pages: u64,
        limit: GrowLimit<'_, E>,
    ) -> Result<u64, GrowError<E>> {
        let old_bytes = self.byte_size() as u64;
        if delta_pages == 0 {
            return Ok(old_bytes);
        }
        let page_size = self.page_size();
        let new_bytes = delta_pages
            .saturating_mul(page_size)
            .saturating_add(old_bytes)
            .min(last_size(page_size));
        let maximum = self.linear().maximum_byte_size().map(|bytes| bytes as u64);
        ask(limit, old_bytes, new_bytes, maximum)?;
        if let Some(maximum) = maximum.filter(|&maximum| new_bytes > maximum) {
            return Err(GrowError::Failed(MemoryError::MaximumExceeded {
                bytes: new_bytes,
                maximum,
            }));
        }
        let new_bytes = usize::try_from(new_bytes)
            .ok()
            .filter(|&bytes| bytes as u64 <= MAX_MEMORY_BYTES)
            .ok_or(GrowError::Failed(MemoryError::ImplementationLimit {
                bytes: new_bytes,
            }))?;
        self.linear_mut()
            .grow_to(new_bytes)
            .map_err(GrowError::Failed)?;
        Ok(old_bytes)
    }

    /// Asks `limit` whether a memory of type `ty` may be made, before it is.
    ///
    /// An initial size that no `u64` holds is asked for as the last page that
    /// one does, so that limiters see every attempt; making it fails afterwards.
    pub(crate) fn limit_new<E>(
        ty: &MemoryType,
        limit: GrowLimit<'_, E>,
    ) -> Result<(), GrowError<E>> {
        let too_large = || MemoryError::MinimumTooLarge { pages: ty.minimum };
        let minimum = ty.minimum_bytes();
        let bounded = ty.maximum.is_some() || !ty.memory64;
        let maximum = bounded.then(|| ty.maximum_bytes());
        ask(
            limit,
            0,
            minimum.unwrap_or(last_size(ty.page_size())),
            maximum,
        )?;
        match minimum {
            Some(bytes) if bytes <= MAX_MEMORY_BYTES => Ok(()),
            _ => Err(GrowError::Failed(too_large())),
        }
    }
}

/// Succeeds if the limiter allows the size.
fn ask<E>(
    limit: GrowLimit<'_, E>,
    current: u64,
    desired: u64,
    maximum: Option<u64>,
) -> Result<(), GrowError<E>> {
    match limit(current, desired, maximum) {
        Ok(true) => Ok(()),
        Ok(false) => Err(GrowError::Denied),
        Err(error) => Err(GrowError::Limiter(error)),
    }
}

/// The largest `u64` that is a whole number of pages.
const fn last_size(page_size: u64) -> u64 {
    0_u64.wrapping_sub(page_size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryPlan;

    const TYPE: MemoryType = MemoryType {
        minimum: 1,
        maximum: Some(3),
        memory64: false,
        shared: false,
        page_size_log2: 16,
    };

    type Asked = Vec<(u64, u64, Option<u64>)>;

    /// Grows by `delta` under a limiter that answers `answer`; also tells what it was asked.
    fn grow(
        memory: &mut Memory,
        delta: u64,
        answer: Result<bool, &'static str>,
    ) -> (Result<u64, GrowError<&'static str>>, Asked) {
        let mut asked = Asked::new();
        let result = memory.grow(delta, &mut |current, desired, maximum| {
            asked.push((current, desired, maximum));
            answer
        });
        (result, asked)
    }

    fn memory(ty: &MemoryType) -> Memory {
        Memory::new_dynamic(ty, &MemoryPlan::bounded()).expect("a small memory")
    }

    #[test]
    fn growing_by_nothing_asks_nobody() {
        let (result, asked) = grow(&mut memory(&TYPE), 0, Err("not to be asked"));
        assert!(matches!(result, Ok(65536)));
        assert!(asked.is_empty());
    }

    #[test]
    fn the_limiter_is_asked_before_the_maximum_is_tested() {
        let maximum = Some(3 << 16);
        let mut memory = memory(&TYPE);
        let (result, asked) = grow(&mut memory, 3, Ok(true));
        assert!(matches!(
            result,
            Err(GrowError::Failed(MemoryError::MaximumExceeded {
                bytes: 262_144,
                maximum: 196_608
            }))
        ));
        assert_eq!(asked, [(1 << 16, 4 << 16, maximum)]);
        let (result, _) = grow(&mut memory, 3, Ok(false));
        assert!(matches!(result, Err(GrowError::Denied)));
        let (result, _) = grow(&mut memory, 1, Err("limiter"));
        assert!(matches!(result, Err(GrowError::Limiter("limiter"))));
        assert_eq!(memory.size_pages(), 1);
        let (result, asked) = grow(&mut memory, 2, Ok(true));
        assert!(matches!(result, Ok(65536)));
        assert_eq!(asked, [(1 << 16, 3 << 16, maximum)]);
        assert_eq!(memory.size_pages(), 3);
    }

    #[test]
    fn a_size_that_overflows_is_asked_for_saturated() {
        let wide = MemoryType {
            maximum: None,
            memory64: true,
            ..TYPE
        };
        let mut memory = memory(&wide);
        for delta in [u64::MAX, 1 << 48] {
            let (result, asked) = grow(&mut memory, delta, Ok(true));
            assert!(matches!(
                result,
                Err(GrowError::Failed(MemoryError::ImplementationLimit { .. }))
            ));
            assert_eq!(asked, [(1 << 16, u64::MAX - 0xffff, None)]);
        }
        let bytes = MemoryType {
            page_size_log2: 0,
            ..wide
        };
        let (result, asked) = grow(&mut self::memory(&bytes), u64::MAX, Ok(true));
        assert!(matches!(result, Err(GrowError::Failed(_))));
        assert_eq!(asked, [(1, u64::MAX, None)]);
    }

    #[test]
    fn the_implementation_limit_is_tested_after_the_maximum() {
        let wide = MemoryType {
            maximum: Some(1 << 40),
            memory64: true,
            ..TYPE
        };
        let mut memory = memory(&wide);
        let delta = MAX_MEMORY_BYTES >> 16;
        let (result, _) = grow(&mut memory, delta, Ok(true));
        assert!(matches!(
            result,
            Err(GrowError::Failed(MemoryError::ImplementationLimit { .. }))
        ));
        assert_eq!(memory.size_pages(), 1);
    }

    #[test]
    fn a_new_memory_is_asked_for() {
        let mut asked = Asked::new();
        let mut allow = |current, desired, maximum| {
            asked.push((current, desired, maximum));
            Ok::<_, ()>(true)
        };
        assert!(Memory::limit_new(&TYPE, &mut allow).is_ok());
        let huge = MemoryType {
            minimum: u64::MAX,
            maximum: None,
            memory64: true,
            ..TYPE
        };
        assert!(matches!(
            Memory::limit_new(&huge, &mut allow),
            Err(GrowError::Failed(MemoryError::MinimumTooLarge {
                pages: u64::MAX
            }))
        ));
        let expected = [(0, 1 << 16, Some(3 << 16)), (0, u64::MAX - 0xffff, None)];
        assert_eq!(asked, expected);
        assert!(matches!(
            Memory::limit_new(&TYPE, &mut |_, _, _| Ok::<_, ()>(false)),
            Err(GrowError::Denied)
        ));
    }
}
