//! Every operator on every engine, against its meaning.

use std::collections::HashMap;

use selvedge::{Engine, Instance, Memory, Module, Store};
use selvedge_vm::ops::simd::{FloatLanes, Relaxed, V128};

use super::engines::{Tested, engines};
use super::forms::{self, Form, OUT};
use super::inputs::{INPUTS, Input, SHIFTS};
use super::operators::{self, Operator};

/// What an operator should give for all inputs where relaxed operators mean one thing.
struct Expected {
    /// By the order of operands.
    results: HashMap<[usize; 3], Vec<V128>>,
    nan_lanes: Option<FloatLanes>,
}

impl Expected {
    fn new(operator: &Operator, relaxed: Relaxed, forms: &[Form], inputs: &[Input]) -> Self {
        let (meaning, nan_lanes) = (operator.meaning)(relaxed);
        let mut results = HashMap::new();
        for order in forms.iter().map(Form::order) {
            results.entry(order).or_insert_with(|| {
                let inputs = inputs.iter().map(|input| order.map(|at| input[at]));
                inputs.map(|input| meaning(&input)).collect()
            });
        }
        Self { results, nan_lanes }
    }

    /// The first result of a form that is not what it should be, and what that is.
    fn mismatch(&self, form: &Form, results: &[V128], canonical: bool) -> Option<(usize, V128)> {
        let expected = &self.results[&form.order()];
        if form.is_in_order() && expected[..results.len()] == *results {
            return None;
        }
        let mut results = results.iter().enumerate();
        results.find_map(|(at, &actual)| {
            let expected = expected[form.source(at)];
            let allowed = match self.nan_lanes {
                Some(lanes) if canonical => lanes.canonicalise(expected) == actual,
                Some(lanes) => expected == actual || matches(lanes, expected, actual),
                None => expected == actual,
            };
            (!allowed).then_some((at, expected))
        })
    }
}

/// Whether the lanes are the same, or arithmetic NaNs where these are expected.
fn matches(lanes: FloatLanes, expected: V128, actual: V128) -> bool {
    let (expected, actual) = (u128::from_le_bytes(expected), u128::from_le_bytes(actual));
    match lanes {
        FloatLanes::F32 => (0..4).all(|lane| {
            let [expected, actual] = [expected, actual].map(|bits| (bits >> (32 * lane)) as u32);
            expected == actual
                || f32::from_bits(expected).is_nan() && actual & 0x7fc0_0000 == 0x7fc0_0000
        }),
        FloatLanes::F64 => (0..2).all(|lane| {
            let [expected, actual] = [expected, actual].map(|bits| (bits >> (64 * lane)) as u64);
            let nan = 0x7ff8_0000_0000_0000;
            expected == actual || f64::from_bits(expected).is_nan() && actual & nan == nan
        }),
    }
}

/// An instance of a module, and its memory.
pub struct Guest {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Guest {
    /// Instantiates a module and puts `bytes` at the beginning of its memory.
    pub fn new(engine: &Engine, text: &str, bytes: &[u8]) -> Self {
        let module = Module::new(engine, text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, &module, &[]).expect("there are no imports");
        let memory = instance
            .get_memory(&mut store, "memory")
            .expect("it is exported");
        memory.write(&mut store, 0, bytes).expect("there is room");
        Self {
            store,
            instance,
            memory,
        }
    }

