//! Parsing takes memory in proportion to a module's bytes, whatever they declare.
#![expect(
    unsafe_code,
    reason = "counting what is allocated takes a global allocator"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use selvedge_vm::module::{Bodies, Features, Module, ParseOptions};
use selvedge_vm::types::TypeRegistry;

/// The system's allocator, counting.
struct Counting;

static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The counts are the process's, so only one test may run.
static ONE_TEST: Mutex<()> = Mutex::new(());

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every request goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE_BYTES.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK_BYTES.fetch_max(live, Relaxed);
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: `ptr` came from `alloc` above with this layout.
        unsafe { System.dealloc(ptr, layout) }
    }
}

/// The most bytes that were live at once while parsing `bytes`, beyond those before; and whether
/// it is a module.
fn peak_of_parsing(bytes: &[u8], bodies: Bodies) -> (usize, bool) {
    let registry = TypeRegistry::new();
    let mut options = ParseOptions::new(&registry);
    options.bodies = bodies;
    options.features = Features::IMPLEMENTED;
    let before = LIVE_BYTES.load(Relaxed);
    PEAK_BYTES.store(before, Relaxed);
    let valid = Module::parse(bytes.into(), &options).is_ok_and(|module| {
        module.function_names();
        module.validate_all().is_ok()
    });
    (PEAK_BYTES.load(Relaxed) - before, valid)
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(content.len()), content].concat()
}

/// A section of `count` items.
fn items(id: u8, count: usize, item: &[u8]) -> Vec<u8> {
    section(id, &[leb(count), item.repeat(count)].concat())
}

