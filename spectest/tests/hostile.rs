//! Hostile input: whatever bytes come in, the answer is an error or a run, never
//! a panic, and never more memory than the limits allow.
//!
//! `HOSTILE_MODULES=10000` makes a longer run.

mod support;

use std::time::Duration;

use selvedge::{CompilationMode, Engine, ErrorKind, Instance, Module, Store, StoreLimitsBuilder};

use support::{Random, Reached, Watchdog, count, engine, exercise, generate};

const MODES: [CompilationMode; 3] = [
    CompilationMode::LazyTranslation,
    CompilationMode::Eager,
    CompilationMode::Lazy,
];

fn modules() -> usize {
    count("HOSTILE_MODULES", 300)
}

#[test]
fn random_bytes_are_refused() {
    let engine = engine(CompilationMode::Eager);
    let mut random = Random::new(1);
    for _ in 0..modules() * 10 {
        let len = random.below(300);
        let mut bytes = random.bytes(len);
        if random.below(4) > 0 {
            // Get past the header at least.
            bytes.splice(0..0, *b"\0asm\x01\0\0\0");
        }
        let reached = exercise(&engine, &bytes, None);
        let empty = bytes.len() == 8 && bytes.starts_with(b"\0asm");
        assert!(reached == Reached::Refused || empty, "{bytes:02x?}");
        // The same bytes as a text.
        let _ = Module::new(&engine, &bytes);
    }
}

#[test]
fn generated_modules_run() {
    let engines = MODES.map(engine);
    let mut random = Random::new(2);
    let mut called = 0;
    for number in 0..modules() {
        let binary = generate(&mut random);
        let reached = exercise(&engines[number % MODES.len()], &binary, None);
        assert_ne!(
            reached,
            Reached::Refused,
            "{}",
            refusal(&engines[0], &binary)
        );
        called += usize::from(reached == Reached::Called);
    }
    // Some trap in their start function, or want more memory than they get.
    assert!(called * 2 > modules(), "only {called} were instantiated");
}

