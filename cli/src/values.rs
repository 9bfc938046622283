//! Values on the command line: arguments of `--invoke`, and its results.
//!
//! A result is written in a form that is accepted as an argument.

use selvedge::{Val, ValType};

const F32_QUIET: u32 = 0x0040_0000;
const F64_QUIET: u64 = 0x0008_0000_0000_0000;

/// Reads `text` as a value of type `ty`; the error says what is accepted.
pub(crate) fn parse(text: &str, ty: &ValType) -> Result<Val, String> {
    match ty {
        ValType::I32 => parse_int(text, 32)
            .map(|bits| Val::I32(bits as u32 as i32))
            .ok_or_else(|| {
                format!("{text:?} is not an i32: a decimal or 0x hexadecimal integer of 32 bits")
            }),
        ValType::I64 => parse_int(text, 64)
            .map(|bits| Val::I64(bits as i64))
            .ok_or_else(|| {
                format!("{text:?} is not an i64: a decimal or 0x hexadecimal integer of 64 bits")
            }),
        ValType::F32 => parse_f32(text)
            .map(|value| Val::F32(value.to_bits()))
            .ok_or_else(|| {
                format!("{text:?} is not an f32: a decimal number, inf, nan or nan:0xN")
            }),
        ValType::F64 => parse_f64(text)
            .map(|value| Val::F64(value.to_bits()))
            .ok_or_else(|| {
                format!("{text:?} is not an f64: a decimal number, inf, nan or nan:0xN")
            }),
        ValType::V128 => parse_v128(text)
            .map(|bits| Val::V128(bits.into()))
            .ok_or_else(|| {
                format!(
                    "{text:?} is not a v128: an unsigned decimal or 0x hexadecimal integer of 128 bits, lane 0 lowest"
                )
            }),
        ty if text == "null" && ty.is_funcref() => Ok(Val::FuncRef(None)),
        ty if text == "null" && ty.is_externref() => Ok(Val::ExternRef(None)),
        ty if ty.is_ref() => Err(format!("{text:?} is not a {ty}: only null can be given")),
        ty => Err(format!("a {ty} cannot be given on the command line")),
    }
}

/// An integer of `bits` bits, signed or unsigned, as its two's complement.
fn parse_int(text: &str, bits: u32) -> Option<u64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = match hex {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    // `from_str_radix` would take another sign.
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    let limit = 1_u64 << (bits - 1);
    if negative {
        return (magnitude <= limit).then(|| magnitude.wrapping_neg());
    }
    (magnitude <= (limit - 1) * 2 + 1).then_some(magnitude)
}

/// A vector as one number.
fn parse_v128(text: &str) -> Option<u128> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match hex {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    u128::from_str_radix(digits, radix).ok()
}

fn parse_f32(text: &str) -> Option<f32> {
    let Some((sign, payload)) = nan_payload(text) else {
        return text.parse().ok();
    };
    let payload = u32::try_from(payload)
        .ok()
        .filter(|bits| (1..1 << 23).contains(bits))?;
    let bits = f32::INFINITY.to_bits() | payload | u32::from(sign) << 31;
    Some(f32::from_bits(bits))
}

fn parse_f64(text: &str) -> Option<f64> {
    let Some((sign, payload)) = nan_payload(text) else {
        return text.parse().ok();
    };
    let payload = Some(payload).filter(|bits| (1..1 << 52).contains(bits))?;
    let bits = f64::INFINITY.to_bits() | payload | u64::from(sign) << 63;
    Some(f64::from_bits(bits))
}

/// The sign and payload of `nan:0xN` or `-nan:0xN`.
fn nan_payload(text: &str) -> Option<(bool, u64)> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let digits = text.strip_prefix("nan:0x")?;
    u64::from_str_radix(digits, 16)
        .ok()
        .map(|payload| (sign, payload))
}

