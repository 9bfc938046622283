//! Modules made by rule: realistic code in any amount, and shapes that strain a translator.
//!
//! The same arguments make the same bytes, on every machine. Every module exports
//! `run`, which takes a number, runs some of the code and returns a checksum; it neither traps nor
//! depends on the bits of NaNs, so all runtimes come to the same.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, InstructionSink, MemArg, MemArgTarget,
    MemorySection, MemoryType, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

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

/// Numbers that look random and are the same everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number less than `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// The locals of a generated body after its parameters, by type. Loops have counters of their
/// own, which nothing else writes.
const I32_LOCALS: u32 = 8;
const I64_LOCALS: u32 = 4;
const F64_LOCALS: u32 = 4;
const COUNTERS: u32 = 3;
/// Statements are nested at most this deep; loops within that at most [`COUNTERS`] deep.
const MAX_NESTING: u32 = 5;

/// A body in the making.
struct Body<'a> {
    random: &'a mut Random,
    function: Function,
    params: u32,
    /// The functions that may be called, of [`BINARY_TYPE`].
    callees: Option<std::ops::Range<u32>>,
    nesting: u32,
    loops: u32,
}

#[derive(Copy, Clone)]
enum Number {
    I32,
    I64,
    F64,
}

impl<'a> Body<'a> {
    fn new(random: &'a mut Random, params: u32, callees: Option<std::ops::Range<u32>>) -> Self {
        let function = Function::new([
            (I32_LOCALS + COUNTERS, ValType::I32),
            (I64_LOCALS, ValType::I64),
            (F64_LOCALS, ValType::F64),
        ]);
        Self {
            random,
            function,
            params,
            callees,
            nesting: 0,
            loops: 0,
        }
    }

    /// Statements until the body has `bytes` bytes, then a result made of some locals.
    fn until(mut self, bytes: usize) -> Function {
        for param in 0..self.params {
            let local = self.params + param;
            self.code().local_get(param).local_set(local);
        }
        while self.function.byte_len() + 16 < bytes {
            self.statement();
        }
        let (a, b) = (self.params, self.params + 1);
        let wide = self.first_i64();
        self.code()
            .local_get(a)
            .local_get(b)
            .i32_xor()
            .local_get(wide)
            .i32_wrap_i64()
            .i32_add()
            .end();
        self.function
    }

    fn code(&mut self) -> InstructionSink<'_> {
        self.function.instructions()
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn statement(&mut self) {
        let nests = self.nesting < MAX_NESTING;
        match self.random.below(100) {
            0..=47 => self.assign(),
            48..=65 => self.store(),
            66..=75 if nests => self.condition(),
            76..=83 if nests && self.loops < COUNTERS => self.counted_loop(),
            84..=88 if nests => self.early_out(),
            89..=90 if nests => self.switch(),
            91..=95 if self.callees.is_some() => self.call(),
            96..=97 => {
                self.expression(Number::I32, 2);
                self.code().global_set(0);
            }
            _ => self.assign(),
        }
    }

    fn statements(&mut self) {
        self.nesting += 1;
        for _ in 0..=self.random.below(3) {
            self.statement();
        }
        self.nesting -= 1;
    }

    fn assign(&mut self) {
        let number = match self.random.below(10) {
            0..=5 => Number::I32,
            6..=7 => Number::I64,
            _ => Number::F64,
        };
        self.expression(number, 3);
        let local = self.local(number);
        self.code().local_set(local);
    }

    fn store(&mut self) {
        self.address();
        match self.random.below(8) {
            0..=3 => {
                self.expression(Number::I32, 2);
                let place = self.place(2);
                self.code().i32_store(place);
            }
            4 => {
                self.expression(Number::I32, 2);
                let place = self.place(0);
                self.code().i32_store8(place);
            }
            5 => {
                self.expression(Number::I64, 2);
                let place = self.place(3);
                self.code().i64_store(place);
            }
            _ => {
                self.expression(Number::F64, 2);
                let place = self.float_place();
                self.code().f64_store(place);
            }
        }
    }

    fn condition(&mut self) {
        self.compare();
        self.code().if_(BlockType::Empty);
        self.statements();
        if self.chance(40) {
            self.code().else_();
            self.statements();
        }
        self.code().end();
    }

