//! Modules made by rule: realistic code in any amount, and shapes that strain a translator.
//!
//! The same arguments make the same bytes, on every machine. Every module exports
//! `run`, which takes a number, runs some of the code and returns a checksum; it neither traps nor
//! depends on the bits of NaNs, so all runtimes come to the same.

mod body;
mod random;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, MemorySection, MemoryType, Module,
    RefType, TableSection, TableType, TypeSection, ValType,
};

use body::Body;
use random::Random;

/// The export `run` has this type, and so have all functions but those of [`functions`].
const RUN_TYPE: u32 = 0;
/// Two `i32` to one.
const BINARY_TYPE: u32 = 1;

/// Functions of a few hundred bytes, until there are `bytes` of code: arithmetic, memory, locals,
/// branches, loops and calls in a mixture like compilers make.
pub fn functions(bytes: usize) -> Vec<u8> {
    let mut random = Random::new(bytes as u64);
    // The first function is `run`, the second one is what it calls; it calls nothing.
    let mut run = Function::new([]);
    run.instructions().local_get(0).i32_const(77).call(1).end();
    let mut bodies = vec![run];
    let mut size = 0;
    while size < bytes || bodies.len() < 2 {
        let wanted = 100 + random.below(500) as usize;
        let callees = (bodies.len() > 1).then_some(1..bodies.len() as u32);
        let body = Body::new(&mut random, 2, callees).until(wanted.min(bytes.max(100)));
        size += body.byte_len();
        bodies.push(body);
    }
    assemble(
        &bodies,
        |index| if index == 0 { RUN_TYPE } else { BINARY_TYPE },
    )
}

/// The same code in a single body of about `bytes` bytes.
pub fn one_body(bytes: usize) -> Vec<u8> {
    let mut random = Random::new(bytes as u64 ^ 0x0b0d_0b0d);
    single(Body::new(&mut random, 1, None).until(bytes))
}

/// Blocks, loops and conditions, `depth` of them within one another, with branches out of
/// them to any depth.
pub fn nesting(depth: u32) -> Vec<u8> {
    let mut random = Random::new(u64::from(depth));
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    for level in 0..depth {
        match level % 3 {
            0 => code.block(BlockType::Empty),
            1 => code.loop_(BlockType::Empty),
            _ => code.local_get(0).if_(BlockType::Empty),
        };
        code.local_get(1)
            .i32_const(level as i32)
            .i32_add()
            .local_set(1);
        if level % 4 == 3 {
            // A branch to a loop would run it again: only blocks and conditions are left.
            let target = random.below(u64::from(level) + 1) as u32;
            let relative = if (level - target) % 3 == 1 {
                None
            } else {
                Some(target)
            };
            if let Some(relative) = relative {
                code.local_get(1).i32_const(-1).i32_eq().br_if(relative);
            }
        }
    }
    for level in (0..depth).rev() {
        code.local_get(1).i32_const(3).i32_xor().local_set(1);
        if level % 3 == 2 {
            code.else_().local_get(1).i32_eqz().local_set(1);
        }
        code.end();
    }
    code.local_get(1).end();
    single(function)
}

/// `count` locals, the parameter among them, each written and read.
pub fn locals(count: u32) -> Vec<u8> {
    let mut function = Function::new([(count - 1, ValType::I32)]);
    let mut code = function.instructions();
    for local in 1..count {
        code.local_get(local - 1)
            .i32_const(local as i32)
            .i32_add()
            .local_set(local);
    }
    code.local_get(count - 1)
        .local_get(count / 2)
        .i32_xor()
        .end();
    single(function)
}

/// A `br_table` of `entries` entries, to one of 200 blocks each.
pub fn br_table(entries: u32) -> Vec<u8> {
    const BLOCKS: u32 = 200;
    let mut random = Random::new(u64::from(entries));
    let mut function = Function::new([(1, ValType::I32)]);
    let targets: Vec<u32> = (0..entries)
        .map(|_| random.below(u64::from(BLOCKS)) as u32)
        .collect();
    let mut code = function.instructions();
    for _ in 0..BLOCKS {
        code.block(BlockType::Empty);
    }
    code.local_get(0).br_table(targets, BLOCKS - 1);
    for block in 0..BLOCKS {
        code.end();
        code.local_get(1)
            .i32_const(block as i32 + 1)
            .i32_add()
            .local_set(1);
    }
    code.local_get(1).end();
    single(function)
}

