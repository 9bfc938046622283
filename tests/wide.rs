//! Functions whose frames pass what 16-bit slot numbers reach do what they do
//! with small frames.
//!
//! Every module runs as it is and widened: the operands of its functions are moved
//! up to, and across, slot 65536.

mod oracle;

use arbitrary::Unstructured;
use selvedge::{CompilationMode, Config, Dispatch, Engine, Strategy};

use oracle::widen::{Width, widen};
use oracle::{End, Observation, Random, number, programs, smith};

/// One engine for each dispatch and strategy of this build, with room for many wide frames.
fn engines() -> Vec<Engine> {
    let mut engines = Vec::new();
    for dispatch in [Dispatch::Tail, Dispatch::Step] {
        let mut config: Config = oracle::selvedge::config();
        config
            .dispatch(dispatch)
            .compilation_mode(CompilationMode::LazyTranslation)
            .max_wasm_stack(256 << 20);
        for strategy in [Strategy::Interpreter, Strategy::Baseline] {
            config.strategy(strategy);
            engines.extend(Engine::new(&config));
        }
    }
    assert!(!engines.is_empty());
    engines
}

/// Slot 65536 is that of operand 0, 1, 2, …, or far below; and locals that fill the
/// frame instead of operands.
fn widths() -> Vec<Width> {
    let mut widths: Vec<_> = [65_536, 65_535, 65_534, 65_533, 65_531, 65_527, 150_000]
        .into_iter()
        .map(|first_operand| Width {
            locals: 0,
            first_operand,
        })
        .collect();
    widths.push(Width {
        locals: 49_000,
        first_operand: 65_535,
    });
    widths
}

/// Runs `wasm` as it is and widened, and says how often a call returned.
#[track_caller]
fn check(wasm: &[u8], widths: &[Width], text: &str) -> usize {
    let mut returned = 0;
    for engine in engines() {
        let mut expected: Observation = oracle::selvedge::observe(&engine, wasm);
        // Offsets are others.
        expected.places = None;
        let failed = matches!(expected.start, End::Failed(_));
        assert!(!failed, "{:?}\n{text}", expected.start);
        for &width in widths {
            let actual = oracle::selvedge::observe(&engine, &widen(wasm, width));
            if expected.overflowed() || actual.overflowed() {
                continue;
            }
            if let Some(difference) = expected.difference(&actual) {
                panic!("narrow or {width:?}: {difference}\n{text}");
            }
            returned += actual.returned();
        }
    }
    returned
}

#[track_caller]
fn check_text(text: &str) {
    let wasm = wat::parse_str(text).unwrap();
    assert!(check(&wasm, &widths(), text) > 0, "nothing returned");
}

#[test]
fn arithmetic() {
    check_text(
        r#"(module
        (func (export "int") (param i32 i32) (result i32)
            (i32.add
                (i32.mul (local.get 0) (i32.const 3))
                (i32.sub (i32.xor (local.get 1) (local.get 0)) (i32.clz (local.get 1)))))
        (func (export "left constants") (param i32 i64) (result i64)
            (i64.sub (i64.const 0x123456789abcdef) (i64.shl (i64.const 1) (local.get 1)))
            (i64.extend_i32_u (i32.sub (i32.const 7) (i32.popcnt (local.get 0))))
            (i64.sub (i64.const -3))
            (i64.add))
        (func (export "float") (param f64 f64) (result f64)
            (f64.add (f64.neg (local.get 0)) (f64.mul (local.get 1) (local.get 1)))
            (f64.sub (f64.sqrt (f64.abs (local.get 0))) (f64.const 2))
            (f64.min (f64.sub (f64.const 1) (local.get 1)))
            (f64.div))
        (func (export "float32") (param f32 f32) (result f32 i32)
            (f32.add (f32.neg (local.get 0)) (f32.mul (local.get 1) (f32.const 3)))
            (f32.lt (f32.abs (local.get 0)) (f32.ceil (local.get 1))))
        (func (export "division") (param i32 i64) (result i32 i64)
            (i32.div_s (i32.clz (local.get 0)) (i32.const 3))
            (i64.rem_u (i64.const 100) (i64.or (local.get 1) (i64.const 0x1_0000_0000))))
        (func (export "conversions") (param i32 i64 f32 f64) (result i64 f32 f64 i32)
            (i64.extend_i32_s (i32.wrap_i64 (i64.rotl (local.get 1) (i64.const 9))))
            (f32.demote_f64 (f64.convert_i64_u (local.get 1)))
            (f64.promote_f32 (f32.convert_i32_s (local.get 0)))
            (i32.trunc_sat_f64_s (f64.floor (local.get 3))))
        (func (export "traps") (param f64 i32) (result i32 i32)
            (i32.trunc_f64_s (f64.neg (local.get 0)))
            (i32.div_u (i32.const 7) (i32.and (local.get 1) (i32.const 1))))
        (func (export "wide") (param i64 i64) (result i64 i64 i64)
            (i64.add128
                (i64.add (local.get 0) (i64.const 1)) (local.get 1) (i64.const 5) (local.get 0))
            (i64.mul_wide_s (local.get 0) (i64.clz (local.get 1)))
            (i64.xor)))"#,
    );
}