    /// A loop that runs a few times.
    fn counted_loop(&mut self) {
        let counter = self.params + I32_LOCALS + self.loops;
        let times = 1 + self.random.below(4) as i32;
        self.code()
            .i32_const(times)
            .local_set(counter)
            .loop_(BlockType::Empty);
        self.loops += 1;
        self.statements();
        self.loops -= 1;
        self.code()
            .local_get(counter)
            .i32_const(1)
            .i32_sub()
            .local_tee(counter)
            .br_if(0)
            .end();
    }

    /// A block that may be left in its middle.
    fn early_out(&mut self) {
        self.code().block(BlockType::Empty);
        self.statements();
        self.compare();
        self.code().br_if(0);
        self.statements();
        self.code().end();
    }

    fn switch(&mut self) {
        let arms = 3 + self.random.below(5) as u32;
        for _ in 0..=arms {
            self.code().block(BlockType::Empty);
        }
        self.expression(Number::I32, 1);
        let targets: Vec<u32> = (0..arms).collect();
        self.code().i32_const(7).i32_and().br_table(targets, arms);
        for arm in 0..arms {
            self.code().end();
            self.assign();
            self.code().br(arms - arm - 1);
        }
        self.code().end();
    }

    fn call(&mut self) {
        let callees = self.callees.clone().expect("there are functions to call");
        self.expression(Number::I32, 1);
        self.expression(Number::I32, 1);
        if self.chance(20) {
            self.expression(Number::I32, 1);
            self.code()
                .i32_const(TABLE_SIZE as i32 - 1)
                .i32_and()
                .call_indirect(0, BINARY_TYPE);
        } else {
            let count = u64::from(callees.end - callees.start);
            let callee = callees.start + self.random.below(count) as u32;
            self.code().call(callee);
        }
        let local = self.local(Number::I32);
        self.code().local_set(local);
    }

    /// A comparison: mostly of `i32`.
    fn compare(&mut self) {
        let (number, choice) = (self.random.below(10), self.random.below(6));
        if number < 7 {
            self.expression(Number::I32, 1);
            self.expression(Number::I32, 1);
            let mut code = self.code();
            match choice {
                0 => code.i32_eq(),
                1 => code.i32_ne(),
                2 => code.i32_lt_s(),
                3 => code.i32_lt_u(),
                4 => code.i32_ge_s(),
                _ => code.i32_gt_u(),
            };
        } else if number < 9 {
            self.expression(Number::I64, 1);
            self.expression(Number::I64, 1);
            let mut code = self.code();
            match choice {
                0 | 1 => code.i64_eq(),
                2 | 3 => code.i64_lt_s(),
                _ => code.i64_ge_u(),
            };
        } else {
            self.expression(Number::F64, 1);
            self.expression(Number::F64, 1);
            let mut code = self.code();
            match choice {
                0..=2 => code.f64_lt(),
                _ => code.f64_ge(),
            };
        }
    }

    /// An expression of at most `depth` operators within one another.
    fn expression(&mut self, number: Number, depth: u32) {
        if depth == 0 || self.chance(30) {
            return self.leaf(number);
        }
        match number {
            Number::I32 => self.i32_expression(depth - 1),
            Number::I64 => self.i64_expression(depth - 1),
            Number::F64 => self.f64_expression(depth - 1),
        }
    }

    fn leaf(&mut self, number: Number) {
        if self.chance(65) {
            let local = self.local(number);
            self.code().local_get(local);
            return;
        }
        let bits = self.random.next();
        let small = (bits >> 40) as i32 % 256;
        match number {
            Number::I32 if bits.is_multiple_of(4) => self.code().i32_const(bits as i32),
            Number::I32 => self.code().i32_const(small),
            Number::I64 if bits.is_multiple_of(4) => self.code().i64_const(bits.cast_signed()),
            Number::I64 => self.code().i64_const(small.into()),
            Number::F64 => self.code().f64_const((f64::from(small) / 8.0).into()),
        };
    }

