//! Bodies of realistic code: statements and expressions at random.

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, MemArgTarget, ValType};

use super::random::Random;
use super::{BINARY_TYPE, TABLE_SIZE};

/// The locals of a generated body after its parameters, by type. Loops have counters of their
/// own, which nothing else writes.
const I32_LOCALS: u32 = 8;
const I64_LOCALS: u32 = 4;
const F64_LOCALS: u32 = 4;
const COUNTERS: u32 = 3;
/// Statements are nested at most this deep; loops within that at most [`COUNTERS`] deep.
const MAX_NESTING: u32 = 5;

/// A body in the making.
pub(super) struct Body<'a> {
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
    pub(super) fn new(
        random: &'a mut Random,
        params: u32,
        callees: Option<std::ops::Range<u32>>,
    ) -> Self {
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
    pub(super) fn until(mut self, bytes: usize) -> Function {
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