/// Writes a result.
pub(crate) fn format(value: &Val) -> String {
    match value {
        Val::I32(value) => value.to_string(),
        Val::I64(value) => value.to_string(),
        Val::F32(bits) => {
            let value = f32::from_bits(*bits);
            if !value.is_nan() {
                return value.to_string();
            }
            let payload = u64::from(bits & 0x007f_ffff);
            format_nan(value.is_sign_negative(), payload, u64::from(F32_QUIET))
        }
        Val::F64(bits) => {
            let value = f64::from_bits(*bits);
            if !value.is_nan() {
                return value.to_string();
            }
            let payload = bits & 0x000f_ffff_ffff_ffff;
            format_nan(value.is_sign_negative(), payload, F64_QUIET)
        }
        Val::V128(value) => format!("{:#034x}", value.as_u128()),
        Val::FuncRef(None) | Val::ExternRef(None) => "null".to_owned(),
        Val::FuncRef(Some(_)) => "<funcref>".to_owned(),
        Val::ExternRef(Some(_)) => "<externref>".to_owned(),
    }
}

/// `nan` for the canonical NaN, otherwise with its payload.
fn format_nan(negative: bool, payload: u64, canonical: u64) -> String {
    let sign = if negative { "-" } else { "" };
    if payload == canonical {
        return format!("{sign}nan");
    }
    format!("{sign}nan:{payload:#x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn i32(text: &str) -> Option<i32> {
        match parse(text, &ValType::I32) {
            Ok(Val::I32(value)) => Some(value),
            _ => None,
        }
    }

    fn i64(text: &str) -> Option<i64> {
        match parse(text, &ValType::I64) {
            Ok(Val::I64(value)) => Some(value),
            _ => None,
        }
    }

    #[test]
    fn integers_are_signed_or_unsigned() {
        assert_eq!(i32("-1"), Some(-1));
        assert_eq!(i32("+7"), Some(7));
        assert_eq!(i32("4294967295"), Some(-1));
        assert_eq!(i32("4294967296"), None);
        assert_eq!(i32("-2147483648"), Some(i32::MIN));
        assert_eq!(i32("-2147483649"), None);
        assert_eq!(i32("0xffffffff"), Some(-1));
        assert_eq!(i32("-0x80000000"), Some(i32::MIN));
        assert_eq!(i64("18446744073709551615"), Some(-1));
        assert_eq!(i64("18446744073709551616"), None);
        assert_eq!(i64("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(i64("-0X10"), Some(-16));
    }

    #[test]
    fn what_is_no_integer_is_refused() {
        for text in [
            "", "-", "x", "0x", "--1", "-+1", "0x-1", "1.0", " 1", "1 ", "null", "é",
        ] {
            assert_eq!(i32(text), None, "{text:?}");
        }
    }

    #[test]
    fn vectors_survive_being_written_and_read() {
        let text = "0x0f0e0d0c0b0a09080706050403020100";
        let value = parse(text, &ValType::V128).expect(text);
        assert_eq!(format(&value), text);
        let Val::V128(bits) = value else {
            panic!("{value:?}")
        };
        assert_eq!(
            bits.as_u128().to_le_bytes(),
            std::array::from_fn(|i| i as u8)
        );
        let max = "340282366920938463463374607431768211455";
        let value = parse(max, &ValType::V128).expect(max);
        assert_eq!(format(&value), format!("0x{}", "f".repeat(32)));
        assert_eq!(
            format(&parse("7", &ValType::V128).expect("7")),
            format!("0x{:032}", 7)
        );
        let long = format!("0x1{}", "0".repeat(32));
        for text in ["", "-1", "+1", "0x", "0x-1", "1 2", "0xg", "1.0", &long] {
            assert!(parse(text, &ValType::V128).is_err(), "{text:?}");
        }
    }

    #[test]
    fn floats_survive_being_written_and_read() {
        let texts = [
            "0",
            "-0",
            "1.5",
            "inf",
            "-inf",
            "nan",
            "-nan",
            "nan:0x1",
            "-nan:0x400001",
            "0.1",
        ];
        for text in texts {
            for ty in [ValType::F32, ValType::F64] {
                let value = parse(text, &ty).expect(text);
                assert_eq!(format(&value), text);
            }
        }
        for text in ["nan:0x0", "nan:0x", "nan:0x10000000000000", "one", ""] {
            assert!(parse(text, &ValType::F64).is_err(), "{text:?}");
        }
    }
}
