//! Names of operations, for listings and profiles.
//!
//! A name is the operation's type without paths and punctuation: that of
//! `To<DA, Bin<I32Add, S1, I>>` is `To DA Bin I32Add S1 I`. There are thousands of them, so each is made
//! when the program is compiled and held by value, its frequent words as one byte each: neither text
//! nor addresses are in the program for it.

use std::fmt;

use selvedge_vm::ops;

/// The name of an operation, or of a type that an operation's type is made of.
#[derive(Copy, Clone)]
pub(crate) struct Name {
    /// ASCII text stands for itself, other bytes for [`ABBREVIATIONS`]; zeros fill the rest. Each part
    /// begins with a space.
    bytes: [u8; Self::CAPACITY],
}

/// What has a name; [`named`] implements it.
pub(crate) trait Named: 'static {
    /// The name.
    const NAME: Name;
}

impl<T: ops::Named> Named for T {
    const NAME: Name = Name::part(T::NAME);
}

/// Names types that are not generic, `named!(S0, S1)`, or one that is, `named!(VExtract O (LANE: u8) X)`: its
/// parameters are [`Named`] or, in parentheses, integers and flags.
macro_rules! named {
    (@ $name:ident [$($generic:tt)*] [$($arg:tt)*] [$($part:expr,)*]) => {
        const _: () = {
            use $crate::exec::name::{Name, Named};
            // Once for all instances.
            const HEAD: Name = Name::part(stringify!($name));
            impl<$($generic)*> Named for $name<$($arg)*> {
                const NAME: Name = Name::join(&[HEAD, $($part),*]);
            }
        };
    };
    (@ $name:ident [$($generic:tt)*] [$($arg:tt)*] [$($part:expr,)*] ($flag:ident: bool) $($rest:tt)*) => {
        $crate::exec::name::named!(@ $name [$($generic)* const $flag: bool,] [$($arg)* $flag,]
            [$($part,)* Name::flag($flag),] $($rest)*);
    };
    (@ $name:ident [$($generic:tt)*] [$($arg:tt)*] [$($part:expr,)*] ($number:ident: $int:ident) $($rest:tt)*) => {
        $crate::exec::name::named!(@ $name [$($generic)* const $number: $int,] [$($arg)* $number,]
            [$($part,)* Name::number($number as u8),] $($rest)*);
    };
    (@ $name:ident [$($generic:tt)*] [$($arg:tt)*] [$($part:expr,)*] $param:ident $($rest:tt)*) => {
        $crate::exec::name::named!(@ $name [$($generic)* $param: Named,] [$($arg)* $param,]
            [$($part,)* <$param as Named>::NAME,] $($rest)*);
    };
    ($($name:ident),+) => {
        $($crate::exec::name::named!(@ $name [] [] []);)+
    };
    ($name:ident $($param:tt)+) => {
        $crate::exec::name::named!(@ $name [] [] [] $($param)+);
    };
}
pub(crate) use named;

/// The words that one byte stands for.
#[rustfmt::skip]
const ABBREVIATIONS: &[&str] = &[
    " To", " DA", " DS", " DB", " DP", " 0", " 1", " 2", " u32", " u64", " f64", " ToV", " Portable", " Native",
    " A", " P0", " P1", " P2", " S0", " S1", " S2", " S3", " I", " I0", " I16", " H", " J", " K", " Z", " V0", " V1", " V2", " V3", " KV",
    " At", " AtSum", " Sum", " Anywhere", " StepSlot", " Forward", " Back", " Own", " Imported", " false", " true",
    " Bin", " Bin2", " Un", " TryUn", " DivRem", " Canonical", " Cmp", " FBin", " FBinLoad", " FCmp", " FPair", " Load", " LoadBin", " LoadBr", " Store", " AddBr", " BrCmp", " BrFCmp", " BrTest", " Select", " Return", " Call", " LoadAny", " StoreAny", " Memory", " Table",
    " VBin", " VTer", " VUn", " VPair", " VLoad", " VStore", " VShift", " VTest", " VExtract", " VReplace", " VRotate",
    " I32", " I64", " F32", " F64", " V128", " I8x16", " I16x8", " I32x4", " I64x2", " F32x4", " F64x2",
    "I32", "I64", "F32", "F64", "I8x16", "I16x8", "I32x4", "F32x4", "F64x2", "I7x16", "16", "32", "64",
    "Add", "Sub", "Mul", "Div", "Min", "Max", "Neg", "Eq", "Ne", "Lt", "Le", "Gt", "Ge", "And", "Xor", "Shl", "Shr", "Bin", "Load", "Store", "Lane", "Splat", "Left", "Right", "Sum", "Pair", "Zero",
    "Low", "High", "Sat", "Dot", "Relaxed", "Extend", "Trunc", "Convert", "Copysign", "Narrow", "Extract", "Replace", "Pairwise", "Reinterpret", "Swizzle", "Bitmask", "True",
    "Canonical", "Global", "Grow", "Native", "select",
];
const _: () = assert!(ABBREVIATIONS.len() <= CODES, "too many abbreviations");

/// How many bytes can stand for words: all that are neither zero nor ASCII text.
const CODES: usize = 0x80 + 0x1f;

/// The byte that stands for word `n`.
const fn code(n: usize) -> u8 {
    assert!(n < CODES);
    if n < 0x80 {
        0x80 + n as u8
    } else {
        n as u8 - 0x7f
    }
}

/// The word that `byte` stands for, if it does not stand for itself.
fn word(byte: u8) -> Option<&'static str> {
    let n = match byte {
        0x80.. => byte - 0x80,
        ..0x20 => byte + 0x7f,
        _ => return None,
    };
    ABBREVIATIONS.get(usize::from(n)).copied()
}