#[test]
fn locals_and_globals() {
    check_text(
        r#"(module
        (global $i (export "i") (mut i32) (i32.const 1))
        (global $f (export "f") (mut f64) (f64.const 1))
        (func (export "set") (param i32 i32) (result i32 i32 i32)
            (local.get 0)
            (local.get 0)
            (local.set 0 (i32.add (local.get 0) (local.get 1)))
            (i32.mul (local.tee 1 (i32.sub (local.get 0) (i32.const 4))) (local.get 1)))
        (func (export "swap") (param f64 f64) (result f64 f64)
            (local.get 0)
            (local.get 1)
            (local.set 0)
            (local.set 1)
            (local.get 0)
            (local.get 1))
        (func (export "global") (param i32 f64) (result i32)
            (global.get $i)
            (global.set $i (i32.xor (local.get 0) (global.get $i)))
            (global.set $f (f64.add (global.get $f) (f64.sqrt (f64.const 2))))
            (global.set $f (f64.const 3))
            (global.get $i)
            (i32.sub)))"#,
    );
}

#[test]
fn memory() {
    check_text(
        r#"(module
        (memory (export "memory") 1 3) (memory $other (export "other") 1)
        (memory $big (export "big") i64 1)
        (data $d "the quick brown fox")
        (func (export "load and store") (param i32 i64 f64) (result i32 i64 f64)
            (local $p i32)
            (local.set $p (i32.and (local.get 0) (i32.const 0xfff)))
            (i32.store offset=3 (i32.clz (local.get 0)) (i32.popcnt (local.get 0)))
            (i64.store (i32.const 64) (local.get 1))
            (i64.store16 (local.get $p) (i64.const 0x1234567890))
            (f64.store (i32.add (local.get $p) (i32.const 8)) (f64.neg (f64.abs (f64.const 3))))
            (i32.store8 (i32.add (local.get $p) (i32.clz (local.get 0))) (local.get 0))
            (i32.load8_s (i32.add (local.get $p) (i32.clz (local.get 0))))
            (i64.load32_u (i32.const 62))
            (f64.load (i32.add (local.get $p) (local.get $p))))
        (func (export "other memory") (param i32 i32) (result i32 f32)
            (i32.store $other (i32.and (local.get 0) (i32.const 0xff)) (i32.clz (local.get 1)))
            (i32.store $other offset=9 (i32.const 700) (i32.const -2))
            (i32.load16_u $other (i32.add (i32.ctz (local.get 1)) (i32.const 640)))
            (f32.load $big (i64.extend_i32_u (i32.clz (local.get 0)))))
        (func (export "bounds") (param i32) (result i32)
            (i32.load (i32.mul (local.get 0) (i32.const 5))))
        (func (export "bulk") (param i32) (result i32 i32)
            (memory.fill (i32.clz (local.get 0)) (i32.const 0x55) (i32.ctz (local.get 0)))
            (memory.init $d (i32.const 200) (i32.const 4) (i32.popcnt (local.get 0)))
            (memory.copy $other 0 (i32.const 10) (i32.clz (local.get 0)) (i32.const 300))
            (memory.grow (i32.clz (i32.const 0x7fffffff)))
            (memory.size)))"#,
    );
}