/// A module of one function, which is `run`.
fn single(body: Function) -> Vec<u8> {
    assemble(&[body], |_| RUN_TYPE)
}

/// The module around bodies: a memory, a global, a table of the first functions. The first
/// function is exported.
fn assemble(bodies: &[Function], type_of: impl Fn(usize) -> u32) -> Vec<u8> {
    let count = bodies.len() as u32;
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    types
        .ty()
        .function([ValType::I32, ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for (index, body) in bodies.iter().enumerate() {
        functions.function(type_of(index));
        code.function(body);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: TABLE_SIZE.into(),
        maximum: Some(TABLE_SIZE.into()),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 2,
        maximum: Some(2),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let counter = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(counter, &ConstExpr::i32_const(1));
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, 0);
    exports.export("memory", ExportKind::Memory, 0);
    let mut elements = ElementSection::new();
    let in_table: Vec<u32> = (0..TABLE_SIZE).map(|slot| slot % count).collect();
    elements.active(
        None,
        &ConstExpr::i32_const(0),
        Elements::Functions(in_table.into()),
    );
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&elements)
        .section(&code);
    module.finish()
}

const TABLE_SIZE: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::body_bytes;

    type Make = fn() -> Vec<u8>;
    const MAKES: [(&str, Make); 5] = [
        ("functions", || functions(20_000)),
        ("one_body", || one_body(20_000)),
        ("nesting", || nesting(1_000)),
        ("locals", || locals(5_000)),
        ("br_table", || br_table(5_000)),
    ];

    /// The 64-bit FNV-1a hash.
    fn hash(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn modules_are_valid_and_run() {
        let engine = selvedge::Engine::default();
        for (name, make) in MAKES {
            let module = selvedge::Module::new(&engine, make())
                .unwrap_or_else(|error| panic!("{name} is invalid: {error}"));
            let mut store = selvedge::Store::new(&engine, ());
            let instance = selvedge::Instance::new(&mut store, &module, &[]).unwrap();
            let run = instance
                .get_typed_func::<i32, i32>(&mut store, "run")
                .unwrap();
            for n in [0, 1, 12_345] {
                run.call(&mut store, n)
                    .unwrap_or_else(|error| panic!("{name} traps: {error}"));
            }
        }
    }

    /// Measurements of different days are comparable only as long as these stay the same.
    #[test]
    fn the_same_bytes_come_out_everywhere() {
        let hashes = MAKES.map(|(name, make)| {
            let wasm = make();
            assert_eq!(wasm, make(), "{name} differs from itself");
            (name, hash(&wasm))
        });
        assert_eq!(hashes, HASHES);
    }

    const HASHES: [(&str, u64); 5] = [
        ("functions", 0x5f0e_0eed_c202_f2ab),
        ("one_body", 0x156e_0596_e1b0_b27d),
        ("nesting", 0x6cda_68e8_7284_a0a0),
        ("locals", 0x3d65_f2b2_1bd2_804e),
        ("br_table", 0x1f45_c3ac_36a1_78ab),
    ];

    #[test]
    fn sizes_are_as_asked_for() {
        for bytes in [1_000, 10_000, 100_000, 1_000_000] {
            for (name, wasm) in [
                ("functions", functions(bytes)),
                ("one body", one_body(bytes)),
            ] {
                let made = body_bytes(&wasm).unwrap();
                let least = bytes * 95 / 100;
                assert!(
                    (least..=bytes + 1_000).contains(&made),
                    "{name}: {made} of {bytes}"
                );
            }
        }
    }

    #[test]
    fn a_table_takes_every_way() {
        let engine = selvedge::Engine::default();
        let module = selvedge::Module::new(&engine, br_table(300)).unwrap();
        let mut store = selvedge::Store::new(&engine, ());
        let instance = selvedge::Instance::new(&mut store, &module, &[]).unwrap();
        let run = instance
            .get_typed_func::<i32, i32>(&mut store, "run")
            .unwrap();
        let mut sums: Vec<i32> = (0..300).map(|n| run.call(&mut store, n).unwrap()).collect();
        // Beyond the end: the outermost block, so only its number is added.
        assert_eq!(run.call(&mut store, 300).unwrap(), 200);
        sums.sort_unstable();
        sums.dedup();
        assert!(sums.len() > 100);
    }
}
