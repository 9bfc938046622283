//! Selvedge, with several settings, against wasmi.

use super::{End, Observation, selvedge, wasmi};

/// The runtimes that are compared.
pub struct Contest {
    engines: Vec<(String, ::selvedge::Engine)>,
    reference: ::wasmi::Engine,
    /// For what may not come to an end by itself.
    metered: ::wasmi::Engine,
}

/// What came of running a module on all of them.
pub enum Outcome {
    /// All did the same.
    Same(Observation),
    /// wasmi failed an assertion of its own.
    NotTranslated,
    /// A call used up a stack. Selvedge did the same on all its engines; wasmi's stack has
    /// another size.
    Overflowed,
    /// This is different, on this one of the engines.
    Different { engine: usize, what: String },
}

impl Contest {
    /// Every dispatch and compilation mode.
    pub fn new() -> Self {
        Self::of(selvedge::engines())
    }

    /// These engines, by name.
    pub fn of(engines: Vec<(String, ::selvedge::Engine)>) -> Self {
        Self {
            engines,
            reference: wasmi::engine(false),
            metered: wasmi::engine(true),
        }
    }

    /// Runs a module that comes to an end by itself.
    pub fn run(&self, wasm: &[u8]) -> Outcome {
        let Some(expected) = wasmi::observe(&self.reference, wasm) else {
            return Outcome::NotTranslated;
        };
        let mut overflows = expected.overflowed();
        let mut first: Option<(&str, Observation)> = None;
        for (number, (name, engine)) in self.engines.iter().enumerate() {
            let actual = selvedge::observe(engine, wasm);
            let (other, difference) = match &first {
                Some((other, observation)) => (*other, observation.difference(&actual)),
                None => {
                    overflows |= actual.overflowed();
                    let comparable = (!overflows).then_some(&expected);
                    let difference = comparable.and_then(|expected| expected.difference(&actual));
                    ("wasmi", difference)
                }
            };
            if let Some(difference) = difference {
                return Outcome::Different {
                    engine: number,
                    what: format!("{other} or {name}: {difference}"),
                };
            }
            first.get_or_insert((name, actual));
        }
        if overflows {
            Outcome::Overflowed
        } else {
            Outcome::Same(expected)
        }
    }

    /// How the module `text`, if it is valid, differs on wasmi and engine number
    /// `engine`. On wasmi it comes to an end in any case.
    pub fn difference(&self, engine: usize, text: &str) -> Option<String> {
        let (name, engine) = &self.engines[engine];
        let wasm = wat::parse_str(text).ok()?;
        ::selvedge::Module::validate(engine, &wasm).ok()?;
        let expected = wasmi::observe(&self.metered, &wasm)?;
        let failed = |end: &End| matches!(end, End::Failed(_));
        if expected.overflowed()
            || failed(&expected.start)
            || expected.calls.iter().any(|(_, _, end)| failed(end))
        {
            return None;
        }
        let difference = expected.difference(&selvedge::observe(engine, &wasm))?;
        Some(format!("wasmi or {name}: {difference}"))
    }
}
