//! Instances of a valid module are made, run, reset and removed in stores that refuse some of what they ask for,
//! in a small address space or a small pool.
//!
//! Input: [settings](crate::settings), a byte of their meaning, what the limiter refuses (8 bytes), what is done
//! (8 bytes), a [module](crate::modules). What must hold: every step ends, with a result or an error; memories and tables
//! are never larger than the limiter has allowed; a pool has everything back in the end.

use selvedge::{
    Config, Engine, Error, Extern, Instance, InstancePre, Linker, Module, ResourceLimiter, Store,
    Val,
};

use crate::modules::{Source, header};
use crate::settings::{Meaning, Pool, SETTINGS_BYTES, Settings};

/// The most bytes of a memory, and elements of a table, that the limiter ever allows.
const MEMORY_BYTES: usize = 4 << 20;
const TABLE_ELEMENTS: usize = 10_000;

/// What instantiation and each call may spend.
const FUEL: u64 = 20_000;

/// How many stores there are.
const STORES: usize = 3;

/// How many exports are called at a step.
const CALLS: usize = 4;

/// Refuses requests at random.
struct Limiter {
    /// The next bit decides on the next request: 1 refuses. Then nothing is refused.
    refusals: u64,
    /// How requests are refused: by an error, or not.
    by_error: bool,
    most_memory: usize,
    most_elements: usize,
}

impl Limiter {
    fn allows(&mut self, desired: usize, bound: usize, most: &mut usize) -> selvedge::Result<bool> {
        let refused = self.refusals & 1 != 0 || desired > bound;
        self.refusals >>= 1;
        if refused && self.by_error {
            return Err(Error::msg("refused"));
        }
        if !refused {
            *most = desired.max(*most);
        }
        Ok(!refused)
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, _: usize, to: usize, _: Option<usize>) -> selvedge::Result<bool> {
        let mut most = self.most_memory;
        let allowed = self.allows(to, MEMORY_BYTES, &mut most);
        self.most_memory = most;
        allowed
    }

    fn table_growing(&mut self, _: usize, to: usize, _: Option<usize>) -> selvedge::Result<bool> {
        let mut most = self.most_elements;
        let allowed = self.allows(to, TABLE_ELEMENTS, &mut most);
        self.most_elements = most;
        allowed
    }

    fn instances(&self) -> usize {
        20
    }

    fn memories(&self) -> usize {
        60
    }

    fn tables(&self) -> usize {
        100
    }
}

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let ([meaning], bytes) = header::<1>(bytes)?;
    let (refusals, bytes) = header::<8>(bytes)?;
    let (steps, bytes) = header::<8>(bytes)?;
    let source = Source::new(bytes)?;
    let settings = Settings::of_bytes(settings);
    let mut meaning = Meaning::of_byte(meaning);
    meaning.fuel |= !source.ends;
    let engine = Engine::new(&small(settings.config(meaning), &settings)).ok()?;
    // The pool may be too small for the module, which is an error.
    let module = Module::from_binary(&engine, &source.wasm).ok()?;

    let refusals = u64::from_le_bytes(refusals);
    let mut stores: [Option<Guests>; STORES] = Default::default();
    for step in steps {
        let number = usize::from(step) % STORES;
        let guests = &mut stores[number];
        match step / 3 % 8 {
            0 => *guests = None,
            choice => {
                let guests = match guests {
                    Some(guests) => guests,
                    None => guests.insert(Guests::new(&engine, &module, refusals >> (8 * number))?),
                };
                guests.step(choice);
                guests.check(&source);
            }
        }
    }
    drop(stores);
    if let Some(metrics) = engine.pooling_allocator_metrics() {
        let used = (
            metrics.core_instances(),
            metrics.memories(),
            metrics.tables(),
            metrics.stacks(),
        );
        assert_eq!(used, (0, 0, 0, 0), "{}", source.text());
    }
    Some(())
}

/// Little address space, unless the settings say otherwise.
fn small(mut config: Config, settings: &Settings) -> Config {
    if settings.memory.is_none() && settings.pool == Some(Pool::Large) {
        config
            .memory_reservation(1 << 20)
            .memory_guard_size(64 << 10);
    }
    config.memory_reservation_for_growth(64 << 10);
    config
}

/// A store, and the instances in it.
struct Guests {
    store: Store<Limiter>,
    pre: Option<InstancePre<Limiter>>,
    instances: Vec<Instance>,
}

impl Guests {
    fn new(engine: &Engine, module: &Module, refusals: u64) -> Option<Self> {
        let limiter = Limiter {
            refusals,
            by_error: refusals & 2 != 0,
            most_memory: 0,
            most_elements: 0,
        };
        let mut store = Store::new(engine, limiter);
        store.limiter(|limiter| limiter);
        let mut linker = Linker::new(engine);
        // Making imports up may be refused.
        let made_up = linker.define_unknown_imports_as_default_values(&mut store, module);
        let pre = made_up.and_then(|()| linker.instantiate_pre(module)).ok();
        Some(Self {
            store,
            pre,
            instances: Vec::new(),
        })
    }

    fn step(&mut self, choice: u8) {
        let _ = self.store.set_fuel(FUEL);
        let last = self.instances.last().copied();
        match (choice, last) {
            (1 | 2, _) | (_, None) => {
                if let Some(pre) = &self.pre
                    && let Ok(instance) = pre.instantiate(&mut self.store)
                {
                    self.instances.push(instance);
                }
            }
            (3 | 4, Some(instance)) => self.call_exports(instance),
            (5, Some(instance)) => {
                let _ = instance.reset(&mut self.store);
            }
            (6, Some(instance)) => {
                if instance.remove(&mut self.store).is_ok() {
                    self.instances.pop();
                    assert!(!instance.is_alive(&self.store));
                }
            }
            _ => {
                self.store.gc();
            }
        }
    }

    fn call_exports(&mut self, instance: Instance) {
        let exports: Vec<_> = instance.exports(&mut self.store).collect();
        let exports = exports.into_iter().map(|export| export.into_extern());
        let functions: Vec<_> = exports.filter_map(Extern::into_func).take(CALLS).collect();
        for function in functions {
            let _ = self.store.set_fuel(FUEL);
            let ty = function.ty(&self.store);
            let zero = |ty| Val::default_for_ty(&ty).expect("all types have a default");
            let params: Vec<_> = ty.params().map(zero).collect();
            let mut results: Vec<_> = ty.results().map(zero).collect();
            let _ = function.call(&mut self.store, &params, &mut results);
        }
    }

    /// Nothing is larger than was allowed.
    fn check(&mut self, source: &Source) {
        for instance in &self.instances {
            let exports: Vec<_> = instance.exports(&mut self.store).collect();
            let exports: Vec<_> = exports
                .into_iter()
                .map(|export| export.into_extern())
                .collect();
            for export in exports {
                let limiter = self.store.data();
                let (size, allowed) = match export {
                    Extern::Memory(memory) => (memory.data_size(&self.store), limiter.most_memory),
                    Extern::Table(table) => {
                        (table.size(&self.store) as usize, limiter.most_elements)
                    }
                    _ => continue,
                };
                assert!(size <= allowed, "{size} of {allowed}\n{}", source.text());
            }
        }
    }
}
