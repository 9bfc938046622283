//! Operators, and what may come of them.

use super::*;

impl Body<'_, '_, '_> {
    pub(super) fn arithmetic(&mut self) {
        const INTEGER: [&str; 11] = [
            "add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr",
        ];
        const FLOAT: [&str; 6] = ["add", "sub", "mul", "div", "min", "max"];
        const DIVISION: [&str; 4] = ["div_s", "div_u", "rem_s", "rem_u"];
        const WIDE: [&str; 2] = ["i64.add128", "i64.sub128"];
        let integer = self.choice.of(&[I32, I64]);
        let float = self.choice.of(&[F32, F64]);
        match self.choice.below(16) {
            0..6 => {
                let name = self.choice.of(&INTEGER);
                self.apply(format!("{integer}.{name}"), &[integer, integer], &[integer]);
            }
            6..9 => {
                let name = self.choice.of(&FLOAT);
                self.apply(format!("{float}.{name}"), &[float, float], &[float]);
            }
            9 => {
                let name = self.choice.of(&DIVISION);
                self.need(&[integer]);
                match self.choice.below(3) {
                    // A divisor that is not zero, most of the time.
                    0 => self.op(format!("({integer}.const 3)")),
                    1 => self.op(format!("({integer}.const -0x7654321)")),
                    _ => {
                        let local = self.local(integer);
                        self.op(format!(
                            "({integer}.or (local.get {local}) ({integer}.const 1))"
                        ));
                    }
                }
                self.op(format!("{integer}.{name}"));
            }
            10 => {
                let name = self
                    .choice
                    .of(&["clz", "ctz", "popcnt", "extend8_s", "extend16_s"]);
                self.apply(format!("{integer}.{name}"), &[integer], &[integer]);
            }
            11 => {
                const UNARY: [&str; 7] =
                    ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
                let name = self.choice.of(&UNARY);
                self.apply(format!("{float}.{name}"), &[float], &[float]);
            }
            12 => {
                let name = self.choice.of(&WIDE);
                self.apply(name, &[I64, I64, I64, I64], &[I64, I64]);
            }
            13 => {
                let name = self.choice.of(&["i64.mul_wide_s", "i64.mul_wide_u"]);
                self.apply(name, &[I64, I64], &[I64, I64]);
            }
            14 => {
                self.need(&[float]);
                self.quiet(float);
                let (name, ty) = if float == F32 {
                    ("i32.reinterpret_f32", I32)
                } else {
                    ("i64.reinterpret_f64", I64)
                };
                self.op(name);
                self.take(1);
                self.stack.push(ty);
            }
            _ => self.conversion(),
        }
    }

    pub(super) fn conversion(&mut self) {
        const ALL: [(&str, &str, &str); 16] = [
            ("i32.wrap_i64", I64, I32),
            ("i64.extend_i32_s", I32, I64),
            ("i64.extend_i32_u", I32, I64),
            ("f32.convert_i32_s", I32, F32),
            ("f32.convert_i64_u", I64, F32),
            ("f64.convert_i32_u", I32, F64),
            ("f64.convert_i64_s", I64, F64),
            ("f32.demote_f64", F64, F32),
            ("f64.promote_f32", F32, F64),
            ("i32.trunc_sat_f32_s", F32, I32),
            ("i32.trunc_sat_f64_u", F64, I32),
            ("i64.trunc_sat_f32_u", F32, I64),
            ("i64.trunc_sat_f64_s", F64, I64),
            ("f32.reinterpret_i32", I32, F32),
            ("f64.reinterpret_i64", I64, F64),
            ("i32.trunc_f64_s", F64, I32),
        ];
        // The last one may trap: rarely.
        let most = if self.choice.one_in(8) {
            ALL.len()
        } else {
            ALL.len() - 1
        };
        let (name, from, to) = ALL[self.choice.below(most)];
        self.apply(name, &[from], &[to]);
    }

    pub(super) fn comparison(&mut self) {
        const INTEGER: [&str; 10] = [
            "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u",
        ];
        const FLOAT: [&str; 6] = ["eq", "ne", "lt", "gt", "le", "ge"];
        match self.choice.below(8) {
            0..4 => {
                let ty = self.choice.of(&[I32, I64]);
                let name = self.choice.of(&INTEGER);
                self.apply(format!("{ty}.{name}"), &[ty, ty], &[I32]);
            }
            4 | 5 => {
                let ty = self.choice.of(&[F32, F64]);
                let name = self.choice.of(&FLOAT);
                self.apply(format!("{ty}.{name}"), &[ty, ty], &[I32]);
            }
            6 => self.apply("i32.and", &[I32, I32], &[I32]),
            _ => {
                let ty = self.choice.of(&[I32, I64]);
                self.apply(format!("{ty}.eqz"), &[ty], &[I32]);
            }
        }
        if self.choice.one_in(3) {
            let turn = [
                "i32.eqz",
                "(i32.eq (i32.const 0))",
                "(i32.ne (i32.const 0))",
            ];
            let turn = self.choice.of(&turn);
            self.op(turn);
        }
    }

    pub(super) fn write_local(&mut self) {
        if self.choice.one_in(5) {
            // One of the addresses.
            self.need(&[I32]);
            let name = self.choice.of(&["$p", "$q"]);
            let mask = self.choice.of(&["0xff", "0xfff", "0x3ff8"]);
            self.op(format!("(i32.and (i32.const {mask}))"));
            let how = self.choice.of(&["set", "tee"]);
            self.op(format!("local.{how} {name}"));
            if how == "set" {
                self.take(1);
            }
            return;
        }
        let ty = match self.stack.last() {
            Some(&ty) if !self.choice.one_in(4) => ty,
            _ => self.choice.of(&NUMBERS),
        };
        let local = self.local(ty);
        if self.choice.one_in(2) {
            self.apply(format!("local.tee {local}"), &[ty], &[ty]);
        } else {
            self.apply(format!("local.set {local}"), &[ty], &[]);
        }
    }

    /// Pushes an address, in bounds most of the time.
    pub(super) fn address(&mut self) {
        match self.choice.below(10) {
            0 | 1 => self.op("local.get $p"),
            2 => self.op("local.get $q"),
            3 => self.op("(i32.add (local.get $p) (local.get $q))"),
            4 => self.op("(i32.add (local.get $p) (i32.const 12))"),
            5 => self.op("(i32.add (i32.shl (local.get $q) (i32.const 1)) (local.get $p))"),
            6 => self.op("(i32.const 64)"),
            7 | 8 => {
                self.need(&[I32]);
                self.op("(i32.and (i32.const 0x7fff))");
                self.take(1);
            }
            _ if self.choice.one_in(4) => {
                self.need(&[I32]);
                self.take(1);
            }
            _ => self.op("(i32.add (local.get $q) (local.get $p))"),
        }
        self.stack.push(I32);
    }

    pub(super) fn memory(&mut self) {
        const ACCESSES: [(&str, &str); 9] = [
            (I32, ""),
            (I64, ""),
            (F32, ""),
            (F64, ""),
            (I32, "8"),
            (I32, "16"),
            (I64, "8"),
            (I64, "16"),
            (I64, "32"),
        ];
        let (ty, width) = self.choice.of(&ACCESSES);
        self.address();
        let memory = self
            .choice
            .of(&["$first", "$first", "$first", "$first", "$m", "$m64"]);
        let offset = self
            .choice
            .of(&["", "", " offset=4", " offset=100", " offset=0x7000"]);
        if memory == "$m64" {
            self.op("i64.extend_i32_u");
            *self.stack.last_mut().unwrap() = I64;
        }
        if self.choice.one_in(2) {
            let sign = match width {
                "" => "",
                _ => self.choice.of(&["_s", "_u"]),
            };
            self.op(format!("{ty}.load{width}{sign} {memory}{offset}"));
            self.take(1);
            self.stack.push(ty);
        } else {
            self.value(ty);
            if ty == F32 || ty == F64 {
                self.quiet(ty);
            }
            self.op(format!("{ty}.store{width} {memory}{offset}"));
            self.take(2);
        }
    }

    /// Pushes a value that may take some computing.
    pub(super) fn value(&mut self, ty: &'static str) {
        self.leaf(ty);
        if self.choice.one_in(2) {
            let name = self.choice.of(&["add", "sub", "mul"]);
            self.leaf(ty);
            self.op(format!("{ty}.{name}"));
            self.take(1);
        }
    }

    pub(super) fn bulk(&mut self) {
        let memory = self.choice.of(&["$m", "$first"]);
        match self.choice.below(5) {
            0 => self.op(format!(
                "(memory.fill {memory} (local.get $p) (local.get $q) (i32.const 9))"
            )),
            1 => self.op(format!(
                "(memory.copy {memory} $m (local.get $p) (local.get $q) (i32.const 33))"
            )),
            2 => self.op(format!(
                "(memory.init {memory} $d (local.get $p) (i32.const 4) (i32.const 20))"
            )),
            3 => {
                self.op(format!("(memory.size {memory})"));
                self.stack.push(I32);
            }
            _ => {
                self.op(format!("(memory.grow {memory} (i32.const 1))"));
                self.stack.push(I32);
            }
        }
    }

    pub(super) fn table(&mut self) {
        match self.choice.below(5) {
            0 => {
                self.op("(table.grow $x (table.get $x (i32.const 1)) (i32.const 1))");
                self.stack.push(I32);
            }
            1 => {
                self.op("(ref.is_null (table.get $t (i32.and (local.get $p) (i32.const 7))))");
                self.stack.push(I32);
            }
            2 => self.op("(table.set $t (i32.const 6) (ref.func $f0))"),
            3 => self.op("(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 4))"),
            _ => self.op("(table.fill $t (i32.const 5) (ref.null func) (i32.const 2))"),
        }
    }

    pub(super) fn global(&mut self) {
        if self.choice.one_in(2) {
            self.apply("global.set $imported", &[I32], &[]);
        } else {
            self.op("global.get $imported");
            self.stack.push(I32);
        }
    }

    pub(super) fn call(&mut self) {
        let callee = self.choice.below(self.functions.len());
        let Function { params, results } = &self.functions[callee];
        match self.choice.below(6) {
            0 => self.apply("call $host_a", &[I32, F64], &[I64]),
            1 => self.apply("call $host_b", &[I64], &[F32, I32]),
            2 => {
                self.need(params);
                let index = self.choice.of(&[
                    "(i32.const 0)",
                    "(i32.const 1)",
                    "(local.get $p)",
                    "(i32.and (local.get $q) (i32.const 3))",
                ]);
                self.op(index);
                self.op(format!("call_indirect $t (type $t{callee})"));
                self.take(params.len());
                self.stack.extend_from_slice(results);
            }
            _ => self.apply(format!("call $f{callee}"), params, results),
        }
    }

    pub(super) fn select(&mut self) {
        let ty = match self.stack.last() {
            Some(&ty) if !self.choice.one_in(3) => ty,
            _ => self.choice.of(&NUMBERS),
        };
        self.need(&[ty, ty]);
        if self.choice.one_in(2) {
            self.leaf(I32);
        } else {
            self.comparison();
            self.need(&[I32]);
        }
        // The condition's operands may have taken the values.
        self.take(1);
        if self.stack.ends_with(&[ty, ty]) {
            self.op("select");
            self.take(1);
        } else {
            self.op("drop");
        }
    }
}
