//! `Places`: where the entries of a directory of the host begin, as numbers that a guest can keep.
//!
//! A cookie has 64 bits, but `telldir` in a guest has only 31 to return, and some file systems of hosts
//! (ext4) use all 63 of theirs. Those get numbers in the order in which they are handed out:
//!
//! ```text
//! 0                     1 << 30              + 8192                          1 << 63
//! | the host's cookies, as they are | numbers of large ones | large ones that got no number |
//! ```
//!
//! There are only so many numbers, so that a guest cannot make the table grow. A host's
//! cookie of more than 31 bits that looks like a number is not to be expected.

use std::collections::HashMap;

/// The least number of a large cookie.
const FIRST: u64 = 1 << 30;
/// How many large cookies get numbers.
const MAX_NUMBERED: usize = 8192;

/// The large cookies of one directory, by number.
#[derive(Default)]
pub(super) struct Places {
    cookies: Vec<u64>,
    numbers: HashMap<u64, u64>,
}

impl Places {
    /// What the guest gets for a cookie of the host.
    pub(super) fn number(&mut self, cookie: u64) -> u64 {
        if cookie < FIRST {
            return cookie;
        }
        if let Some(&number) = self.numbers.get(&cookie) {
            return number;
        }
        if self.cookies.len() == MAX_NUMBERED {
            return cookie;
        }
        let number = FIRST + self.cookies.len() as u64;
        self.cookies.push(cookie);
        self.numbers.insert(cookie, number);
        number
    }

    /// The host's cookie for what a guest has got. At the start a full table is forgotten:
    /// places from before a directory was rewound are nobody's business.
    pub(super) fn cookie(&mut self, place: u64) -> u64 {
        if place == 0 && self.cookies.len() == MAX_NUMBERED {
            *self = Self::default();
        }
        let index = place.checked_sub(FIRST);
        let index = index.and_then(|index| usize::try_from(index).ok());
        let cookie = index.and_then(|index| self.cookies.get(index));
        cookie.copied().unwrap_or(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_and_fit_31_bits() {
        let mut places = Places::default();
        let cookies = [0, 1, FIRST - 1, FIRST, u64::MAX >> 1, 1 << 40, FIRST];
        for cookie in cookies {
            let place = places.number(cookie);
            assert!(place < 1 << 31);
            assert_eq!(places.cookie(place), cookie);
        }
        assert_eq!(places.cookies.len(), 3);
    }

    #[test]
    fn the_table_is_bounded_and_begins_anew() {
        let mut places = Places::default();
        for cookie in (1 << 40..).take(MAX_NUMBERED + 100) {
            let place = places.number(cookie);
            assert_eq!(places.cookie(place), cookie);
        }
        assert_eq!(places.cookies.len(), MAX_NUMBERED);
        assert_eq!(places.number(1 << 50), 1 << 50);
        assert_eq!(places.cookie(0), 0);
        assert!(places.number(1 << 50) < 1 << 31);
    }
}
