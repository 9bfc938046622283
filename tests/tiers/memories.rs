//! Every variant of machine code with every kind of memory: what is outside traps, and
//! changes nothing.

use selvedge::{
    AsContextMut, Caller, Config, Engine, ExternType, Instance, Linker, Memory, Module, Store, Trap,
};

use crate::support::strategies;

/// The name of a way in which memories are backed, and its settings.
type Backing = (&'static str, fn(&mut Config));

/// How memories are backed, and whether machine code may rely on their guards.
const BACKINGS: [Backing; 6] = [
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

fn check(name: &str, engine: &Engine, source: Source, ty: (&str, usize, &str), second: bool) {
    let (text, functions) = text(source, ty, second);
    let (_, len, address_type) = ty;
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

    let last = len as u64;
    let mut addresses = vec![0, last - 8, last - 1, last, 0x7fff_ffff, 0xffff_ffff];
    if address_type == "i64" {
        addresses.extend([1 << 32, (1 << 32) + 5, 1 << 63, u64::MAX, u64::MAX - 91]);
    }
    let mut traps = 0;
    for (number, &(access, offset, constant)) in functions.iter().enumerate() {
        let func = instance
            .get_func(&mut store, &number.to_string())
            .expect("it is exported");
        for &address in &addresses {
            let argument = match address_type {
                "i32" => (address as u32 as i32).into(),
                _ => (address as i64).into(),
            };
            let at = constant.unwrap_or(address).checked_add(offset);
            let wanted = at.and_then(|at| model(&mut expected, access, at));
            let mut results = [0i64.into()];
            let found = match func.call(&mut store, &[argument], &mut results) {
                Ok(()) => Some(results[0].unwrap_i64() as u64),
                Err(error) => {
                    assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
                    traps += 1;
                    None
                }
            };
            assert_eq!(
                wanted, found,
                "{name}, {source:?}, memory {ty:?}, second: {second}: {} at {address:#x} or \
                 {constant:x?} offset={offset:#x}",
                ACCESSES[access].0
            );
            if constant.is_some() {
                break;
            }
        }
    }
    assert!(traps > 100, "{traps}");
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
            let engine = Engine::new(&config).unwrap();
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

/// Memory 0 grows and moves: by the guest itself, by a function of another instance, by the host,
/// and by calls of each through the others.
const GROWING: &str = r#"
    (module
        (import "" "grow" (func $host))
        (import "" "m" (memory 1 200))
        (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "through") (call $host))
        (func (export "jump") (return_call $host)))
"#;

const GROWN: &str = r#"
    (module
        (import "" "grow" (func $host))
        (import "" "m" (memory 1 200))
        (import "other" "grow" (func $other))
        (import "other" "through" (func $through))
        (import "other" "jump" (func $jump))
        (table funcref (elem $host $other $through $jump))
        (type $grow (func))
        (func $own (drop (memory.grow (i32.const 1))))
        (func $deep (param i32)
            (if (local.get 0)
                (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
                (else (call $own)))
            (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1))))
        (func (export "run") (param $n i32) (result i64) (local $sum i64) (local $at i32)
            (loop $l
                (local.set $at (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 8)))
                (i64.store (local.get $at) (i64.extend_i32_u (local.get $n)))
                (block $done (block $four (block $three (block $two (block $one
                    (br_table $one $two $three $four $done
                        (i32.rem_u (local.get $n) (i32.const 5))))
                    (call $own) (br $done))
                    (call $other) (br $done))
                    (call_indirect (type $grow) (i32.rem_u (local.get $n) (i32.const 4)))
                    (br $done))
                    (call $deep (i32.const 7)))
                (local.set $sum (i64.add (local.get $sum)
                    (i64.add (i64.load (local.get $at)) (i64.extend_i32_u (memory.size)))))
                (i64.store (i32.const 16) (local.get $sum))
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i64.add (i64.load (i32.const 16)) (i64.load32_u (i32.const 4)))))
"#;

#[test]
fn a_memory_that_moves_is_found_again() {
    let mut expected = None;
    for (strategy, config) in strategies() {
        for (backing, set) in BACKINGS {
            let mut config = config.clone();
            set(&mut config);
            config.memory_reservation_for_growth(0);
            let engine = Engine::new(&config).unwrap();
            let mut store = Store::new(&engine, ());
            let mut linker = Linker::new(&engine);
            let ty = selvedge::MemoryType::new(1, Some(200));
            let memory = Memory::new(&mut store, ty).unwrap();
            linker.define(&store, "", "m", memory).unwrap();
            let grow = move |mut caller: Caller<'_, ()>| {
                memory.grow(caller.as_context_mut(), 1).unwrap();
            };
            linker.func_wrap("", "grow", grow).unwrap();
            let module = Module::new(&engine, GROWING).unwrap();
            let other = linker.instantiate(&mut store, &module).unwrap();
            linker.instance(&mut store, "other", other).unwrap();
            let module = Module::new(&engine, GROWN).unwrap();
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance
                .get_typed_func::<i32, i64>(&mut store, "run")
                .unwrap();
            let sum = run.call(&mut store, 150).unwrap();
            let found = (sum, memory.size(&store), memory.data(&store).to_vec());
            assert!(found.1 > 100, "{}", found.1);
            let expected = expected.get_or_insert_with(|| found.clone());
            assert!(
                *expected == found,
                "{strategy}, {backing}: {sum} and {} pages instead of {} and {}",
                found.1,
                expected.0,
                expected.1
            );
        }
    }
}