    fn i32_expression(&mut self, depth: u32) {
        match self.random.below(20) {
            0..=9 => {
                self.expression(Number::I32, depth);
                self.expression(Number::I32, depth);
                let choice = self.random.below(12);
                let mut code = self.code();
                match choice {
                    0..=3 => code.i32_add(),
                    4 => code.i32_sub(),
                    5 => code.i32_mul(),
                    6 => code.i32_and(),
                    7 => code.i32_or(),
                    8 => code.i32_xor(),
                    9 => code.i32_shl(),
                    10 => code.i32_shr_u(),
                    _ => code.i32_rotl(),
                };
            }
            10..=13 => {
                self.address();
                let place = self.place(2);
                self.code().i32_load(place);
            }
            14 => {
                self.address();
                let place = self.place(0);
                self.code().i32_load8_u(place);
            }
            15 => self.compare(),
            16 => {
                self.expression(Number::I64, depth);
                self.code().i32_wrap_i64();
            }
            17 => {
                self.expression(Number::I32, depth);
                self.expression(Number::I32, depth);
                self.compare();
                self.code().select();
            }
            18 => {
                self.expression(Number::I32, depth);
                self.expression(Number::I32, depth);
                self.code().i32_const(1).i32_or().i32_div_u();
            }
            _ => {
                self.expression(Number::F64, depth);
                self.code().i32_trunc_sat_f64_s();
            }
        }
    }

    fn i64_expression(&mut self, depth: u32) {
        match self.random.below(10) {
            0..=5 => {
                self.expression(Number::I64, depth);
                self.expression(Number::I64, depth);
                let choice = self.random.below(6);
                let mut code = self.code();
                match choice {
                    0 | 1 => code.i64_add(),
                    2 => code.i64_mul(),
                    3 => code.i64_xor(),
                    4 => code.i64_shr_u(),
                    _ => code.i64_rotl(),
                };
            }
            6..=7 => {
                self.address();
                let place = self.place(3);
                self.code().i64_load(place);
            }
            choice => {
                self.expression(Number::I32, depth);
                let mut code = self.code();
                match choice {
                    8 => code.i64_extend_i32_u(),
                    _ => code.i64_extend_i32_s(),
                };
            }
        }
    }

    fn f64_expression(&mut self, depth: u32) {
        match self.random.below(10) {
            0..=6 => {
                self.expression(Number::F64, depth);
                self.expression(Number::F64, depth);
                let choice = self.random.below(5);
                let mut code = self.code();
                match choice {
                    0 | 1 => code.f64_add(),
                    2 => code.f64_sub(),
                    3 => code.f64_mul(),
                    _ => code.f64_min(),
                };
            }
            7 => {
                self.address();
                let place = self.float_place();
                self.code().f64_load(place);
            }
            8 => {
                self.expression(Number::F64, depth);
                self.code().f64_abs().f64_sqrt();
            }
            _ => {
                self.expression(Number::I32, depth);
                self.code().f64_convert_i32_s();
            }
        }
    }

    /// An address in the first half page, a multiple of eight.
    fn address(&mut self) {
        let local = self.local(Number::I32);
        self.code().local_get(local).i32_const(0x7ff8).i32_and();
    }

    /// Integers are in the first page.
    fn place(&mut self, align: u32) -> MemArg {
        MemArg {
            offset: self.random.below(0x100) * 8,
            align,
            target: MemArgTarget::Memory(0),
            ordering: None,
        }
    }

    /// Floats are in the second page, where no integer is read: their NaNs differ.
    fn float_place(&mut self) -> MemArg {
        let place = self.place(3);
        MemArg {
            offset: place.offset + 0x1_0000,
            ..place
        }
    }

    fn first_i64(&self) -> u32 {
        self.params + I32_LOCALS + COUNTERS
    }

    /// Some local that statements may write. A few are used more than others.
    fn local(&mut self, number: Number) -> u32 {
        let (first, count) = match number {
            Number::I32 => (self.params, I32_LOCALS),
            Number::I64 => (self.first_i64(), I64_LOCALS),
            Number::F64 => (self.first_i64() + I64_LOCALS, F64_LOCALS),
        };
        let (a, b) = (
            self.random.below(u64::from(count)),
            self.random.below(u64::from(count)),
        );
        first + a.min(b) as u32
    }
}

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