#[test]
fn branches() {
    check_text(
        r#"(module
        (func (export "conditions") (param i32 i32 i64 f64) (result i32) (local $n i32)
            (block
                (br_if 0 (i32.lt_s (local.get 0) (i32.const 100000)))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if 0 (i32.eqz (i32.gt_u (i32.clz (local.get 0)) (i32.ctz (local.get 1)))))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if 0 (i64.eq (i64.clz (local.get 2)) (i64.const 0x1_0000_0000)))
                (br_if 0 (i32.and (i32.popcnt (local.get 0)) (i32.popcnt (local.get 1))))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if 0 (f64.lt (f64.neg (local.get 3)) (f64.const 7)))
                (br_if 0 (i32.eqz (f64.le (f64.const 7) (f64.neg (local.get 3)))))
                (local.set $n (i32.add (local.get $n) (i32.const 1))))
            (local.get $n))
        (func (export "if") (param i32 i32) (result i32)
            (local.get 0)
            (i32.clz (local.get 1))
            (if (param i32) (result i32 i32) (i32.lt_s (local.get 0) (local.get 1))
                (then (i32.const 4))
                (else (local.get 0)))
            (i32.sub)
            (i32.sub))
        (func (export "values in place") (param i32 i32) (result i32)
            (block (result i32)
                (local.get 0)
                (br_if 0 (i32.lt_s (local.get 0) (local.get 1)))
                (i32.sub (local.get 1))))
        (func (export "values moved") (param f64 i32) (result f64 i32)
            (block $out (result f64 i32)
                (i64.const 1)
                (f64.neg (local.get 0))
                (i32.const 7)
                (br_if $out (i32.and (local.get 1) (i32.const 1)))
                (drop)
                (f64.const 2)
                (f64.mul)
                (i32.clz (local.get 1))
                (br $out)))
        (func (export "to the function") (param i32 i64) (result i32 i64)
            (i32.clz (local.get 0))
            (i64.clz (local.get 1))
            (br_if 0 (i32.eqz (local.get 0)))
            (drop)
            (drop)
            (local.get 0)
            (i64.const 9))
        (func (export "loop") (param i32) (result i32) (local $i i32) (local $sum i32)
            (loop $next
                (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $i) (local.get 0))))
                (br_if $next
                    (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                        (i32.const 9))))
            (local.get $sum))
        (func (export "limit on the stack") (param i32) (result i32) (local $i i32)
            (i32.clz (i32.and (local.get 0) (i32.const 0xfffff)))
            (loop $next (param i32) (result i32)
                (local.set 0)
                (local.get 0)
                (br_if $next
                    (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                        (local.get 0)))
                (i32.add (local.get $i))))
        (func (export "loop with parameters") (param i32) (result i32)
            (i32.const 1)
            (i32.and (local.get 0) (i32.const 7))
            (loop $next (param i32 i32) (result i32)
                (local.set 0)
                (i32.mul (i32.add (local.get 0) (i32.const 1)))
                (i32.sub (local.get 0) (i32.const 1))
                (br_if $next (i32.gt_s (local.get 0) (i32.const 1)))
                (drop)))
        (func (export "table") (param i32) (result i32)
            (block $c
                (block $b
                    (block $a
                        (br_table $a $b $c $a (i32.popcnt (local.get 0))))
                    (return (i32.const 10)))
                (return (i32.clz (local.get 0))))
            (i32.const 30))
        (func (export "table with values") (param i32) (result i32)
            (block $far (result i32)
                (i32.const 5)
                (block $near (result i32)
                    (i32.clz (local.get 0))
                    (br_table $near $far $near $far (i32.and (local.get 0) (i32.const 3))))
                (i32.add)))
        (func (export "select") (param i32 i32 f64 externref) (result i32 f64 i32)
            (select (i32.clz (local.get 0)) (i32.const 8) (i32.lt_s (local.get 0) (local.get 1)))
            (select (f64.const 1) (f64.neg (local.get 2)) (i32.popcnt (local.get 1)))
            (ref.is_null
                (select (result externref) (local.get 3) (ref.null extern) (local.get 0)))))"#,
    );
}