impl Name {
    /// Room for the longest name.
    const CAPACITY: usize = 16;

    /// The name that has one part.
    pub const fn part(text: &str) -> Self {
        let mut spaced = [b' '; 64];
        let (_, after) = spaced.split_at_mut(1);
        after
            .split_at_mut(text.len())
            .0
            .copy_from_slice(text.as_bytes());
        Self::abbreviated(spaced.split_at(1 + text.len()).0)
    }

    /// The part that a number below 100 is.
    pub const fn number(number: u8) -> Self {
        assert!(number < 100, "a name has numbers of two digits at most");
        let digits = [b' ', b'0' + number / 10, b'0' + number % 10];
        if number < 10 {
            Self::abbreviated(&[digits[0], digits[2]])
        } else {
            Self::abbreviated(&digits)
        }
    }

    /// The part that a flag is.
    pub const fn flag(flag: bool) -> Self {
        const FLAGS: [Name; 2] = [Name::part("false"), Name::part("true")];
        FLAGS[flag as usize]
    }

    /// One name of others, in this order.
    pub const fn join(names: &[Self]) -> Self {
        let mut joined = Self::EMPTY;
        let (mut len, mut n) = (0, 0);
        while n < names.len() {
            let mut at = 0;
            while at < Self::CAPACITY && names[n].bytes[at] != 0 {
                len = joined.put(len, names[n].bytes[at]);
                at += 1;
            }
            n += 1;
        }
        joined
    }

    const EMPTY: Self = Self {
        bytes: [0; Self::CAPACITY],
    };

    /// Sets byte `at`, and gives the place of the next one.
    const fn put(&mut self, at: usize, byte: u8) -> usize {
        assert!(
            at < Self::CAPACITY,
            "an operation's name is too long: abbreviate one of its words, or raise the capacity"
        );
        self.bytes[at] = byte;
        at + 1
    }

    /// `text` with its words abbreviated, from the left, by the longest that fits.
    const fn abbreviated(mut text: &[u8]) -> Self {
        let mut name = Self::EMPTY;
        let mut len = 0;
        while let [first, ..] = text {
            let (mut byte, mut longest) = (*first, 1);
            let mut n = 0;
            while n < ABBREVIATIONS.len() {
                let word = ABBREVIATIONS[n].as_bytes();
                if word[0] == *first && word.len() > longest && starts_with(text, word) {
                    (byte, longest) = (code(n), word.len());
                }
                n += 1;
            }
            len = name.put(len, byte);
            text = text.split_at(longest).1;
        }
        name
    }
}

const fn starts_with(text: &[u8], word: &[u8]) -> bool {
    let mut at = 0;
    while at < word.len() {
        if at == text.len() || text[at] != word[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The name that `bytes` of a program stand for, if they can be one. For audits of object code.
#[doc(hidden)]
pub fn operation_name(bytes: &[u8]) -> Option<String> {
    let name = Name {
        bytes: bytes.try_into().ok()?,
    };
    let len = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at(len);
    let stands = |byte: u8| byte == b' ' || byte.is_ascii_alphanumeric() || word(byte).is_some();
    let begins = match word(*text.first()?) {
        Some(word) => word.starts_with(' '),
        None => text[0] == b' ',
    };
    let is_name = begins && text.iter().copied().all(stands) && rest.iter().all(|&byte| byte == 0);
    is_name.then(|| name.to_string())
}

impl fmt::Display for Name {
    /// Writes the parts, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for &byte in self.bytes.iter().take_while(|&&byte| byte != 0) {
            match word(byte) {
                Some(word) => text.push_str(word),
                None => text.push(byte.into()),
            }
        }
        f.write_str(text.trim_start())
    }
}

#[cfg(test)]
mod tests {
    use super::super::branch::Back;
    use super::super::compare::BrFCmp;
    use super::super::numeric::Bin;
    use super::super::place::{DP, I, K, P0, S1};
    use super::super::row::To;
    use super::super::simd::V1;
    use super::super::simd::lane::VExtract;
    use super::*;

    #[test]
    fn names_are_types_without_punctuation() {
        fn name<T: Named>() -> String {
            T::NAME.to_string()
        }
        assert_eq!(
            name::<To<DP<1>, Bin<ops::alu::I32Add, S1, I>>>(),
            "To DP 1 Bin I32Add S1 I"
        );
        assert_eq!(
            name::<BrFCmp<ops::float::F64Le, P0, K, Back, true>>(),
            "BrFCmp F64Le P0 K Back true"
        );
        assert_eq!(
            name::<VExtract<ops::simd::lane::I8x16ExtractLaneS, 15, V1>>(),
            "VExtract I8x16ExtractLaneS 15 V1"
        );
        assert_eq!(name::<u64>(), "u64");
    }

    #[test]
    fn every_abbreviation_stands_for_its_word_alone() {
        for (n, word) in ABBREVIATIONS.iter().enumerate() {
            let name = Name::abbreviated(word.as_bytes());
            assert_eq!(name.bytes[..2], [code(n), 0], "{word}");
            assert_eq!(name.to_string(), word.trim_start());
        }
    }

    #[test]
    fn all_operators_keep_their_names() {
        fn check<T: ops::Named>() {
            assert_eq!(<T as Named>::NAME.to_string(), T::NAME);
        }
        macro_rules! all {
            ($($name:ident $visit:ident [$($nan:ident)?] ($eval:expr);)*) => {
                $(check::<ops::simd::binary::$name>();)*
            };
        }
        selvedge_vm::for_each_simd_binary!(all);
    }

    #[test]
    #[should_panic(expected = "too long")]
    fn a_name_that_does_not_fit_is_refused() {
        Name::part("qqqqqqqqqqqqqqqq");
    }
}
