//! The operators: how each is written, what it takes, and what it should give.

use selvedge_vm::ops::simd::{
    BinaryKind, ExtractKind, FloatLanes, LoadKind, LoadLaneKind, Relaxed, ReplaceKind, ShiftKind,
    SplatKind, StoreLaneKind, TernaryKind, TestKind, UnaryKind, V128,
};

use super::inputs::Input;

/// What an operand or result is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Type {
    V128,
    I32,
    I64,
    F32,
    F64,
    /// An operand that is the address of the input's vector.
    From,
    /// An operand that is the address of the result, which the operator stores itself.
    To,
}

/// What an operator computes of an input.
type Meaning = Box<dyn Fn(&Input) -> V128>;

/// An operator with its immediates.
pub struct Operator {
    /// As it is written in the text format.
    pub text: String,
    pub params: Vec<Type>,
    /// `None` if it stores its result.
    pub result: Option<Type>,
    /// What it computes where relaxed operators mean this, and which lanes of that may be any NaN. A scalar
    /// is zero-extended.
    pub meaning: Box<dyn Fn(Relaxed) -> (Meaning, Option<FloatLanes>)>,
}

impl Operator {
    /// An operator that leaves nothing to the processor.
    pub fn exact(
        text: String,
        params: &[Type],
        result: Option<Type>,
        eval: impl Fn(&Input) -> V128 + Copy + 'static,
    ) -> Self {
        Self {
            text,
            params: params.to_vec(),
            result,
            meaning: Box::new(move |_| (Box::new(eval), None)),
        }
    }
}

/// The rows that are no operators by themselves, but what a relaxed one may mean.
const NO_OPERATORS: [&str; 6] = [
    "i16x8.dot_i8x16_s",
    "f32x4.mul_add",
    "f32x4.neg_mul_add",
    "f64x2.mul_add",
    "f64x2.neg_mul_add",
    "i32x4.dot_i8x16_add_s",
];

pub fn unary() -> Vec<Operator> {
    let operator = |&kind: &UnaryKind| Operator {
        text: kind.name(),
        params: vec![Type::V128],
        result: Some(Type::V128),
        meaning: Box::new(move |relaxed| {
            let kind = kind.resolve(relaxed);
            (Box::new(move |&[a, ..]| kind.eval(a)), kind.nan_lanes())
        }),
    };
    UnaryKind::ALL.iter().map(operator).collect()
}

pub fn binary() -> Vec<Operator> {
    let operator = |&kind: &BinaryKind| Operator {
        text: kind.name(),
        params: vec![Type::V128; 2],
        result: Some(Type::V128),
        meaning: Box::new(move |relaxed| {
            let kind = kind.resolve(relaxed);
            (
                Box::new(move |&[a, b, _]| kind.eval(a, b)),
                kind.nan_lanes(),
            )
        }),
    };
    let kinds = BinaryKind::ALL.iter();
    let kinds = kinds.filter(|kind| !NO_OPERATORS.contains(&&*kind.name()));
    kinds.map(operator).collect()
}

pub fn ternary() -> Vec<Operator> {
    let operator = |&kind: &TernaryKind| Operator {
        text: kind.name(),
        params: vec![Type::V128; 3],
        result: Some(Type::V128),
        meaning: Box::new(move |relaxed| {
            let kind = kind.resolve(relaxed);
            (
                Box::new(move |&[a, b, c]| kind.eval(a, b, c)),
                kind.nan_lanes(),
            )
        }),
    };
    let kinds = TernaryKind::ALL.iter();
    let kinds = kinds.filter(|kind| !NO_OPERATORS.contains(&&*kind.name()));
    kinds.map(operator).collect()
}

pub fn shifts() -> Vec<Operator> {
    let operator = |&kind: &ShiftKind| {
        Operator::exact(
            kind.name(),
            &[Type::V128, Type::I32],
            Some(Type::V128),
            move |&[a, b, _]| kind.eval(a, low(b) as u32),
        )
    };
    ShiftKind::ALL.iter().map(operator).collect()
}

