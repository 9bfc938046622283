//! Numbers that go into guests and come out of them, in the same form for every runtime.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A WebAssembly number; floats are their bits.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Value {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
}

/// The type of a [`Value`].
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A 32-bit float.
    F32,
    /// A 64-bit float.
    F64,
}

impl Value {
    /// Reads a value of a type from text: a decimal number, for integers also an unsigned one.
    ///
    /// # Errors
    ///
    /// If the text is no such number.
    pub fn parse(ty: Type, text: &str) -> Result<Self, Error> {
        let value = match ty {
            Type::I32 => text
                .parse()
                .or_else(|_| text.parse().map(u32::cast_signed))
                .map(Self::I32)
                .ok(),
            Type::I64 => text
                .parse()
                .or_else(|_| text.parse().map(u64::cast_signed))
                .map(Self::I64)
                .ok(),
            Type::F32 => text.parse().map(f32::to_bits).map(Self::F32).ok(),
            Type::F64 => text.parse().map(f64::to_bits).map(Self::F64).ok(),
        };
        value.ok_or_else(|| format!("`{text}` is not a value of type {ty:?}").into())
    }

    /// Zero.
    pub fn zero(ty: Type) -> Self {
        match ty {
            Type::I32 => Self::I32(0),
            Type::I64 => Self::I64(0),
            Type::F32 => Self::F32(0),
            Type::F64 => Self::F64(0),
        }
    }

    /// Whether two runtimes may say one thing and the other: all NaNs are alike, since
    /// runtimes may choose their bits.
    pub fn agrees_with(self, other: Self) -> bool {
        let both_nan = match (self, other) {
            (Self::F32(a), Self::F32(b)) => {
                f32::from_bits(a).is_nan() && f32::from_bits(b).is_nan()
            }
            (Self::F64(a), Self::F64(b)) => {
                f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan()
            }
            _ => false,
        };
        both_nan || self == other
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::I32(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F32(bits) => f32::from_bits(bits).fmt(f),
            Self::F64(bits) => f64::from_bits(bits).fmt(f),
        }
    }
}

/// Values for an error message.
pub fn list(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    values.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_may_be_written_unsigned() {
        assert_eq!(Value::parse(Type::I32, "-1").unwrap(), Value::I32(-1));
        assert_eq!(
            Value::parse(Type::I32, "4294967295").unwrap(),
            Value::I32(-1)
        );
        assert!(Value::parse(Type::I32, "4294967296").is_err());
        let most = Value::parse(Type::I64, "18446744073709551615").unwrap();
        assert_eq!(most, Value::I64(-1));
        assert!(Value::parse(Type::I64, "one").is_err());
    }

    #[test]
    fn floats_are_their_bits() {
        let half = Value::parse(Type::F64, "0.5").unwrap();
        assert_eq!(half, Value::F64(0x3fe0_0000_0000_0000));
        assert_eq!(half.to_string(), "0.5");
    }

    #[test]
    fn every_nan_agrees_with_every_other() {
        let quiet = Value::F32(0x7fc0_0000);
        assert!(quiet.agrees_with(Value::F32(0xffc0_0001)));
        assert!(!quiet.agrees_with(Value::F32(0)));
        assert!(!quiet.agrees_with(Value::F64(f64::NAN.to_bits())));
        assert!(!Value::I32(1).agrees_with(Value::I64(1)));
    }
}