    /// Calls a function with a number, and gives the vectors that it has left in memory from `OUT` on.
    pub fn run(&mut self, name: &str, count: usize, results: usize) -> Vec<V128> {
        let zeros = vec![0; 16 * results];
        let memory = self.memory;
        memory
            .write(&mut self.store, OUT, &zeros)
            .expect("there is room");
        let func = self
            .instance
            .get_typed_func::<u32, ()>(&mut self.store, name);
        let called = func.and_then(|func| func.call(&mut self.store, count as u32));
        called.unwrap_or_else(|error| panic!("{name}: {error}"));
        let bytes = &memory.data(&self.store)[OUT..][..16 * results];
        let vectors = bytes.chunks_exact(16);
        vectors
            .map(|bytes| bytes.try_into().expect("16 bytes"))
            .collect()
    }
}

/// `inputs` as they lie in memory.
pub fn to_bytes(inputs: &[Input]) -> Vec<u8> {
    inputs.as_flattened().as_flattened().to_vec()
}

/// Runs each operator on each engine in every form.
///
/// # Panics
///
/// If a result is not what it should be.
fn check(operators: &[Operator], inputs: &[Input]) {
    let problems = problems(operators, inputs);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The first result that is not what it should be of each operator, engine and form.
fn problems(operators: &[Operator], inputs: &[Input]) -> Vec<String> {
    let engines = engines();
    let bytes = to_bytes(inputs);
    let mut problems = Vec::new();
    for operator in operators {
        let (text, forms) = forms::module(operator, inputs);
        let mut expected = HashMap::new();
        for tested in &engines {
            // Other operators mean one thing.
            let relaxed = operator.text.contains("relaxed").then_some(tested.relaxed);
            let expected = expected
                .entry(relaxed)
                .or_insert_with(|| Expected::new(operator, tested.relaxed, &forms, inputs));
            let mut guest = Guest::new(&tested.engine, &text, &bytes);
            for form in &forms {
                let results = guest.run(&form.name, form.count, form.results());
                problems.extend(problem(operator, tested, form, expected, &results, inputs));
            }
        }
    }
    problems
}

/// The first result that is not what it should be.
fn problem(
    operator: &Operator,
    tested: &Tested,
    form: &Form,
    expected: &Expected,
    results: &[V128],
    inputs: &[Input],
) -> Option<String> {
    let (at, expected) = expected.mismatch(form, results, tested.canonical)?;
    let input = form
        .order()
        .map(|operand| hex(inputs[form.source(at)][operand]));
    Some(format!(
        "{} on {}, {}, result {at}: {} and not {} of {}",
        operator.text,
        tested.name,
        form.name,
        hex(results[at]),
        hex(expected),
        input[..operator.params.len()].join(", ")
    ))
}

/// The vector as a number, with lane 0 lowest.
pub fn hex(vector: V128) -> String {
    format!("{:#034x}", u128::from_le_bytes(vector))
}

#[test]
fn unary() {
    check(&operators::unary(), &INPUTS);
}

#[test]
fn binary() {
    let all = operators::binary();
    check(&all[..all.len() / 2], &INPUTS);
}

#[test]
fn more_binary() {
    let all = operators::binary();
    check(&all[all.len() / 2..], &INPUTS);
}

#[test]
fn ternary() {
    check(&operators::ternary(), &INPUTS);
}

#[test]
fn shifts() {
    check(&operators::shifts(), &SHIFTS);
}

#[test]
fn tests() {
    let mut inputs = INPUTS.clone();
    // Many that are all zeros, all ones, or but for a bit.
    for (at, [a, ..]) in inputs.iter_mut().enumerate().step_by(2) {
        let bit = 1_u128 << (at % 128);
        *a = [0, u128::MAX, bit, !bit][at / 2 % 4].to_le_bytes();
    }
    check(&operators::tests(), &inputs);
}

#[test]
fn splats() {
    check(&operators::splats(), &INPUTS);
}

#[test]
fn lanes() {
    check(&operators::lanes(), &INPUTS);
}

#[test]
fn memory() {
    check(&operators::memory(), &INPUTS);
}

#[test]
fn mismatches_are_found() {
    // The meaning of another operator.
    let mut operators = operators::binary();
    operators.retain(|operator| operator.text == "i8x16.add" || operator.text == "i8x16.sub");
    let [mut add, sub] = <[Operator; 2]>::try_from(operators)
        .ok()
        .expect("both are there");
    add.meaning = sub.meaning;
    let problems = problems(&[add], &INPUTS);
    assert!(problems.len() > engines().len());
    let first = &problems[0];
    assert!(
        first.starts_with("i8x16.add on step, loaded, result "),
        "{first}"
    );
    assert!(matches(FloatLanes::F32, [0xff; 16], [0xff; 16]));
    assert!(!matches(FloatLanes::F32, [0xff; 16], [0; 16]));
}