pub fn tests() -> Vec<Operator> {
    let operator = |&kind: &TestKind| {
        Operator::exact(
            kind.name(),
            &[Type::V128],
            Some(Type::I32),
            move |&[a, ..]| scalar(kind.eval(a).into()),
        )
    };
    TestKind::ALL.iter().map(operator).collect()
}

pub fn splats() -> Vec<Operator> {
    let operator = |&kind: &SplatKind| {
        let text = kind.name();
        let param = lane_type(&text);
        Operator::exact(text, &[param], Some(Type::V128), move |&[a, ..]| {
            kind.eval(low(a))
        })
    };
    SplatKind::ALL.iter().map(operator).collect()
}

/// Extractions and replacements of each lane.
pub fn lanes() -> Vec<Operator> {
    let mut all = Vec::new();
    for &kind in ExtractKind::ALL {
        for lane in 0..kind.lanes() {
            let text = format!("{} {lane}", kind.name());
            let result = lane_type(&text);
            all.push(Operator::exact(
                text,
                &[Type::V128],
                Some(result),
                move |&[a, ..]| scalar(kind.eval(a, lane)),
            ));
        }
    }
    for &kind in ReplaceKind::ALL {
        for lane in 0..kind.lanes() {
            let text = format!("{} {lane}", kind.name());
            let params = [Type::V128, lane_type(&text)];
            all.push(Operator::exact(
                text,
                &params,
                Some(Type::V128),
                move |&[a, b, _]| kind.eval(a, low(b), lane),
            ));
        }
    }
    all
}

/// Loads, and loads and stores of each lane. (Every operator's operands are loaded with `v128.load`, and results
/// stored with `v128.store`.)
pub fn memory() -> Vec<Operator> {
    let mut all = Vec::new();
    for &kind in LoadKind::ALL {
        all.push(Operator::exact(
            kind.name(),
            &[Type::From],
            Some(Type::V128),
            move |&[a, ..]| kind.eval(u128::from_le_bytes(a)),
        ));
    }
    for &kind in LoadLaneKind::ALL {
        for lane in 0..(16 / kind.bytes()) as u8 {
            let text = format!("{} {lane}", kind.name());
            let params = [Type::From, Type::V128];
            all.push(Operator::exact(
                text,
                &params,
                Some(Type::V128),
                move |&[a, b, _]| kind.eval(b, low(a), lane),
            ));
        }
    }
    for &kind in StoreLaneKind::ALL {
        for lane in 0..(16 / kind.bytes()) as u8 {
            let text = format!("{} {lane}", kind.name());
            let params = [Type::To, Type::V128];
            all.push(Operator::exact(text, &params, None, move |&[_, b, _]| {
                scalar(kind.eval(b, lane))
            }));
        }
    }
    all
}

/// The scalar type of lanes of an operator.
fn lane_type(text: &str) -> Type {
    match &text[..5] {
        "i8x16" | "i16x8" | "i32x4" => Type::I32,
        "i64x2" => Type::I64,
        "f32x4" => Type::F32,
        "f64x2" => Type::F64,
        _ => panic!("{text} has no lanes"),
    }
}

/// The lowest bytes of `vector`.
fn low(vector: V128) -> u64 {
    u128::from_le_bytes(vector) as u64
}

fn scalar(value: u64) -> V128 {
    u128::from(value).to_le_bytes()
}

#[test]
fn all_operators_are_here() {
    let mut texts = std::collections::HashSet::new();
    let families = [
        unary(),
        binary(),
        ternary(),
        shifts(),
        tests(),
        splats(),
        lanes(),
        memory(),
    ];
    for operator in families.iter().flatten() {
        let name = operator.text.split(' ').next().expect("a name");
        texts.insert(name.to_owned());
    }
    // `v128.store`, `v128.const` and `i8x16.shuffle` are tested besides.
    assert_eq!(texts.len() + 3, 236 + 20);
    assert!(NO_OPERATORS.iter().all(|name| !texts.contains(*name)));
}
