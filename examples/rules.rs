//! A rule engine: guests look at facts through host functions, and say what follows.
//!
//! Rules come from people who may change them at any time, but may not touch anything else: a rule sees the facts of one
//! order, by name, and returns a discount in percent. A rule that asks for a fact that does not exist fails, and the other
//! rules still count.
//!
//! ```console
//! $ cargo run --example rules
//! ```

use std::collections::HashMap;

use selvedge::error::Context;
use selvedge::{Caller, Engine, Extern, Instance, Linker, Module, Result, Store, TypedFunc};

/// What rules import, and a memory with the names that they use.
const PRELUDE: &str = r#"
    (import "facts" "number" (func $number (param i32 i32) (result f64)))
    (import "facts" "text_is" (func $text_is (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "total")        (; 0, 5 ;)
    (data (i32.const 16) "country")     (; 16, 7 ;)
    (data (i32.const 32) "NO")          (; 32, 2 ;)
    (data (i32.const 48) "years")       (; 48, 5 ;)
    (data (i32.const 64) "shoe size")   (; 64, 9 ;)
"#;

/// The rules: a name, and the function that decides.
const RULES: [(&str, &str); 4] = [
    (
        "large orders: 5 percent above 100",
        r#"(func (export "decide") (result i32)
            (select (i32.const 5) (i32.const 0)
                (f64.gt (call $number (i32.const 0) (i32.const 5)) (f64.const 100))))"#,
    ),
    (
        "Norway: 3 percent, for the post takes long",
        r#"(func (export "decide") (result i32)
            (if (result i32) (call $text_is (i32.const 16) (i32.const 7) (i32.const 32) (i32.const 2))
                (then (i32.const 3)) (else (i32.const 0))))"#,
    ),
    (
        "old friends: 1 percent for each year, up to 10",
        r#"(func (export "decide") (result i32)
            (i32.trunc_sat_f64_s
                (f64.min (f64.const 10) (call $number (i32.const 48) (i32.const 5)))))"#,
    ),
    (
        "large feet: a rule about what nobody knows",
        r#"(func (export "decide") (result i32)
            (i32.trunc_sat_f64_s (call $number (i32.const 64) (i32.const 9))))"#,
    ),
];

/// What is known of something, by name.
enum Fact {
    Number(f64),
    Text(&'static str),
}

/// The facts of one order: the data of the store, which the host exchanges between runs.
type Facts = HashMap<&'static str, Fact>;

/// A function of the guest's that is to be called, and its name.
struct Rule {
    name: &'static str,
    decide: TypedFunc<(), u32>,
}

/// All rules in one store, which has the facts that they look at.
struct Rules {
    store: Store<Facts>,
    rules: Vec<Rule>,
}

impl Rules {
    fn new(engine: &Engine) -> Result<Self> {
        let mut linker = Linker::new(engine);
        linker.func_wrap("facts", "number", number)?;
        linker.func_wrap("facts", "text_is", text_is)?;

        let mut store = Store::new(engine, Facts::new());
        let mut rules = Vec::new();
        for (name, function) in RULES {
            let module = Module::new(engine, format!("(module {PRELUDE} {function})"))?;
            let instance: Instance = linker.instantiate(&mut store, &module).context(name)?;
            let decide = instance.get_typed_func(&mut store, "decide")?;
            rules.push(Rule { name, decide });
        }
        Ok(Self { store, rules })
    }

    /// The discount in percent, and the complaints of rules that could not decide.
    fn decide(&mut self, facts: Facts) -> (u32, Vec<String>) {
        *self.store.data_mut() = facts;
        let (mut percent, mut complaints) = (0, Vec::new());
        for rule in &self.rules {
            match rule.decide.call(&mut self.store, ()) {
                // What guests return is a claim, not a fact.
                Ok(rule_percent) => percent += rule_percent.min(20),
                Err(error) => complaints.push(format!("{}: {error}", rule.name)),
            }
        }
        (percent.min(20), complaints)
    }
}

/// `facts.number`: a number by its name. The rule ends with an error if there is none.
fn number(mut caller: Caller<'_, Facts>, name: u32, name_len: u32) -> Result<f64> {
    let (memory, facts) = guest_memory(&mut caller)?;
    let name = text(memory, name, name_len)?;
    match facts.get(name) {
        Some(Fact::Number(number)) => Ok(*number),
        Some(Fact::Text(_)) => selvedge::bail!("`{name}` is no number"),
        None => selvedge::bail!("nothing is known of `{name}`"),
    }
}

/// `facts.text_is`: whether a text, by its name, is the one that is given.
fn text_is(
    mut caller: Caller<'_, Facts>,
    name: u32,
    name_len: u32,
    text_at: u32,
    text_len: u32,
) -> Result<u32> {
    let (memory, facts) = guest_memory(&mut caller)?;
    let name = text(memory, name, name_len)?;
    match facts.get(name) {
        Some(Fact::Text(is)) => Ok(u32::from(*is == text(memory, text_at, text_len)?)),
        Some(Fact::Number(_)) => selvedge::bail!("`{name}` is no text"),
        None => selvedge::bail!("nothing is known of `{name}`"),
    }
}

/// The memory of the guest that calls, and the facts: both at once, so that nothing has to be copied.
fn guest_memory<'a>(caller: &'a mut Caller<'_, Facts>) -> Result<(&'a [u8], &'a Facts)> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        selvedge::bail!("the rule exports no memory");
    };
    let (bytes, facts) = memory.data_and_store_mut(caller);
    Ok((bytes, facts))
}

/// A text in the guest's memory. Place and length are the guest's word, and may be anything.
fn text(memory: &[u8], at: u32, len: u32) -> Result<&str> {
    let rest = memory.get(at as usize..);
    let bytes = rest.and_then(|rest| rest.get(..len as usize));
    let bytes = bytes.context("a text beyond the end of the memory")?;
    Ok(std::str::from_utf8(bytes)?)
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let mut rules = Rules::new(&engine)?;

    for (total, country, years, expected) in [
        (50.0, "SE", 0.0, 0),
        (250.0, "SE", 0.0, 5),
        (250.0, "NO", 2.0, 10),
        (99.0, "NO", 40.0, 13),
        (1e9, "NO", 40.0, 18),
        (1.0, "DE", f64::NAN, 0),
    ] {
        let facts = Facts::from([
            ("total", Fact::Number(total)),
            ("country", Fact::Text(country)),
            ("years", Fact::Number(years)),
        ]);
        let (percent, complaints) = rules.decide(facts);
        println!("{total} to {country} after {years} years: {percent} percent off");
        assert_eq!(percent, expected);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("large feet"), "{complaints:?}");
    }

    let (percent, complaints) = rules.decide(Facts::from([("total", Fact::Text("a lot"))]));
    assert_eq!((percent, complaints.len()), (0, 4));
    for complaint in complaints {
        println!("{complaint}");
    }
    Ok(())
}
