//! Selvedge, with several settings, against wasmi or against itself.

use super::{End, Observation, selvedge, wasmi};

/// The runtimes that are compared.
pub struct Contest {
    engines: Vec<(String, ::selvedge::Engine)>,
    /// Against what they are compared, unless it is the first of them.
    reference: Option<::wasmi::Engine>,
    /// For what may not come to an end by itself.
    metered: ::wasmi::Engine,
    /// How much fuel guests of all engines but the first spend before they are suspended.
    portion: Option<u64>,
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
    /// Every dispatch and compilation mode, and wasmi.
    pub fn new() -> Self {
        Self {
            engines: selvedge::engines(),
            reference: Some(wasmi::engine(false)),
            metered: wasmi::engine(true),
            portion: None,
        }
    }

    /// These engines of Selvedge, by name, and this one of wasmi.
    pub fn with_wasmi(
        reference: ::wasmi::Engine,
        engines: Vec<(String, ::selvedge::Engine)>,
    ) -> Self {
        Self {
            reference: Some(reference),
            ..Self::among(engines)
        }
    }

    /// These engines of Selvedge, by name.
    pub fn among(engines: Vec<(String, ::selvedge::Engine)>) -> Self {
        Self {
            engines,
            reference: None,
            metered: wasmi::engine(true),
            portion: None,
        }
    }

    /// Suspends guests of all engines but the first whenever they have spent so much fuel.
    pub fn in_portions(mut self, portion: u64) -> Self {
        self.portion = Some(portion);
        self
    }

    fn observe(&self, engine: &::selvedge::Engine, wasm: &[u8]) -> Observation {
        match self.portion {
            None => selvedge::observe(engine, wasm),
            Some(portion) => selvedge::observe_in_portions(engine, wasm, portion),
        }
    }

    /// Runs a module that comes to an end by itself.
    pub fn run(&self, wasm: &[u8]) -> Outcome {
        let (name, engine) = &self.engines[0];
        let first = selvedge::observe(engine, wasm);
        let mut overflows = first.overflowed();
        if let Some(reference) = &self.reference {
            let Some(expected) = wasmi::observe(reference, wasm) else {
                return Outcome::NotTranslated;
            };
            overflows |= expected.overflowed();
            if !overflows && let Some(difference) = expected.difference(&first) {
                return Outcome::Different {
                    engine: 0,
                    what: format!("wasmi or {name}: {difference}"),
                };
            }
        }
        for (number, (other, engine)) in self.engines.iter().enumerate().skip(1) {
            let actual = self.observe(engine, wasm);
            if let Some(difference) = first.difference(&actual) {
                return Outcome::Different {
                    engine: number,
                    what: format!("{name} or {other}: {difference}"),
                };
            }
        }
        if overflows {
            Outcome::Overflowed
        } else {
            Outcome::Same(first)
        }
    }

    /// How the module `text`, if it is valid, differs on engine number `engine`. On wasmi it
    /// comes to an end in any case.
    pub fn difference(&self, engine: usize, text: &str) -> Option<String> {
        let (name, engine) = &self.engines[engine];
        let wasm = wat::parse_str(text).ok()?;
        ::selvedge::Module::validate(engine, &wasm).ok()?;
        let on_wasmi = wasmi::observe(&self.metered, &wasm)?;
        let failed = |end: &End| matches!(end, End::Failed(_));
        if on_wasmi.overflowed()
            || failed(&on_wasmi.start)
            || on_wasmi.calls.iter().any(|(_, _, end)| failed(end))
        {
            return None;
        }
        let (other, expected) = match self.reference {
            Some(_) => ("wasmi", on_wasmi),
            None => {
                let (other, engine) = &self.engines[0];
                (other.as_str(), selvedge::observe(engine, &wasm))
            }
        };
        let difference = expected.difference(&self.observe(engine, &wasm))?;
        Some(format!("{other} or {name}: {difference}"))
    }
}
