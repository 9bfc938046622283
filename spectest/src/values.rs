//! Values of a script: arguments to pass, results to compare, and how a failure
//! writes them.

use selvedge::{ExternRef, Store, V128, Val};
use wast::core::{
    AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore,
};
use wast::{WastArg, WastRet};

const F32_QUIET: u32 = 0x0040_0000;
const F32_CANONICAL: u32 = 0x7fc0_0000;
const F64_QUIET: u64 = 0x0008_0000_0000_0000;
const F64_CANONICAL: u64 = 0x7ff8_0000_0000_0000;

/// The value of an argument.
pub(crate) fn argument(store: &mut Store<()>, arg: &WastArg<'_>) -> Result<Val, String> {
    let WastArg::Core(arg) = arg else {
        return Err("component values are not supported".to_owned());
    };
    Ok(match arg {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(value.bits),
        WastArgCore::F64(value) => Val::F64(value.bits),
        WastArgCore::V128(value) => Val::V128(V128::from(v128_bits(value))),
        WastArgCore::RefNull(ty) => null(ty)?,
        WastArgCore::RefExtern(value) => {
            let reference =
                ExternRef::new(&mut *store, *value).map_err(|error| error.to_string())?;
            Val::ExternRef(Some(reference))
        }
        WastArgCore::RefHost(_) => return Err("`ref.host` is not supported".to_owned()),
    })
}

fn null(ty: &HeapType<'_>) -> Result<Val, String> {
    match ty {
        HeapType::Abstract {
            shared: false,
            ty: AbstractHeapType::Func,
        } => Ok(Val::FuncRef(None)),
        HeapType::Abstract {
            shared: false,
            ty: AbstractHeapType::Extern,
        } => Ok(Val::ExternRef(None)),
        _ => Err(format!("a null of type {ty:?} is not supported")),
    }
}

fn v128_bits(value: &V128Const) -> u128 {
    u128::from_le_bytes(value.to_le_bytes())
}

/// Whether `actual` is what `expected` asks for.
pub(crate) fn matches(store: &Store<()>, actual: &Val, expected: &WastRet<'_>) -> bool {
    match expected {
        WastRet::Core(expected) => matches_core(store, actual, expected),
        _ => false,
    }
}

fn matches_core(store: &Store<()>, actual: &Val, expected: &WastRetCore<'_>) -> bool {
    match (expected, actual) {
        (WastRetCore::Either(cases), _) => {
            cases.iter().any(|case| matches_core(store, actual, case))
        }
        (WastRetCore::I32(expected), Val::I32(actual)) => expected == actual,
        (WastRetCore::I64(expected), Val::I64(actual)) => expected == actual,
        (WastRetCore::F32(expected), Val::F32(actual)) => f32_matches(*actual, expected),
        (WastRetCore::F64(expected), Val::F64(actual)) => f64_matches(*actual, expected),
        (WastRetCore::V128(expected), Val::V128(actual)) => {
            v128_matches(actual.as_u128(), expected)
        }
        (WastRetCore::RefNull(None), Val::FuncRef(None) | Val::ExternRef(None)) => true,
        (WastRetCore::RefNull(Some(ty)), Val::FuncRef(None)) => is_null_of(ty, true),
        (WastRetCore::RefNull(Some(ty)), Val::ExternRef(None)) => is_null_of(ty, false),
        (WastRetCore::RefExtern(None), Val::ExternRef(Some(_))) => true,
        (WastRetCore::RefExtern(Some(expected)), Val::ExternRef(Some(actual))) => {
            extern_number(store, actual) == Some(*expected)
        }
        (WastRetCore::RefFunc(None), Val::FuncRef(Some(_))) => true,
        _ => false,
    }
}

/// Whether the null of heap type `ty` is a null function (`func`) or a null
/// external reference.
fn is_null_of(ty: &HeapType<'_>, func: bool) -> bool {
    use AbstractHeapType::{Extern, Func, NoExtern, NoFunc};
    let HeapType::Abstract { ty, .. } = ty else {
        return func;
    };
    match ty {
        Func | NoFunc => func,
        Extern | NoExtern => !func,
        _ => false,
    }
}

/// The number behind `(ref.extern N)`.
fn extern_number(store: &Store<()>, reference: &ExternRef) -> Option<u32> {
    let data = reference.data(store).ok()?;
    data.downcast_ref::<u32>().copied()
}

fn f32_matches(actual: u32, expected: &NanPattern<wast::token::F32>) -> bool {
    match expected {
        NanPattern::CanonicalNan => actual & 0x7fff_ffff == F32_CANONICAL,
        NanPattern::ArithmeticNan => actual & (F32_CANONICAL | F32_QUIET) == F32_CANONICAL,
        NanPattern::Value(expected) => actual == expected.bits,
    }
}