fn module(sections: &[Vec<u8>]) -> Vec<u8> {
    [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
}

/// A code section of one function whose body repeats `code`, then `tail`.
fn code(code: &[u8], count: usize, tail: &[u8]) -> Vec<u8> {
    let body = [&[0][..], &code.repeat(count), tail, &[0x0b]].concat();
    section(10, &[leb(1), leb(body.len()), body].concat())
}

#[test]
fn is_proportional_to_the_bytes() {
    let _one = ONE_TEST.lock().expect("no panic");
    const N: usize = 20_000;
    let nullary = items(1, 1, &[0x60, 0, 0]);
    let thousand_results = items(1, 1, &[&[0x60, 0][..], &leb(1000), &[0x7f; 1000]].concat());
    let one_func = items(3, 1, &[0]);
    let names = section(
        0,
        &[
            &[4][..],
            b"name",
            &[1],
            &leb(2 * N + 3),
            &leb(N),
            &[0, 0].repeat(N),
        ]
        .concat(),
    );
    let imports = items(2, N, &[0, 0, 0, 0]);
    let cases = [
        ("types", module(&[items(1, N, &[0x60, 0, 0])])),
        (
            "wide types",
            module(&[items(
                1,
                100,
                &[&[0x60][..], &leb(1000), &[0x7f; 1000], &[0]].concat(),
            )]),
        ),
        ("imports", module(&[nullary.clone(), imports.clone()])),
        ("names", module(&[nullary.clone(), imports, names])),
        (
            "functions",
            module(&[
                nullary.clone(),
                items(3, N, &[0]),
                items(10, N, &[2, 0, 0x0b]),
            ]),
        ),
        ("globals", module(&[items(6, N, &[0x7f, 0, 0x41, 0, 0x0b])])),
        (
            "long expression",
            module(&[section(
                6,
                &[
                    &[1, 0x7f, 0, 0x41, 0][..],
                    &[0x41, 0, 0x6a].repeat(N),
                    &[0x0b],
                ]
                .concat(),
            )]),
        ),
        ("tables", module(&[items(4, N, &[0x70, 0, 0])])),
        (
            "large table",
            module(&[items(4, 1, &[0x70, 0, 0xff, 0xff, 0xff, 0xff, 0xf])]),
        ),
        ("large memory", module(&[items(5, 1, &[0, 0x80, 0x80, 4])])),
        ("element segments", module(&[items(9, N, &[1, 0, 0])])),
        (
            "elements",
            module(&[section(
                9,
                &[&[1, 5, 0x70][..], &leb(N), &[0xd0, 0x70, 0x0b].repeat(N)].concat(),
            )]),
        ),
        (
            "data segments",
            module(&[items(5, 1, &[0, 0]), items(11, N, &[0, 0x41, 0, 0x0b, 0])]),
        ),
        ("custom sections", module(&vec![vec![0, 1, 0]; N])),
        (
            "blocks",
            module(&[nullary.clone(), one_func.clone(), code(&[2, 0x40], N, &[])]),
        ),
        (
            "loops",
            module(&[nullary.clone(), one_func.clone(), code(&[3, 0x40], N, &[])]),
        ),
        (
            "operands",
            module(&[nullary.clone(), one_func.clone(), code(&[0x41, 0], N, &[])]),
        ),
        (
            "many results",
            module(&[thousand_results, one_func.clone(), code(&[0x10, 0], N, &[])]),
        ),
        (
            "branch targets",
            module(&[
                nullary.clone(),
                one_func.clone(),
                code(
                    &[],
                    0,
                    &[&[0x41, 0, 0x0e][..], &leb(N), &vec![0; N + 1]].concat(),
                ),
            ]),
        ),
        (
            "locals",
            module(&[
                nullary.clone(),
                one_func.clone(),
                section(
                    10,
                    &[
                        &[1][..],
                        &leb(2 + 2 * N + leb(N).len()),
                        &leb(N),
                        &[1, 0x7f].repeat(N),
                        &[0x01, 0x0b],
                    ]
                    .concat(),
                ),
            ]),
        ),
        (
            "local 49999",
            module(&[
                nullary,
                one_func,
                section(
                    10,
                    &[
                        1, 11, 1, 0xd0, 0x86, 3, 0x7f, 0x20, 0xcf, 0x86, 3, 0x1a, 0x0b,
                    ],
                ),
            ]),
        ),
    ];
    // Items of a few bytes become structures of up to a few hundred; the constant covers a validator
    // and the operand stack at its limit.
    const FACTOR: usize = 100;
    const CONSTANT: usize = 12 << 20;
    // These end badly, after all that could take memory.
    const INVALID: [&str; 4] = ["blocks", "loops", "operands", "many results"];
    for (what, bytes) in cases {
        for bodies in Bodies::ALL {
            let (peak, valid) = peak_of_parsing(&bytes, bodies);
            let allowed = FACTOR * bytes.len() + CONSTANT;
            assert_eq!(valid, !INVALID.contains(&what), "{what}");
            assert!(peak <= allowed, "{what}: {} bytes take {peak}", bytes.len());
        }
    }
}

#[test]
fn is_not_taken_for_declared_counts() {
    let _one = ONE_TEST.lock();
    const HUGE: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let mut bytes = vec![module(&[
        items(1, 1, &[0x60, 0, 0]),
        items(3, 1, &[0]),
        section(10, &[&[1, 8][..], &HUGE, &[1, 0x7f, 0x0b]].concat()),
    ])];
    bytes.extend((1..=13).map(|id| module(&[section(id, &HUGE)])));
    let table = items(4, 1, &[0x70, 0, 0]);
    for segment in [&[1, 0][..], &[5, 0x70]] {
        let content = [&[1][..], segment, &HUGE].concat();
        bytes.push(module(&[table.clone(), section(9, &content)]));
    }
    bytes.push(module(&[section(1, &[&[1, 0x60][..], &HUGE].concat())]));
    for bytes in bytes {
        let (peak, valid) = peak_of_parsing(&bytes, Bodies::Deferred);
        assert!(!valid, "{bytes:x?}");
        assert!(peak <= 256 << 10, "{bytes:x?} takes {peak}");
    }
}