/// Why a module that ought to be valid is not.
fn refusal(engine: &Engine, binary: &[u8]) -> String {
    match Module::validate(engine, binary) {
        Ok(()) => "it is valid".to_owned(),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn damaged_modules_are_refused_or_run() {
    let engines = MODES.map(engine);
    let watchdog = Watchdog::new(Duration::from_millis(100));
    let mut random = Random::new(3);
    for number in 0..modules() {
        let binary = generate(&mut random);
        let engine = &engines[number % MODES.len()];
        for _ in 0..5 {
            let len = random.below(binary.len());
            exercise(engine, &binary[..len], Some(&watchdog));
            let mut flipped = binary.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(flipped.len());
                flipped[at] ^= 1 << random.below(8);
            }
            exercise(engine, &flipped, Some(&watchdog));
        }
    }
}

/// A module with the sections `sections`, each an id and its contents.
fn module_of(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut binary = b"\0asm\x01\0\0\0".to_vec();
    for (id, contents) in sections {
        binary.push(*id);
        leb128(&mut binary, contents.len() as u64);
        binary.extend_from_slice(contents);
    }
    binary
}

fn leb128(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The module's error, from compiling or from instantiating it.
#[track_caller]
fn error_of(binary: &[u8]) -> selvedge::Error {
    let engine = engine(CompilationMode::Eager);
    let module = match Module::from_binary(&engine, binary) {
        Ok(module) => module,
        Err(error) => return error,
    };
    let limits = StoreLimitsBuilder::new()
        .memory_size(16 << 20)
        .table_elements(10_000)
        .build();
    let mut store = Store::new(&engine, limits);
    store.limiter(|limits| limits);
    Instance::new(&mut store, &module, &[]).expect_err("it asks for too much")
}

#[test]
fn counts_are_not_believed() {
    // Each section in turn says that it has 2^32 - 1 entries, and has none.
    for id in 1..=13 {
        let mut contents = Vec::new();
        leb128(&mut contents, u64::from(u32::MAX));
        let error = error_of(&module_of(&[(id, &contents)]));
        assert_eq!(error.kind(), ErrorKind::Invalid, "section {id}: {error}");
    }
}

#[test]
fn large_declarations_are_errors() {
    let function_type: &[u8] = b"\x01\x60\0\0";
    // A million types, functions and exports too many.
    let mut functions = Vec::new();
    leb128(&mut functions, 1_000_001);
    functions.resize(functions.len() + 1_000_001, 0);
    let error = error_of(&module_of(&[(1, function_type), (3, &functions)]));
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");

    // A function with 2^32 - 1 locals.
    let locals: &[u8] = b"\x01\x08\x01\xff\xff\xff\xff\x0f\x7f\x0b";
    let error = error_of(&module_of(&[
        (1, function_type),
        (3, b"\x01\0"),
        (10, locals),
    ]));
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");

    // A table of 2^32 - 1 elements, and one of a million.
    let error = error_of(&module_of(&[(4, b"\x01\x70\0\xff\xff\xff\xff\x0f")]));
    assert!(
        [ErrorKind::Invalid, ErrorKind::Limit].contains(&error.kind()),
        "{error}"
    );
    let error = error_of(&module_of(&[(4, b"\x01\x70\0\xc0\x84\x3d")]));
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");

    // A memory of 4 GiB, and one of 2^48 pages.
    let error = error_of(&module_of(&[(5, b"\x01\0\x80\x80\x04")]));
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    let error = error_of(&module_of(&[(5, b"\x01\x04\x80\x80\x80\x80\x80\x80\x40")]));
    assert!(
        [ErrorKind::Invalid, ErrorKind::Limit].contains(&error.kind()),
        "{error}"
    );
}

#[test]
fn without_a_limiter_large_memories_are_no_crash() {
    let engine = engine(CompilationMode::Eager);
    let mut store = Store::new(&engine, ());
    // 4 GiB, 2^34 and 2^48 bytes.
    let pages: [&[u8]; 3] = [b"\x80\x80\x04", b"\x80\x80\x10", b"\x80\x80\x80\x80\x10"];
    for pages in pages {
        let contents = [b"\x01\x04", pages].concat();
        let module = Module::from_binary(&engine, &module_of(&[(5, &contents)]));
        let module = module.expect("the size is valid");
        if let Err(error) = Instance::new(&mut store, &module, &[]) {
            assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        }
    }
}

/// A function with `body`, which ends with the function's own `end`.
fn function(body: &[u8]) -> Vec<u8> {
    let mut code = Vec::new();
    leb128(&mut code, 1);
    leb128(&mut code, body.len() as u64 + 1);
    code.push(0);
    code.extend_from_slice(body);
    let export: &[u8] = b"\x01\x01f\0\0";
    module_of(&[
        (1, b"\x01\x60\0\0"),
        (3, b"\x01\0"),
        (7, export),
        (10, &code),
    ])
}

#[test]
fn nesting_does_not_take_stack() {
    for depth in [1_000, 200_000] {
        for open in [&b"\x02\x40"[..], b"\x03\x40", b"\x41\0\x04\x40"] {
            let mut body = open.repeat(depth);
            body.resize(body.len() + depth + 1, 0x0b);
            for mode in MODES {
                exercise(&engine(mode), &function(&body), None);
            }
        }
        // Operands that pile up, then branch to the outermost label.
        let mut body = b"\x41\0".repeat(depth);
        body.push(0x0c);
        body.extend_from_slice(b"\0\x0b");
        exercise(&engine(CompilationMode::Eager), &function(&body), None);
    }
}

#[test]
fn a_branch_table_may_be_large() {
    let mut body = b"\x41\x07\x0e".to_vec();
    leb128(&mut body, 1_000_000);
    body.resize(body.len() + 1_000_001, 0);
    body.push(0x0b);
    exercise(&engine(CompilationMode::Eager), &function(&body), None);
}