fn f64_matches(actual: u64, expected: &NanPattern<wast::token::F64>) -> bool {
    match expected {
        NanPattern::CanonicalNan => actual & 0x7fff_ffff_ffff_ffff == F64_CANONICAL,
        NanPattern::ArithmeticNan => actual & (F64_CANONICAL | F64_QUIET) == F64_CANONICAL,
        NanPattern::Value(expected) => actual == expected.bits,
    }
}

fn v128_matches(actual: u128, expected: &V128Pattern) -> bool {
    let bytes = actual.to_le_bytes();
    fn lanes<const N: usize, const L: usize>(bytes: [u8; 16]) -> [[u8; N]; L] {
        std::array::from_fn(|lane| std::array::from_fn(|byte| bytes[lane * N + byte]))
    }
    match expected {
        V128Pattern::I8x16(expected) => lanes(bytes).map(i8::from_le_bytes) == *expected,
        V128Pattern::I16x8(expected) => lanes(bytes).map(i16::from_le_bytes) == *expected,
        V128Pattern::I32x4(expected) => lanes(bytes).map(i32::from_le_bytes) == *expected,
        V128Pattern::I64x2(expected) => lanes(bytes).map(i64::from_le_bytes) == *expected,
        V128Pattern::F32x4(expected) => lanes::<4, 4>(bytes)
            .map(u32::from_le_bytes)
            .into_iter()
            .zip(expected)
            .all(|(actual, expected)| f32_matches(actual, expected)),
        V128Pattern::F64x2(expected) => lanes::<8, 2>(bytes)
            .map(u64::from_le_bytes)
            .into_iter()
            .zip(expected)
            .all(|(actual, expected)| f64_matches(actual, expected)),
    }
}

/// `values` as a failure writes them.
pub(crate) fn describe_all(store: &Store<()>, values: &[Val]) -> String {
    join(values.iter().map(|value| describe(store, value)))
}

fn describe(store: &Store<()>, value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value}"),
        Val::I64(value) => format!("i64 {value}"),
        Val::F32(bits) => describe_f32(*bits),
        Val::F64(bits) => describe_f64(*bits),
        Val::V128(value) => format!("v128 {:#034x}", value.as_u128()),
        Val::FuncRef(None) | Val::ExternRef(None) => "a null reference".to_owned(),
        Val::FuncRef(Some(_)) => "a function".to_owned(),
        Val::ExternRef(Some(reference)) => match extern_number(store, reference) {
            Some(number) => format!("ref.extern {number}"),
            None => "an external reference".to_owned(),
        },
    }
}

/// The results that a directive expects, as a failure writes them.
pub(crate) fn describe_expected(expected: &[WastRet<'_>]) -> String {
    join(expected.iter().map(|expected| match expected {
        WastRet::Core(expected) => describe_core(expected),
        _ => "a component value".to_owned(),
    }))
}

fn describe_core(expected: &WastRetCore<'_>) -> String {
    match expected {
        WastRetCore::I32(value) => format!("i32 {value}"),
        WastRetCore::I64(value) => format!("i64 {value}"),
        WastRetCore::F32(NanPattern::Value(value)) => describe_f32(value.bits),
        WastRetCore::F64(NanPattern::Value(value)) => describe_f64(value.bits),
        WastRetCore::F32(NanPattern::CanonicalNan) => "f32 nan:canonical".to_owned(),
        WastRetCore::F64(NanPattern::CanonicalNan) => "f64 nan:canonical".to_owned(),
        WastRetCore::F32(NanPattern::ArithmeticNan) => "f32 nan:arithmetic".to_owned(),
        WastRetCore::F64(NanPattern::ArithmeticNan) => "f64 nan:arithmetic".to_owned(),
        WastRetCore::V128(pattern) => format!("v128 {pattern:?}"),
        WastRetCore::RefNull(_) => "a null reference".to_owned(),
        WastRetCore::RefExtern(Some(number)) => format!("ref.extern {number}"),
        WastRetCore::RefExtern(None) => "an external reference".to_owned(),
        WastRetCore::RefHost(number) => format!("ref.host {number}"),
        WastRetCore::RefFunc(_) => "a function".to_owned(),
        WastRetCore::Either(cases) => {
            let cases: Vec<_> = cases.iter().map(describe_core).collect();
            cases.join(" or ")
        }
        other => format!("{other:?}"),
    }
}

fn describe_f32(bits: u32) -> String {
    format!("f32 {} ({bits:#010x})", f32::from_bits(bits))
}

fn describe_f64(bits: u64) -> String {
    format!("f64 {} ({bits:#018x})", f64::from_bits(bits))
}

fn join(values: impl Iterator<Item = String>) -> String {
    let values: Vec<_> = values.collect();
    if values.is_empty() {
        return "no results".to_owned();
    }
    values.join(", ")
}