#[test]
fn calls() {
    check_text(
        r#"(module
        (import "host" "a" (func $host (param i32 f64) (result i64 f32)))
        (table $t (export "table") 4 8 funcref)
        (type $binary (func (param i32 f64) (result i32)))
        (elem (table $t) (i32.const 0) func $callee $other $two)
        (func $callee (type $binary) (i32.trunc_sat_f64_s (local.get 1)) (i32.sub (local.get 0)))
        (func $other (type $binary) (local.get 0))
        (func $two (param i32) (result i32 i32)
            (i32.add (local.get 0) (i32.const 1)) (local.get 0))
        (func (export "own") (param i32 f64) (result i32)
            (i32.clz (local.get 0))
            (call $callee (i32.add (local.get 0) (i32.const 1)) (f64.const 7))
            (i32.add (call $callee (i32.const 3) (f64.neg (local.get 1))))
            (i32.sub))
        (func (export "imported") (param i32 f64) (result f32) (local f32)
            (call $host (i32.clz (local.get 0)) (local.get 1))
            (local.set 2)
            (f32.add (f32.convert_i64_s) (local.get 2)))
        (func (export "indirect") (param i32 f64) (result i32)
            (call_indirect $t (type $binary)
                (local.get 0) (f64.const 2) (i32.and (local.get 0) (i32.const 3))))
        (func (export "tail") (param i32 f64) (result i32)
            (return_call $callee (i32.clz (local.get 0)) (local.get 1)))
        (func (export "tail indirect") (param i32 f64) (result i32)
            (return_call_indirect $t (type $binary)
                (i32.const 9) (local.get 1) (i32.const 1)))
        (func (export "sum") (param i32 i32) (result i32)
            (if (result i32) (i32.eqz (i32.and (local.get 0) (i32.const 15)))
                (then (local.get 1))
                (else
                    (return_call $sum
                        (i32.sub (i32.and (local.get 0) (i32.const 15)) (i32.const 1))
                        (i32.add (local.get 1) (local.get 0))))))
        (func $sum (param i32 i32) (result i32)
            (if (result i32) (i32.eqz (local.get 0))
                (then (local.get 1))
                (else
                    (return_call $sum
                        (i32.sub (local.get 0) (i32.const 1))
                        (i32.add (local.get 1) (local.get 0))))))
        (func (export "several results") (param i32) (result i32 i32 i32)
            (call $two (i32.clz (local.get 0)))
            (call $two))
        (func (export "tables") (param externref) (result i32 i32)
            (drop (table.grow $t (table.get $t (i32.const 1)) (i32.const 1)))
            (table.set $t (i32.const 3) (ref.func $two))
            (table.fill $t (i32.const 2) (ref.func $other) (i32.const 1))
            (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 2))
            (table.size $t)
            (ref.is_null (table.get $t (i32.const 3)))))"#,
    );
}

/// More constants than there are scratch slots, with an operand waiting in one.
#[test]
fn scratch_slots_are_not_taken_while_in_use() {
    check_text(
        r#"(module
        (table $t 2 funcref)
        (elem (table $t) (i32.const 0) func $sum $difference)
        (type $ten (func
            (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
        (func $sum (type $ten)
            (i32.add (i32.shl (local.get 0) (local.get 9)) (local.get 8)))
        (func $difference (type $ten)
            (i32.sub (i32.shl (local.get 0) (local.get 9)) (local.get 8)))
        (func $two (result i32 i32) (i32.const 1) (i32.const 1))
        (func (export "call") (result i32)
            (call_indirect $t (type $ten)
                (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9)
                (i32.const 10) (i32.const 11) (i32.const 12) (i32.const 13) (i32.const 14)
                (i32.const 1)))
        (func (export "tail call") (result i32)
            (return_call_indirect $t (type $ten)
                (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9)
                (i32.const 10) (i32.const 11) (i32.const 12) (i32.const 13) (i32.const 14)
                (i32.const 1)))
        (func (export "branch table") (result i32)
            (block $b (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
                (block $a (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
                    (i32.const 5) (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9)
                    (i32.const 10) (i32.const 11) (i32.const 12) (i32.const 13)
                    (call $two)
                    (br_table $a $b $a))
                (return (i32.const -1)))
            (call $sum)))"#,
    );
}

#[test]
fn generated_programs() {
    let widths = widths();
    let count = number("WIDE_MODULES", 4);
    let mut returned = 0;
    for seed in 0..count {
        let mut random = Random::new(seed);
        let bytes = random.bytes(1 << 12);
        let text = programs::generate(&mut Unstructured::new(&bytes));
        let width = widths[seed as usize % widths.len()];
        returned += check(&wat::parse_str(&text).unwrap(), &[width], &text);
        if let Ok(wasm) = smith::generate(&mut Unstructured::new(&random.bytes(1 << 12))) {
            check(&wasm, &[width], &wasmprinter::print_bytes(&wasm).unwrap());
        }
    }
    assert!(returned > 0, "no call returned");
}
