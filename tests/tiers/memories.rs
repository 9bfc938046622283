//! Every variant of machine code with every kind of memory: what is outside traps, and
//! changes nothing.

use selvedge::{Config, Engine, ExternType, Instance, Linker, Memory, Module, Store, Trap};

#[cfg(target_os = "linux")]
use crate::canaries::Canaries;
use crate::support::strategies;

/// The name of a way in which memories are backed, and its settings.
pub type Backing = (&'static str, fn(&mut Config));

/// How memories are backed, and whether machine code may rely on their guards.
pub const BACKINGS: [Backing; 6] = [
    ("on demand", |_| ()),
    ("refused", |config| {
        // More address space than there is: the memory gets what it needs.
        config.memory_reservation(1 << 62);
    }),
    ("small", |config| {
        config
            .memory_reservation(64 << 10)
            .memory_guard_size(64 << 10);
    }),
    ("none", |config| {
        config.memory_reservation(0).memory_guard_size(0);
    }),
    ("no guard", |config| {
        config.memory_guard_size(0);
    }),
    ("no signals", |config| {
        config.signals_based_traps(false);
    }),
];

/// An engine; none if it is to have a pool in more address space than there is.
pub fn engine(backing: &str, strategy: &str, config: &Config) -> Option<Engine> {
    match Engine::new(config) {
        Ok(engine) => Some(engine),
        Err(error) => {
            let is_refused = backing == "refused" && strategy.ends_with("pooled");
            assert!(is_refused, "{backing}, {strategy}: {error}");
            None
        }
    }
}

/// Types of memories: text, size in bytes, and the type of addresses.
const TYPES: [(&str, usize, &str); 4] = [
    ("1 2", 65_536, "i32"),
    ("i64 1 2", 65_536, "i64"),
    ("100 200 (pagesize 1)", 100, "i32"),
    ("i64 100 200 (pagesize 1)", 100, "i64"),
];

/// Who makes the memory.
#[derive(Copy, Clone, Debug)]
enum Source {
    Own,
    Host,
    OtherInstance,
}

/// Accesses: name, bytes, and whether it is a load of which type, or a store of what.
const ACCESSES: [(&str, usize, Result<&str, &str>); 7] = [
    ("i32.load8_u", 1, Ok("i64.extend_i32_u")),
    ("i32.load", 4, Ok("i64.extend_i32_u")),
    ("i64.load", 8, Ok("")),
    ("f64.load", 8, Ok("i64.reinterpret_f64")),
    ("i32.store8", 1, Err("i32.const 0x77")),
    ("i32.store", 4, Err("i32.const 0x66666666")),
    ("i64.store", 8, Err("i64.const 0x5555555555555555")),
];

const OFFSETS: [u64; 5] = [0, 1, 92, 65_536, 0xffff_ffff];

/// The module's text, and its functions: access, offset, and the constant address if it has one.
fn text(
    source: Source,
    ty: (&str, usize, &str),
    second: bool,
) -> (String, Vec<(usize, u64, Option<u64>)>) {
    let (memory, len, address) = ty;
    let first = if second { "(memory $small 1 1)" } else { "" };
    let mut text = match source {
        // Imports come first.
        Source::Own => format!("(module {first} (memory $m (export \"m\") {memory})"),
        _ if second => format!(
            "(module (import \"\" \"small\" (memory $small 1 1)) \
             (import \"\" \"m\" (memory $m {memory})) (export \"m\" (memory $m))"
        ),
        _ => format!("(module (import \"\" \"m\" (memory $m {memory})) (export \"m\" (memory $m))"),
    };
    let mut functions = Vec::new();
    let constants = [None, Some(len as u64 - 3), Some(u64::from(u32::MAX))];
    for (number, (name, _, what)) in ACCESSES.into_iter().enumerate() {
        for offset in OFFSETS {
            for constant in constants {
                let at = match constant {
                    None => "local.get 0".to_owned(),
                    Some(constant) => format!("{address}.const {constant}"),
                };
                let access = match what {
                    Ok(widen) => format!("{at} {name} $m offset={offset} {widen}"),
                    Err(value) => format!("{at} {value} {name} $m offset={offset} i64.const 0"),
                };
                text += &format!(
                    "(func (export \"{}\") (param {address}) (result i64) {access})\n",
                    functions.len()
                );
                functions.push((number, offset, constant));
            }
        }
    }
    (text + ")", functions)
}

/// Does what the access does to `bytes`; `None` if it traps.
fn model(bytes: &mut [u8], access: usize, address: u64) -> Option<u64> {
    let (_, len, what) = ACCESSES[access];
    let start = usize::try_from(address).ok()?;
    let place = bytes.get_mut(start..start.checked_add(len)?)?;
    match what {
        Ok(_) => {
            let mut value = [0; 8];
            value[..len].copy_from_slice(place);
            Some(u64::from_le_bytes(value))
        }
        Err(_) => {
            place.fill([0x77, 0x66, 0x55][access - 4]);
            Some(0)
        }
    }
}

/// The addresses to access in a memory of that type.
fn addresses((_, len, address_type): (&str, usize, &str)) -> Vec<u64> {
    let last = len as u64;
    let mut addresses = vec![0, last - 8, last - 1, last, 0x7fff_ffff, 0xffff_ffff];
    if address_type == "i64" {
        addresses.extend([1 << 32, (1 << 32) + 5, 1 << 63, u64::MAX, u64::MAX - 91]);
    }
    addresses
}

/// Calls every function with every address, does the same to `expected`, and compares.
fn access_all(
    store: &mut Store<()>,
    instance: Instance,
    functions: &[(usize, u64, Option<u64>)],
    ty: (&str, usize, &str),
    expected: &mut [u8],
    what: &str,
) {
    let address_type = ty.2;
    let mut traps = 0;
    for (number, &(access, offset, constant)) in functions.iter().enumerate() {
        let func = instance
            .get_func(&mut *store, &number.to_string())
            .expect("it is exported");
        for &address in &addresses(ty) {
            let argument = match address_type {
                "i32" => (address as u32 as i32).into(),
                _ => (address as i64).into(),
            };
            let at = constant.unwrap_or(address).checked_add(offset);
            let wanted = at.and_then(|at| model(expected, access, at));
            let mut results = [0i64.into()];
            let found = match func.call(&mut *store, &[argument], &mut results) {
                Ok(()) => Some(results[0].unwrap_i64() as u64),
                Err(error) => {
                    assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
                    traps += 1;
                    None
                }
            };
            assert_eq!(
                wanted, found,
                "{what}: {} at {address:#x} or {constant:x?} offset={offset:#x}",
                ACCESSES[access].0
            );
            if constant.is_some() {
                break;
            }
        }
    }
    assert!(traps > 100, "{traps}");
}

fn check(name: &str, engine: &Engine, source: Source, ty: (&str, usize, &str), second: bool) {
    let (text, functions) = text(source, ty, second);
    let len = ty.1;
    let module = Module::new(engine, &text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let mut store = Store::new(engine, ());
    let memory_type = module.exports().find_map(|export| match export.ty() {
        ExternType::Memory(ty) => Some(ty),
        _ => None,
    });
    let memory_type = memory_type.expect("the memory is exported");
    let mut canaries = Vec::new();
    let mut canary = |store: &mut Store<()>| {
        let memory = Memory::new(&mut *store, memory_type).unwrap();
        memory.data_mut(store).fill(0xaa);
        canaries.push(memory);
    };
    canary(&mut store);
    let mut linker = Linker::new(engine);
    match source {
        Source::Own => {}
        Source::Host => {
            let memory = Memory::new(&mut store, memory_type).unwrap();
            linker.define(&store, "", "m", memory).unwrap();
        }
        Source::OtherInstance => {
            let text = format!("(module (memory (export \"m\") {}))", ty.0);
            let module = Module::new(engine, text).unwrap();
            let instance = Instance::new(&mut store, &module, &[]).unwrap();
            let memory = instance.get_memory(&mut store, "m").unwrap();
            linker.define(&store, "", "m", memory).unwrap();
        }
    }
    let small = selvedge::MemoryType::new(1, Some(1));
    let small = Memory::new(&mut store, small).unwrap();
    linker.define(&store, "", "small", small).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    canary(&mut store);
    let memory = instance.get_memory(&mut store, "m").unwrap();
    assert_eq!(memory.data(&store).len(), len);
    let mut expected: Vec<u8> = (0..len).map(|at| at as u8 ^ 0x33).collect();
    memory.data_mut(&mut store).copy_from_slice(&expected);

    let what = format!("{name}, {source:?}, memory {ty:?}, second: {second}");
    access_all(&mut store, instance, &functions, ty, &mut expected, &what);
    assert!(
        memory.data(&store) == expected,
        "{name}, {source:?}, {ty:?}"
    );
    for canary in canaries {
        assert!(
            canary.data(&store).iter().all(|&byte| byte == 0xaa),
            "{name}"
        );
    }
    assert!(small.data(&store).iter().all(|&byte| byte == 0), "{name}");
}

#[test]
fn what_is_outside_of_a_memory_traps() {
    for (backing, set) in BACKINGS {
        for (strategy, mut config) in strategies() {
            // The usual heat is never reached here.
            if strategy == "auto" {
                continue;
            }
            set(config.wasm_custom_page_sizes(true));
            let Some(engine) = engine(backing, strategy, &config) else {
                continue;
            };
            let name = format!("{backing}, {strategy}");
            for source in [Source::Own, Source::Host, Source::OtherInstance] {
                for ty in TYPES {
                    for second in [false, true] {
                        check(&name, &engine, source, ty, second);
                    }
                }
            }
        }
    }
}

/// Where accesses would be that wrong code makes of `address` and `offset`, as a distance from the memory: of
/// their sum; of a part of it; with one of them cut off or taken for a negative number.
#[cfg(target_os = "linux")]
fn wrong_places(address: u64, offset: u64) -> [u64; 6] {
    let signed = |number: u64| number as u32 as i32 as i64 as u64;
    [
        address.wrapping_add(offset),
        address,
        offset,
        u64::from(address.wrapping_add(offset) as u32),
        signed(address).wrapping_add(offset),
        address.wrapping_add(signed(offset)),
    ]
}

/// Puts canaries around the memory at `base`. Returns whether it has the most important ones: at the end of
/// 8 GiB, and at another place at least.
#[cfg(target_os = "linux")]
fn surround(base: usize, ty: (&str, usize, &str), canaries: &mut Canaries) -> bool {
    let farthest = canaries.guard(base + 2 * 0xffff_ffff);
    let constants = [ty.1 as u64 - 3, u64::from(u32::MAX)];
    for address in addresses(ty).into_iter().chain(constants) {
        for offset in OFFSETS {
            for distance in wrong_places(address, offset) {
                // As far as there is address space.
                let place = base.wrapping_add(distance as usize);
                if (1 << 20..1 << 47).contains(&place) {
                    canaries.guard(place);
                }
            }
        }
    }
    farthest && canaries.len() >= 4
}

/// As above, with pages of the test's own wherever wrong code might go beyond what is reserved.
#[cfg(target_os = "linux")]
#[test]
fn what_surrounds_a_memory_stays_as_it_is() {
    // Where memories are is the host's affair, and what other tests have mapped is in the way.
    const TRIES: usize = 20;
    let mut surrounded = 0;
    for (backing, set) in BACKINGS {
        for (strategy, mut config) in strategies() {
            if strategy == "auto" {
                continue;
            }
            set(config.wasm_custom_page_sizes(true));
            let Some(engine) = engine(backing, strategy, &config) else {
                continue;
            };
            for ty in TYPES {
                let (text, functions) = text(Source::Own, ty, false);
                let module = Module::new(&engine, &text).unwrap();
                // What is in the way keeps its place, so that the next memory gets another.
                let mut in_the_way = Vec::new();
                let (canaries, mut store, instance) = loop {
                    let mut canaries = Canaries::new();
                    let mut store = Store::new(&engine, ());
                    let instance = Instance::new(&mut store, &module, &[]).unwrap();
                    let memory = instance.get_memory(&mut store, "m").unwrap();
                    let is_surrounded = surround(memory.data_ptr(&store).addr(), ty, &mut canaries);
                    surrounded += usize::from(is_surrounded);
                    if is_surrounded || in_the_way.len() == TRIES {
                        break (canaries, store, instance);
                    }
                    in_the_way.push((canaries, store));
                };
                let memory = instance.get_memory(&mut store, "m").unwrap();
                let mut expected = vec![0; ty.1];
                let what = format!("{backing}, {strategy}, memory {ty:?}");
                access_all(&mut store, instance, &functions, ty, &mut expected, &what);
                assert!(memory.data(&store) == expected, "{what}");
                assert_eq!(canaries.changed(), None, "{what}");
            }
        }
    }
    assert!(surrounded > 0, "there is room around some memory");
}
